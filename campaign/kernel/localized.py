"""Serves a page in the reader's language: prefix, negotiation, links from page to page, and mail written elsewhere.

How an address says its language::

    /campaigns/x            the campaign's first language ── browser prefers another that it has ──► 302 /es/campaigns/x
    /campaigns/x?lang=en    the first language, asked for: no negotiation
    /es/campaigns/x         Spanish            /en/campaigns/x ──► 302 /campaigns/x?lang=en
    POST                    no prefix: the field `language` decides (`use_language`)

A page that belongs to no campaign has `languages.DEFAULT` as its first language. Addresses are always built from
endpoint and values, never from what was requested, so that no redirect can lead to another site.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from babel.lists import format_list
from flask import Flask, Response, abort, current_app, g, has_request_context, redirect, request
from flask_babel import Babel, force_locale, get_locale, refresh
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import MapAdapter, RequestRedirect

from campaign.folders import TRANSLATIONS
from campaign.kernel import moments
from campaign.kernel.languages import (
    DEFAULT,
    INTERFACE,
    KNOWN,
    Language,
    best,
    interface_language,
    locale_tag,
    preferences,
    primary,
    split_prefix,
)
from campaign.kernel.plain import dialed
from campaign.kernel.querystring import whole_query

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

View = TypeVar("View", bound=Callable[..., object])

PREFIX_KEY = "campaign.language"
"""Where the middleware leaves the language of the prefix in the WSGI environment."""


class LanguagePrefix:
    """WSGI middleware: takes `/<language>` off the path of GET and HEAD, and leaves the language in the environment."""

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Pass the request on, without its prefix."""
        language, path = split_prefix(environ.get("PATH_INFO", ""))
        if language and environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            environ[PREFIX_KEY] = language
            environ["PATH_INFO"] = path
        return self._app(environ, start_response)


def localized(view: View) -> View:
    """Declare that a page exists under every language's prefix; others answer 404 there."""
    view.__campaign_localized__ = True  # type: ignore[attr-defined]
    return view


def init_languages(app: Flask) -> None:
    """Give `app` its languages: catalogues, the prefix, the choice before each request, what templates ask for.

    Side effects: wraps `app.wsgi_app`; a cache in front of the pages must be put on afterwards.
    """
    babel = Babel()
    babel.init_app(app, default_translation_directories=str(TRANSLATIONS), locale_selector=_locale)
    app.wsgi_app = LanguagePrefix(app.wsgi_app)  # type: ignore[method-assign]
    app.extensions["campaign.urls"] = app.url_map.bind("localhost")
    app.before_request(_begin)
    app.after_request(_vary)
    app.jinja_env.filters.update(dialed=dialed, listformat=_list_format, territory=_territory, language=name_language)
    app.jinja_env.filters.update({name: _said(say) for name, say in _MOMENTS.items()})
    app.jinja_env.tests["shown_twice"] = moments.is_shown_twice
    app.jinja_env.globals.update(
        current_language=current_language,
        known_languages=KNOWN,
        language_links=language_links,
        page_url=page_url,
    )


def current_language() -> str:
    """Return the interface language of the page or mail being written."""
    language: str = g.get("language", DEFAULT)
    return language


def _locale() -> str:
    return locale_tag(current_language())


def use_language(tag: str | None) -> str:
    """Write the answer in the language of `tag` (a POST's field, a supporter's own), as far as the interface has it."""
    language = interface_language(tag)
    if language != current_language():
        g.language = language
        refresh()
    return language


def negotiate(languages: Sequence[str]) -> str:
    """Settle the language of a page that exists in `languages`, its own first; call it first in a localized view.

    Returns:
        The language to pick content in. The interface's language is set along with it.

    Raises:
        HTTPException: a redirect to the address of the language that the reader wants.
    """
    first = languages[0]
    g.first_language = first
    prefix = request.environ.get(PREFIX_KEY)
    if prefix:
        if prefix == first:
            _send_to(prefix, first)
        use_language(prefix)
        return str(prefix)
    asked = request.args.get("lang")
    if asked in INTERFACE or asked == first:
        if asked != first:
            _send_to(str(asked), first)
    else:
        g.is_negotiated = True
        offered = {first, *(code for code in languages if code in INTERFACE)}
        wanted = best(preferences(request.headers.get("Accept-Language", "")), offered, first)
        if wanted != first:
            _send_to(wanted, first)
    use_language(first)
    return first


def page_url(
    endpoint: str,
    *,
    language: str | None = None,
    first: str | None = None,
    pin: bool | None = None,
    external: bool = False,
    **values: object,
) -> str:
    """Return the address of a localized page; works outside of requests, too, within an application context.

    Args:
        endpoint: full name of the view's endpoint, such as `site.campaign`.
        language: the interface language wanted; the present one by default.
        first: the page's first language (`Campaign.language`), where it belongs to a campaign.
        pin: whether the address without a prefix carries `?lang=`, so that no browser is sent on; by default where the
            present page's address says its language.
        external: with `PUBLIC_URL` before it, as mails and feeds need it.
        values: what the endpoint's rule needs; the rest becomes the query.
    """
    if pin is None:
        pin = bool(g.get("is_pinned", False))
    if moved := g.get("moved_pages", {}).get((endpoint, values.get("slug"))):
        endpoint, values = moved["endpoint"], {name: value for name, value in moved.items() if name != "endpoint"}
    path = _address(endpoint, values, language or current_language(), first or DEFAULT, pin=pin)
    return f"{current_app.config['PUBLIC_URL']}{path}" if external else path


