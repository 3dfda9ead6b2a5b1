"""The benchmark: what the service does in a second, beside the barest thing that could do the like, in the same run.

    python -m tests.bench [--quick]        (`make bench`, `make bench-quick`)

`__main__` runs it; `rounds` says what is measured in which order; `servers`, `load` and `feeds` are its tools;
`bare`, `bare_loop` and `null_server` are what we compare ourselves with. docs/performance.md tells how to read it.
"""
