"""`python -m campaign.translations [WORDS.json …]`: bring the catalogues up to date, and tell what still has no words.

Exits 1 while a complete language lacks some. A file holds a translator's list, `[{"msgid": "Yes", "es": "Sí"}, …]`.
"""

import json
import sys
from pathlib import Path

from campaign.kernel.languages import COMPLETE
from campaign.translations.catalogues import extract, missing, needed, path_of, translated_languages, update


def main(files: list[str]) -> int:
    """Update all catalogues; return the exit code."""
    found = extract()
    lists = [json.loads(Path(file).read_text()) for file in files]
    lacking = 0
    for language in translated_languages():
        without = list(missing(update(language, found, lists), needed(language, found)))
        for message in without:
            sys.stdout.write(f"{path_of(language).parent.parent.name}: no words for {message!r}\n")
        lacking += len(without) if language in COMPLETE else 0
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
