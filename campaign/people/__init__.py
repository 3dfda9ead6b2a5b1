"""Who acts: one row an address, and what each agreed to."""
