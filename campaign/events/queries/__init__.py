"""Reads events for the public, who never sees a draft: which there are (public), lists of them, the page of one."""
