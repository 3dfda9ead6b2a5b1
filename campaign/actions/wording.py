"""The words that one consents to, beside the box and on one's own page. What is stored is exactly what was shown."""

from functools import lru_cache

from flask_babel import gettext

from campaign.kernel.localized import current_language


def consent_wording(organization_name: str) -> str:
    """Return what one agrees to by ticking the box."""
    return _wording(current_language(), organization_name)


def own_page_wording(organization_name: str) -> str:
    """Return what one agrees to on one's own page, where no campaign is spoken of."""
    words: str = gettext(
        "%(organization)s may email me about its campaigns. I can unsubscribe any time.", organization=organization_name
    )
    return words


def chosen_wording(organization_name: str) -> str:
    """Return what one agrees to by choosing an organization among several: the words above them, with the chosen name.

    Given no name, what stands above them.
    """
    words: str = gettext(
        "The organization I choose may email me about its campaigns. I can unsubscribe any time. "
        "My choice: %(organization)s",
        organization=organization_name,
    )
    return words.rstrip()


@lru_cache(maxsize=500)
def _wording(_language: str, organization_name: str) -> str:
    words: str = gettext(
        "%(organization)s may email me about this and similar campaigns. I can unsubscribe any time.",
        organization=organization_name,
    )
    return words
