"""The events of a content file: read and refused by line (specs), applied (loading), or first shown (previewing)."""
