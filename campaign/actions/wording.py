"""The words beside the consent box, in the language of the page; what is stored is exactly what was shown."""

from functools import lru_cache

from flask_babel import gettext

from campaign.actions.doorstep import Doorstep
from campaign.actions.typed import Typed
from campaign.kernel.localized import current_language
from campaign.people.service import Wordings


def consent_id(wordings: Wordings, doorstep: Doorstep, typed: Typed) -> int | None:
    """Return the id of the words that were agreed to, in the language they were shown in; None without a tick.

    High-safety campaigns ask for no consent, so none is taken there, whatever was posted.
    """
    if not typed.consent or doorstep.is_high_safety:
        return None
    words = consent_wording(doorstep.organization_name)
    return wordings.id_of(doorstep.organization_id, current_language(), words)


def consent_wording(organization_name: str) -> str:
    """Return what one agrees to by ticking the box."""
    return _wording(current_language(), organization_name)


@lru_cache(maxsize=500)
def _wording(_language: str, organization_name: str) -> str:
    words: str = gettext(
        "%(organization)s may e-mail me about this campaign and others like it. I can stop this at any time.",
        organization=organization_name,
    )
    return words
