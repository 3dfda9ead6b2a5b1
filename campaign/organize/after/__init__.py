"""What follows signing, where an organizer orders and words it, sees it and tries it (ADR 0067)."""
