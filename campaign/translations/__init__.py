"""The catalogues: English is the source and has none, every other interface language has a complete one.

`python -m campaign.translations` brings them up to date with the code. The compiled `.mo` files are not committed;
`pybabel compile -d campaign/translations` makes them at set-up.
"""
