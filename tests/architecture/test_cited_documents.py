"""Whatever a docstring, a template or a document cites of ours exists: the file, and the heading by its words."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_SOURCES = ("campaign", "templates", "static", "migrations", "tests", "docs", "requirements")
_KINDS = {".py", ".html", ".txt", ".css", ".js", ".mjs", ".yml", ".sh", ".in", ".mako", ".md", ".typ", ".c", ".toml"}
_BESIDE = ("Makefile", "pyproject.toml", "wsgi.py", "README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")

_CITED = re.compile(r"""(?<![\w./@-])((?:[\w.-]+/)*[\w-]+\.md)\b((?:(?:,| and) "[^"\n]+")*)""")
_LINKED = re.compile(r"\]\(([^)#\s:]*)(?:#([\w-]+))?\)")
_CODE = re.compile(r"`[^`\n]+`")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_MADE_UP = {"evil.md"}
"""A domain, in what names are attacked with."""


def cited(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each document that `text` names, with the headings it names of it."""
    joined = re.sub(r"\n[ \t]*(?:#|\*|//)?[ \t]*", " ", text)
    for name, headings in _CITED.findall(joined):
        yield name, re.findall(r'"([^"]+)"', headings)


def wrong(text: str, folder: Path, root: Path = ROOT) -> list[str]:
    """Return what `text`, of a file in `folder`, cites that is not there."""
    found = []
    for name, headings in cited(text):
        if name in _MADE_UP:
            continue
        place = next((at for at in (root / name, folder / name) if at.is_file()), None)
        if place is None:
            found.append(f"{name} does not exist")
            continue
        known = {heading.strip("`*").casefold() for heading in _HEADING.findall(place.read_text("utf-8"))}
        found += [f"{name} has no heading {heading}" for heading in headings if heading.casefold() not in known]
    return found


def linked(text: str, folder: Path) -> list[str]:
    """Return which relative links of a document lead nowhere; what stands between backticks shows how one is written."""
    return [target for target, _ in _LINKED.findall(_CODE.sub("", text)) if target and not (folder / target).exists()]


def sources() -> list[Path]:
    """Every file of ours that may cite."""
    files = [path for name in _SOURCES for path in sorted((ROOT / name).rglob("*"))]
    return [path for path in files if path.is_file() and path.suffix in _KINDS] + [ROOT / name for name in _BESIDE]


def test_what_is_cited_exists() -> None:
    bad = {
        str(path.relative_to(ROOT)): problems
        for path in sources()
        if path != Path(__file__) and (problems := wrong(path.read_text("utf-8"), path.parent))
    }
    assert not bad


def rooms_named(text: str) -> Iterator[str]:
    """Yield each folder and module that a document names in backticks, as it stands under `campaign/`."""
    yield from re.findall(r"`((?:[a-z_]+/)+(?:[a-z_]+\.py)?|[a-z_]+\.py)`", text)


@pytest.mark.parametrize("document", ["docs/architecture.md", "docs/glossary.md"])
def test_rooms_that_are_named_are_there(document: str) -> None:
    named = list(rooms_named((ROOT / document).read_text("utf-8")))
    assert len(named) > 20
    folders = [path for path in (ROOT / "campaign").rglob("*") if path.is_dir()]
    known = {path.name for folder in folders for path in folder.glob("*.py")}
    lost = [
        name
        for name in named
        if not any((at / name).exists() for at in (ROOT, ROOT / "campaign", *folders)) and name not in known
    ]
    assert not lost


def test_links_of_documents_lead_somewhere() -> None:
    bad = {
        str(path.relative_to(ROOT)): problems
        for path in sources()
        if path.suffix == ".md" and (problems := linked(path.read_text("utf-8"), path.parent))
    }
    assert not bad


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('Source: docs/nowhere.md, "Pace".', "docs/nowhere.md does not exist"),
        ('Source: docs/here.md, "Haste".', "docs/here.md has no heading Haste"),
        ('Source: docs/here.md, "Pace" and "Haste".', "docs/here.md has no heading Haste"),
        ('Source: docs/here.md,\n    "Haste".', "docs/here.md has no heading Haste"),
        ("as here.md draws it", "here.md does not exist"),
        ('Source: docs/here.md, "Pace"; and more.', None),
        ("see `docs/here.md`", None),
        ("a name such as somebody@evil.md", None),
    ],
)
def test_a_planted_citation_is_found(tmp_path: Path, text: str, problem: str | None) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/here.md").write_text("# Here\n\n## Pace\n")
    assert wrong(text, tmp_path / "campaign", tmp_path) == ([problem] if problem else [])
