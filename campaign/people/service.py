"""Consent wordings: each text stored once, so that a consent can point at the exact words that were shown."""

from collections.abc import Callable

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.kernel.makers import Makers

_ADD = text("""
INSERT INTO consent_wordings (organization_id, language, text) VALUES (:organization, :language, :words)
ON CONFLICT (organization_id, language, text) DO NOTHING
""")
_FIND = text("""
SELECT id FROM consent_wordings WHERE organization_id = :organization AND language = :language AND text = :words
""")


class Wordings:
    """Finds the id of a wording, remembering those it has seen. One a process."""

    def __init__(self, sessions: Callable[[], Session]) -> None:
        self._sessions = sessions
        self._seen: dict[tuple[int, str, str], int] = {}
        self._makers: Makers[tuple[int, str, str]] = Makers()

    def id_of(self, organization_id: int, language: str, words: str) -> int:
        """Return the id of these words; writes them, in a transaction of its own, the first time they are agreed to."""
        key = (organization_id, language, words)
        known = self._seen.get(key)
        if known is not None:
            return known
        found, turn = self._makers.join(key, lambda: self._seen.get(key))
        if found is not None:
            return found
        try:
            values = {"organization": organization_id, "language": language, "words": words}
            with self._sessions() as session, session.begin():
                session.execute(_ADD, values)
                found = int(session.execute(_FIND, values).scalar_one())
            self._seen[key] = found
            return found
        finally:
            if turn is not None:
                self._makers.end(turn)
