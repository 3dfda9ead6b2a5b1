"""The two faces of the pages, cut at set-up to the letters the pages use.

`python -m campaign.typefaces` reads the font packages and writes `static/fonts/*.woff2` and `static/css/fonts.css`.
Neither is committed, and neither is needed to serve: without them, pages are set in faces of the reader's system.
"""
