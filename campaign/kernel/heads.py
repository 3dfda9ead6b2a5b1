"""The head of a public page: its addresses in each language, what link previews show, structured data.

Every face and every kind with pages of its own fills one in; `site/heads/tags.html` writes it out.

Sources: RFC 6596 (canonical), Google's "Localized versions of your page" (hreflang), ogp.me, schema.org, sitemaps.org.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from babel.core import get_global

from campaign.kernel.localized import page_url

Data = Mapping[str, object]


@dataclass(frozen=True)
class Alternate:
    """The page in another language; `hreflang` is a language tag, or `x-default` for readers of any other."""

    hreflang: str
    url: str


@dataclass(frozen=True)
class Picture:
    """The card that link previews show, with its size in pixels."""

    url: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True)
class MappedPage:
    """A page in all its languages, for the site map, and when what it shows last changed."""

    alternates: tuple[Alternate, ...]
    changed_at: datetime | None

    @property
    def addresses(self) -> list[str]:
        """Each address once."""
        return list(dict.fromkeys(one.url for one in self.alternates))


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """Where one page is to be found in one language, and in the others; every address is absolute."""

    canonical: str
    alternates: tuple[Alternate, ...]


@dataclass(frozen=True, kw_only=True)
class Discovery(Addresses):
    """The head of one page in one language. `data` is its JSON-LD."""

    title: str
    description: str
    language: str
    data: Data
    picture: Picture | None = None
    feed: str | None = None

    @property
    def locale(self) -> str:
        """The page's language as Open Graph writes it, with the country that CLDR finds likely: `es_ES`."""
        return _locale(self.language)

    @property
    def other_locales(self) -> list[str]:
        """The other languages it exists in."""
        languages = (one.hreflang for one in self.alternates if one.hreflang != "x-default")
        return [_locale(language) for language in languages if language != self.language]


def alternates(endpoint: str, languages: Sequence[str], **values: str) -> tuple[Alternate, ...]:
    """Return the addresses of a page that exists in `languages`, its first one first; then the default."""
    first = languages[0]
    urls = {code: address_in(endpoint, code, first, **values) for code in languages}
    return (*(Alternate(code, url) for code, url in urls.items()), Alternate("x-default", urls[first]))


def address_in(endpoint: str, language: str, first: str, **values: str) -> str:
    """Return the absolute address of a page in `language`, where `first` is its first one; without `?lang=`."""
    return page_url(endpoint, language=language, first=first, pin=False, external=True, **values)


def structured(kind: str, url: str, language: str, **values: object) -> Data:
    """Return JSON-LD of a schema.org type."""
    return {"@context": "https://schema.org", "@type": kind, "url": url, "inLanguage": language, **values}


def _locale(language: str) -> str:
    likely: str = get_global("likely_subtags").get(language, "")
    return f"{language}_{likely.rpartition('_')[2]}" if "_" in likely else language
