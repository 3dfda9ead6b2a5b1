"""Attacks on a running installation, one module each; each tells its name as `CHECK` and has `run`."""
