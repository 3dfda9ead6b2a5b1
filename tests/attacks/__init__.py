"""What an attacker tried, kept as tests; and `python -m tests.attacks`, which tries again on a running installation."""
