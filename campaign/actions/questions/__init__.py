"""Questions of a campaign's own, beside the fields that all actions share: asked, answered, kept, told (ADR 0063)."""
