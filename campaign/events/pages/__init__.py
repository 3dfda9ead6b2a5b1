"""What pages show of events, as plain values: lists, the page of one, what a leg tells, which places, how many came."""
