"""The words beside the consent box, in the language of the page; what is stored is exactly what was shown."""

from flask_babel import gettext


def consent_wording(organization_name: str) -> str:
    """Return what one agrees to by ticking the box."""
    words: str = gettext(
        "%(organization)s may e-mail me about this campaign and others like it. I can stop this at any time.",
        organization=organization_name,
    )
    return words
