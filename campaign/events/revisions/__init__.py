"""What is changed of an event, and what follows from it: mails, places that end or are offered, a row of its history.

before ─snapshots─► difference ─settling─┬─► telling: a mail to whom it concerns
                                         ├─► claims: what ends, what is offered
                                         └─► versions: the history, and the notes on the page

running ─► the changes made by command        effects, wording ─► whom it touches, counted and told to the operator
"""
