"""Prints a link, and ends well."""

import sys

sys.stdout.write("http://localhost/organize/link/x\n")
