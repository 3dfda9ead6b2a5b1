"""A campaign's texts as they are edited: side by side by language, merged where two edit at once, had back.

boxes ─► what is edited: the campaign's own texts, and those that kinds of action bring
sheets ─► all of it at a moment, as it stands in boxes      given ─► as the rules take it
merging ─► two sheets from one       saving ─► merged, checked, saved      versions ─► the sheets that were
"""
