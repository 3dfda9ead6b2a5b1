"""The catalogues: English is the source and has none, every other interface language has one.

A language that has words for everything stands in `COMPLETE`; the others have at least the signing journey's.

`python -m campaign.translations` brings them up to date with the code. The compiled `.mo` files are not committed;
`pybabel compile -d campaign/translations` makes them at set-up.
"""
