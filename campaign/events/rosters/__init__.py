"""Who comes to an event, for who runs it: numbers, lists to print, and lists for a spreadsheet.

reading ─► numbers by leg, without names        drawing ─► setting ─► PDF
        └► parties, one after another ─────────► spreadsheet ────────► CSV

The list holds nothing of health or diet: that is a sheet of its own, a page for each need, for who meets it. There are
no names where the campaign is of high safety, nor from 14 days after the event.
"""
