"""What the pages of events show, as plain values: the page, what a leg tells, which places, how many people came."""
