"""What people read is American English as people say it, with one word for one thing: pages, mails, commands, content."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml

from campaign.cli import main
from campaign.translations.catalogues import extract, read

ROOT = Path(__file__).parents[2]

NEVER = {
    "e-mail": r"\be-mail",
    "programme": r"programme",
    "a straight apostrophe": r"\w'\w|\w'(?=\s|$)",
    "a straight quote": r'(?<![=\w])"\w|\w"(?![\w=])',
    "mend": r"\bmend",
    "somebody, nobody": r"\b(some|every|no)body\b",
    "whom": r"\bwhom",
    "British spelling": (
        r"(col|fav|lab|hon|behavi|neighb|harb|hum)our|\bcentre|\b(organi|recogni|reali|apologi|emphasi|summari|criticis)s(e|ing|ation)|"
        r"cancell|travell(ed|er|ing)|\bgrey\b|licence|towards\b|afterwards\b|whilst|amongst|judgement|cheque|\bplough|practis(e|ing)\b|"
        r"ageing|\bkerb|\btyre|\blorry|\bcatalogue|\bdialogue\b|defence|offence"
    ),
    "postcode": r"\bpostcode|\bpost code",
    "a double space": r"\S  \S",
}
"""What is never said, by its name; patterns ignore case."""

_NAMES = re.compile(r"International Labour Organization|Labour Behind the Label")
"""Names keep their own spelling."""

_MARKS = re.compile(r"%\(\w+\)[sd]|%%|`[^`]*`|https?://\S+|<[^>]+>")
"""What is no word: values, code, addresses and tags."""


def faults(sentences) -> list[str]:
    """Return which of `(where, sentence)` say what is never said."""
    return [
        f"{where}: {name}: {sentence!r}"
        for where, sentence in sentences
        for name, pattern in NEVER.items()
        if re.search(pattern, _NAMES.sub("", _MARKS.sub("…", sentence)), re.IGNORECASE)
    ]


def in_the_catalogues() -> Iterator[tuple[str, str]]:
    """Yield every English message of pages, forms and mails."""
    for message in extract():
        for sentence in (message.id,) if isinstance(message.id, str) else message.id or ():
            yield message.locations[0][0] if message.locations else "", sentence


def in_the_demonstration() -> Iterator[tuple[str, str]]:
    """Yield every English text of the demonstration."""
    yield from _english(yaml.safe_load((ROOT / "campaign/campaigns/demo.yml").read_text()), "demo.yml")


def on_the_command_line() -> Iterator[tuple[str, str]]:
    """Yield every help text: of commands, options and groups."""
    yield from _helps(main, click.Context(main, info_name="campaign"))


def in_the_mailbox() -> Iterator[tuple[str, str]]:
    """Yield the words of the local mailbox's pages."""
    for template in sorted((ROOT / "templates/mail_stand_in").glob("*.html")):
        words = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", "\n", template.read_text(), flags=re.DOTALL)
        yield from ((template.name, line.strip()) for line in words.splitlines() if line.strip())


@pytest.mark.parametrize(
    "where",
    [in_the_catalogues, in_the_demonstration, on_the_command_line, in_the_mailbox],
    ids=lambda where: where.__name__,
)
def test_nothing_is_said_that_no_neighbor_would_say(where):
    sentences = list(where())
    assert len(sentences) > 15
    assert faults(sentences) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Your e-mail",
        "The programme",
        "We don't",
        'The "why"',
        "Mend it",
        "Nobody sees it",
        "Whom you write to",
        "Your colour",
        "It is cancelled",
        "Your postcode",
    ],
)
def test_each_slip_is_found(sentence):
    assert len(faults([("here", sentence)])) == 1


@pytest.mark.parametrize(
    "sentence", ["We don’t", "Recommend it", "amended", "colors", "%(name)s's", "Centered", "it is canceled"]
)
def test_what_is_right_is_let_through(sentence):
    assert faults([("here", sentence)]) == []


def test_spanish_has_one_word_for_email_and_its_own_quotes():
    slips = [
        f"{message.locations[0][0]}: {string!r}"
        for message in read("es")
        if message.id
        for string in (message.string if isinstance(message.string, tuple) else (message.string,))
        if re.search(r"\be-?mail|\bmail\b|\w'\w|\bvosotros\b|\bOs\b", _MARKS.sub("…", string))
    ]
    assert slips == []


def _english(node: object, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "en":
                yield from ((where, line) for line in _lines(value))
            elif isinstance(value, dict | list):
                yield from _english(value, f"{where}: {node.get('slug', key)}" if key != "slug" else where)
    elif isinstance(node, list):
        for value in node:
            yield from _english(value, where)


def _lines(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield from filter(None, (line.strip() for line in value.splitlines()))
    elif isinstance(value, list):
        for one in value:
            yield from _lines(one)


def _helps(command: click.Command, ctx: click.Context) -> Iterator[tuple[str, str]]:
    where = ctx.command_path
    yield from ((where, line.strip()) for line in (command.help or "").splitlines() if line.strip())
    yield from ((where, option.help) for option in command.params if isinstance(option, click.Option) and option.help)
    if isinstance(command, click.Group):
        for name in command.list_commands(ctx):
            below = command.get_command(ctx, name)
            if below is not None:
                yield from _helps(below, click.Context(below, info_name=name, parent=ctx))
