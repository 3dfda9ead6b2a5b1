"""Words that signers let be shown: how one comment is named, so that what is released is what was read.

    ticked ─confirmed─► waits to be read ─release─► shown ─take back─► not shown (and may be released again)
                             ▲                        │
                             └── other words were confirmed, whatever was said of the old ones

Shown is what is ticked, stands, and was released in these very words: signing again in other words, withdrawing,
erasing and taking the tick back end it by themselves, whoever does what meanwhile. Nothing of high safety is shown.
"""

DIGEST = "sha256(convert_to({row}.public_id::text || E'\\n' || {row}.comment, 'UTF8'))"
"""SQL of what names a comment: other words have another; the public id keeps words from being guessed by it."""

MARK = f"left(encode({DIGEST}, 'hex'), 12)"
"""SQL of its first characters, by which an operator names a comment."""

IS_SHOWABLE = "{row}.show_comment AND {row}.state = 'confirmed' AND {row}.is_counted AND {row}.comment IS NOT NULL"
"""SQL of the condition that its signer lets it be shown."""


def sql_of(expression: str, row: str) -> str:
    """Return one of the above for the row that a statement calls `row`."""
    return expression.format(row=row)
