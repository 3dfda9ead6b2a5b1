"""How a view lets its answers be kept for everybody, and what of a request it may then read.

Source: RFC 9111 (`public`, `max-age`), RFC 5861 (`stale-while-revalidate`).
"""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, ParamSpec

from flask import current_app, make_response, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.wrappers import Response

from campaign.kernel.pagekey import SHARED_MARK, Parameter, Reads

Params = ParamSpec("Params")

SECONDS_KEY = "campaign.cache_seconds"
"""Where a view leaves its consent in the WSGI environment, in seconds."""

STALE_SECONDS = 10
"""How long past its time a copy is good enough while a fresh one is made."""


class UndeclaredReadError(Exception):
    """A kept page reads a parameter or a cookie that it did not declare, which its key therefore has no part for."""


def cache_page(
    seconds: int, *parameters: Parameter, cookies: Iterable[str] = ()
) -> Callable[[Callable[Params, ResponseReturnValue]], Callable[Params, Response]]:
    """Let the answers of a view be shared for `seconds`. It reads its address, its language, and what stands here.

    Sits between the route and `access`. The answer gets `Cache-Control` and an `ETag`, cached or not.

    Args:
        seconds: how long a copy is fresh.
        parameters: what the view, its panels and its forms read of the query; `lang` goes without saying.
        cookies: which cookies of ours it reads; who sends one is answered for themselves.

    Raises:
        UndeclaredReadError: out of the view, where it asks for any other; the cache hands it none.
    """
    reads = Reads(parameters, frozenset(cookies))

    def declare(view: Callable[Params, ResponseReturnValue]) -> Callable[Params, Response]:
        @wraps(view)
        def answer(*args: Params.args, **kwargs: Params.kwargs) -> Response:
            request.args = _Declared(request.args, reads.names)
            request.cookies = _Declared(request.cookies, reads.cookies)
            response = make_response(view(*args, **kwargs))
            if response.status_code == 200:
                response.headers["Cache-Control"] = f"public, max-age={seconds}, stale-while-revalidate={STALE_SECONDS}"
                response.vary.add("Accept-Encoding")
                response.add_etag()
                response.make_conditional(request)
                request.environ[SECONDS_KEY] = seconds
            return response

        setattr(answer, SHARED_MARK, reads)
        return answer

    return declare


def is_kept_page() -> bool:
    """Whether the view that serves this request lets its answers be kept: what it shows must be nobody's own."""
    return hasattr(current_app.view_functions.get(request.endpoint or ""), SHARED_MARK)


class _Declared(ImmutableMultiDict[str, str]):
    """Values by name, of the declared names alone; asking for another is a mistake in the page, and told."""

    def __init__(self, values: MultiDict[str, str], names: frozenset[str]) -> None:
        super().__init__([pair for pair in values.items(multi=True) if pair[0] in names])
        self._names = names

    def __getitem__(self, key: str) -> str:
        return super().__getitem__(self._known(key))

    def __contains__(self, key: object) -> bool:
        return super().__contains__(self._known(str(key)))

    def getlist(self, key: str, type: Any = None) -> list[Any]:  # noqa: A002, ANN401 - werkzeug's signature
        return super().getlist(self._known(key), type)

    def _known(self, key: str) -> str:
        if key not in self._names:
            raise UndeclaredReadError(f"a kept page reads {key!r}: declare it with cache_page")
        return key
