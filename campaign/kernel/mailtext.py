"""Renders mails from `templates/mail/<topic>/{subject.txt,body.txt,body.html}` in a language, without a request.

Workers compose thousands of mails that differ in a name and a link. So a mail is rendered once for all who share it,
with tags such as `[[link]]` for what differs; SendGrid puts the values in. In the HTML part the tag is `[[link_html]]`,
because there the value is escaped.

A subject fits into the line that a mailbox shows of it. One of a high-safety campaign (`is_high_safety` in the context)
names nobody and no campaign, whatever its template says: a lock screen shows it to whoever is near.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from babel.support import Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import escape

from campaign.folders import TEMPLATES, TRANSLATIONS
from campaign.kernel.languages import interface_language, language_of
from campaign.kernel.plain import dialed

SUBJECT_LENGTH = 60
"""What a phone shows of a subject, in characters, and a little more."""

_ROOM = "{name}"

_UNNAMED = "mail/unnamed.txt"


@dataclass(frozen=True)
class MailText:
    """The three parts of a mail."""

    subject: str
    text: str
    html: str


def render_mail(topic: str, language: str, context: Mapping[str, object]) -> MailText:
    """Return the parts of the mail `topic` (`actions/confirm`) in the interface language that serves `language`."""
    environment = _environment(interface_language(language))
    values = {"language": language_of(interface_language(language)), **context}
    is_unnamed = bool(context.get("is_high_safety"))
    subject = environment.get_template(_UNNAMED if is_unnamed else f"mail/{topic}/subject.txt")
    asks = topic.endswith(("/confirm", "/remind"))
    text = environment.get_template(f"mail/{topic}/body.txt").render(values)
    return MailText(
        subject=" ".join(subject.render(asks=asks, **values).split()),
        text=re.sub(r"\n{3,}", "\n\n", text).strip() + "\n",
        html=environment.get_template(f"mail/{topic}/body.html").render(values),
    )


def mail_macro(template: str, name: str, language: str) -> Callable[..., str]:
    """Return a macro of a template in an interface language, for what goes with a mail and is no part of it."""
    macro = getattr(_environment(language).get_template(template).module, name)
    return lambda *values: str(macro(*values))


def tags(**values: str) -> dict[str, str]:
    """Return the substitutions for `values`: a tag for the text part and one, escaped, for the HTML part."""
    found = {}
    for name, value in values.items():
        found[f"[[{name}]]"] = value
        found[f"[[{name}_html]]"] = str(escape(value))
    return found


def with_name(subject: str, name: str) -> str:
    """Return a subject with `name` put in for its `{name}`, cut at a word where the whole would be too long.

    What the subject says besides is never cut.
    """
    room = SUBJECT_LENGTH - 1 - (len(subject) - len(_ROOM))
    if len(name) > room:
        cut = name[: room - 1].rsplit(" ", 1)[0] if " " in name[: room - 1] else name[: room - 1]
        name = f"{cut.rstrip(' ,:;–-')}\N{HORIZONTAL ELLIPSIS}"
    return subject.replace(_ROOM, name, 1)


@lru_cache(maxsize=16)
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(with_name=with_name, dialed=dialed)
    environment.install_gettext_translations(Translations.load(TRANSLATIONS, [language]), newstyle=True)  # type: ignore[attr-defined]
    return environment
