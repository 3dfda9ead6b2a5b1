"""Ends at once, well."""
