"""The rules of the spine, set-based: record, confirm, review, undo."""
