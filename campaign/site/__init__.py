"""The public face: home, campaign and company pages. Knows the registry of kinds, never one kind."""
