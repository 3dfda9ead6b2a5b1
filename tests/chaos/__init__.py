"""Chaos: a whole installation under clients and a lossy provider, its processes killed with -9 at chosen moments.

python -m tests.chaos            in full (`make chaos`); --small for what the suite runs
plan ─► installation (`campaign up`), crowd (HTTP), sink ─► reaper kills ─► settled ─► evidence ─► judgement, table
"""