def path_of(endpoint: str, **values: str) -> str:
    """Return the address of a page that has one address in all languages; cheaper than Flask's `url_for`."""
    adapter: MapAdapter = current_app.extensions["campaign.urls"]
    return adapter.build(endpoint, values)


@dataclass(frozen=True)
class LanguageLink:
    """One entry of the language switch."""

    language: Language
    url: str
    is_current: bool


def language_links(**carried: str | None) -> list[LanguageLink]:
    """Return the present page in every interface language, with what its address has to carry along, if anything.

    The answer to a POST is led to the page that can be read at or above its address; what is no localized page, home.
    """
    endpoint, values = (readable_page() if has_request_context() else None) or ("site.home", {})
    if not is_localized(endpoint):
        endpoint, values = "site.home", {}
    values = {**values, **{name: value for name, value in carried.items() if value}}
    first = g.get("first_language", DEFAULT)
    return [
        LanguageLink(KNOWN[code], _address(endpoint, values, code, first, pin=True), code == current_language())
        for code in INTERFACE
    ]


def readable_page(*, above: bool = False) -> tuple[str, dict[str, Any]] | None:
    """Return endpoint and values of the nearest page at or above the present address that can be read, or None.

    `/campaigns/x/pledge` leads to `/campaigns/x`. `above`: not the present address itself.
    """
    adapter: MapAdapter = current_app.extensions["campaign.urls"]
    path = request.path.rpartition("/")[0] if above else request.path
    while len(path) > 1:
        try:
            endpoint, values = adapter.match(path, method="GET")
        except (NotFound, MethodNotAllowed, RequestRedirect):
            path = path.rpartition("/")[0]
            continue
        return endpoint, dict(values)
    return ("site.home", {}) if request.path == "/" else None


@contextmanager
def force_language(tag: str) -> Iterator[str]:
    """Write in the language of `tag` within the block, for mail composed by a worker; needs an application context."""
    before = g.get("language")
    g.language = interface_language(tag)
    try:
        with force_locale(locale_tag(g.language)):
            yield g.language
    finally:
        if before is None:
            g.pop("language", None)
        else:
            g.language = before


def _begin() -> None:
    """Choose a language before the view does, so that every answer has one; refuse prefixes where there are none."""
    prefix = request.environ.get(PREFIX_KEY)
    asked = request.args.get("lang") if request.query_string else None
    if prefix:
        g.language, g.is_pinned = prefix, True
        if request.endpoint and not is_localized(request.endpoint):
            abort(404)
    elif asked in INTERFACE:
        g.language, g.is_pinned = asked, True
    else:
        g.language = best(preferences(request.headers.get("Accept-Language", "")), INTERFACE, DEFAULT)


def _vary(response: Response) -> Response:
    if g.get("is_negotiated"):
        response.vary.add("Accept-Language")
    return response


def is_localized(endpoint: str | None) -> bool:
    """Whether an endpoint's page has an address in each language."""
    return hasattr(current_app.view_functions.get(endpoint or ""), "__campaign_localized__")


def _send_to(language: str, first: str) -> None:
    values: dict[str, Any] = {**whole_query(request.environ), **(request.view_args or {})}
    values.pop("lang", None)
    response = redirect(_address(str(request.endpoint), values, language, first, pin=True), 302)
    response.cache_control.no_cache = True
    abort(response)


def _address(endpoint: str, values: Mapping[str, object], language: str, first: str, *, pin: bool) -> str:
    adapter: MapAdapter = current_app.extensions["campaign.urls"]
    if language != first:
        return f"/{language}{adapter.build(endpoint, values)}"
    return adapter.build(endpoint, {**values, "lang": language} if pin else values)


_MOMENTS: Mapping[str, Callable[..., object]] = {
    "fullday": moments.full_day,
    "longday": moments.long_day,
    "shortday": moments.short_day,
    "days": moments.days,
    "month": moments.month,
    "clock": moments.clock,
    "clocks": moments.clocks,
    "exactzone": moments.exact_zone,
    "zonename": moments.zone_name,
    "alltimes": moments.all_times,
}
"""By the filters that say these in the language of the page."""


def _said(say: Callable[..., object]) -> Callable[..., object]:
    return lambda *values: say(*values, current_language())


def _list_format(items: Iterable[str]) -> str:
    return format_list(list(items), locale=get_locale())


def _territory(code: str) -> str:
    """Name a country (ISO 3166-1 alpha-2) in the language of the page."""
    locale = get_locale()
    return locale.territories.get(code, code) if locale else code


def name_language(code: str) -> str:
    """Name a language (BCP 47 tag) in the language of the page; CLDR writes it as it stands within a sentence."""
    locale = get_locale()
    return locale.languages.get(primary(code), code) if locale else code
