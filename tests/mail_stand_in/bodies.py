"""Send calls for the tests: the smallest valid body, and ways to bend it."""

from collections.abc import Mapping


def body(**changes: object) -> dict[str, object]:
    """A valid call to one recipient; a change of None takes the key away."""
    whole: dict[str, object] = {
        "personalizations": [personalization()],
        "from": {"email": "hello@campaign.example", "name": "Fair Food"},
        "subject": "Confirm your name",
        "content": [
            {"type": "text/plain", "value": "Hello -name-"},
            {"type": "text/html", "value": "<p>Hello -html-</p>"},
        ],
        **changes,
    }
    return {key: value for key, value in whole.items() if value is not None}


def personalization(email: str = "ana@example.org", **more: object) -> dict[str, object]:
    """A personalization to one address."""
    return {"to": [{"email": email}], **more}


HEADERS: Mapping[str, str] = {"Authorization": "Bearer SG.test", "Content-Type": "application/json"}
