"""What is changed of an event, and what follows from it: mails, places that end or are offered, a revision.

before ─snapshots─► difference ─settling─┬─► telling: a mail to whom it concerns
                                         ├─► claims: what ends, what is offered
                                         └─► versions: the history (campaign.revisions), and the notes on the page

running ─► the changes made by command        effects, wording ─► whom it touches, counted and told to the operator
"""
