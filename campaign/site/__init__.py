"""The public face: home, campaign and company pages, confirmation, thanks, and `/my`."""
