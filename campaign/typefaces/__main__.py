"""`python -m campaign.typefaces`: cut all faces and write their files and their sheet into the static folder."""

import sys

from campaign.folders import STATIC
from campaign.typefaces.cutting import cut
from campaign.typefaces.faces import FACES, LATIN, LATIN_EXTENDED, SCRIPTS
from campaign.typefaces.sheet import write_sheet


def main() -> None:
    """Write `static/fonts/*.woff2`, then `static/css/fonts.css`, whose presence says that all is there."""
    fonts, sheet = STATIC / "fonts", STATIC / "css" / "fonts.css"
    fonts.mkdir(exist_ok=True)
    sheet.unlink(missing_ok=True)
    for old in fonts.glob("*.woff2"):
        old.unlink()
    cuts = [cut(face, LATIN, face.name) for face in FACES]
    cuts += [cut(face, LATIN_EXTENDED, f"{face.name}-extended") for face in FACES]
    cuts += [cut(face, letters, face.name) for face, letters in SCRIPTS]
    for made in cuts:
        (fonts / f"{made.name}.woff2").write_bytes(made.woff2)
    sheet.write_text(write_sheet(cuts), encoding="ascii")
    sys.stdout.write(f"{len(cuts)} font files, {sum(len(made.woff2) for made in cuts) // 1024} KB\n")


if __name__ == "__main__":
    main()
