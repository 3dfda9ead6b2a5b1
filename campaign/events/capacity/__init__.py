"""Places, and what else there is: what is given out of each leg, waited for, offered, changed and given back.

pools ─► the rule, as arithmetic        counting ─► rows, read and written under the lock of their legs
offering ─► what is free, to who waits  changing ─► what the holder of an RSVP does to it
"""
