"""Headers of every answer: what a browser may load, embed and tell others about our pages.

Nothing inline, nothing from elsewhere, no frame around us: a page with a form that holds names must not be dressed up
by anybody else. Pages whose address or content carries a token are neither stored nor told about (`no_store`).

Sources: CSP Level 3; RFC 6797 (HSTS); OWASP secure headers.
"""

from flask import Flask, Response, g

_SOURCES = ("style", "script", "img", "font", "connect", "manifest")

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        *(f"{source}-src 'self'" for source in _SOURCES),
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)

_ALWAYS = (
    ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
_HSTS = ("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
_OPEN = (("Referrer-Policy", "same-origin"), ("Cache-Control", "no-cache"))
_PRIVATE = (("Referrer-Policy", "no-referrer"), ("Cache-Control", "no-store"), ("X-Robots-Tag", "noindex"))


def init_headers(app: Flask, *, is_https: bool) -> None:
    """Put the headers on every answer of `app`; HSTS only where supporters reach us by TLS."""
    always = (*_ALWAYS, _HSTS) if is_https else _ALWAYS

    def add(response: Response) -> Response:
        headers = response.headers
        if g.get("is_private"):
            for name, value in _PRIVATE:
                headers[name] = value
        else:
            for name, value in _OPEN:
                headers.setdefault(name, value)
        for name, value in always:
            headers.setdefault(name, value)
        return response

    app.after_request(add)


def no_store() -> None:
    """Mark the answer to this request, error pages included, as holding a token or a person's data."""
    g.is_private = True
