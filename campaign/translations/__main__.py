"""`python -m campaign.translations`: bring the catalogues up to date; tell what still has no words, and exit 1 then."""

import sys

from campaign.translations.catalogues import extract, missing, path_of, translated_languages, update


def main() -> int:
    """Update all catalogues; return the exit code."""
    found = extract()
    lacking = 0
    for language in translated_languages():
        for message in missing(update(language, found), found):
            lacking += 1
            sys.stdout.write(f"{path_of(language).parent.parent.name}: no words for {message!r}\n")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
