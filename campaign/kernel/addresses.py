"""Addresses of pages elsewhere, as organizers write them: which of them a link may lead to."""


def web_address(url: str | None) -> str | None:
    """Return `url` if a link may lead there; an organizer's `javascript:` may not."""
    return url if url and url.startswith(("https://", "http://")) else None
