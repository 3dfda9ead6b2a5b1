"""The events of a content file: what they are called (section), how applied (loading), or first shown (previewing)."""
