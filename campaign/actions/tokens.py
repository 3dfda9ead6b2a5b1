"""What the spine's links are good for, and how long: one purpose each, so that no link opens another's door."""

from datetime import timedelta

from campaign.kernel.installation import Installation
from campaign.kernel.tokens import Sealer, Signer

_DAY = int(timedelta(days=1).total_seconds())

CONFIRM_SECONDS = 14 * _DAY
VISIT_SECONDS = 30 * 60
UNDO_SECONDS = 2 * 365 * _DAY
"""A high-safety action is seen and undone only by the link in its own mail, so that link lives long."""
UNSUBSCRIBE_SECONDS = 10 * 365 * _DAY
"""Nothing depends on it: a link that stops mail stops it however old it is.

Source: 15 U.S.C. 7704(a)(3)(A)(ii) asks for 30 days after the mail, Canada's CASL, s. 11(2), for 60."""


def confirm_signer(installation: Installation) -> Signer:
    """Links that confirm one action. Claim: `[public id, campaign slug]`."""
    return installation.signer("confirm", CONFIRM_SECONDS)


def confirm_all_signer(installation: Installation) -> Signer:
    """Links that confirm all that waits of one person. Claim: `[public id, campaign slug]` of one action of theirs."""
    return installation.signer("confirm-all", CONFIRM_SECONDS)


def not_me_signer(installation: Installation) -> Signer:
    """Links that say "this wasn't me". Claim: `[public id, campaign slug]`."""
    return installation.signer("not-me", CONFIRM_SECONDS)


def known_signer(installation: Installation) -> Signer:
    """Links in a receipt to what can be done next: whoever comes by one finds the form filled in. Claim: a public id.

    A receipt is passed on more readily than a question, so it vouches for nothing: what is sent waits for its mail.
    """
    return installation.signer("known", CONFIRM_SECONDS)


def my_signer(installation: Installation) -> Signer:
    """Links to one's own page. Claim: the public id of a `my_links` row, which says until when."""
    return installation.signer("my", UNDO_SECONDS)


def undo_signer(installation: Installation) -> Signer:
    """Links to one high-safety action. Claim: its public id."""
    return installation.signer("undo", UNDO_SECONDS)


def unsubscribe_signer(installation: Installation) -> Signer:
    """Links that stop what one organization sends unasked. Claim: `[public id of the person, organization's slug]`."""
    return installation.signer("unsubscribe", UNSUBSCRIBE_SECONDS)


def visit_state_sealer(installation: Installation) -> Sealer:
    """Carries what was typed, and what was just confirmed, to the next step, for half an hour."""
    return installation.sealer("journey", VISIT_SECONDS)
