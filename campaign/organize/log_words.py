"""What the log's doers, verbs and things are called on the organizers' side; one not in here is said as it is."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

DOERS: Mapping[str, LazyString] = {
    "operator": _("the operator"),
    "schedule": _("the schedule"),
    "upkeep": _("the service itself"),
}

VERBS: Mapping[str, LazyString] = {
    "accept": _("accepted"),
    "add": _("added"),
    "cancel": _("canceled"),
    "change": _("changed"),
    "delete": _("deleted"),
    "discard": _("discarded"),
    "end_care": _("ended the care of"),
    "end_unused": _("ended, because it wasn’t used"),
    "export": _("exported"),
    "give_care": _("gave the care of"),
    "hold": _("held the letters to"),
    "invite": _("invited"),
    "lift": _("allowed again"),
    "make_link": _("made a link for"),
    "pause": _("paused"),
    "preview": _("made a preview link for"),
    "print_link": _("printed a sign-in link for"),
    "propose": _("proposed"),
    "read": _("looked at"),
    "record_stance": _("recorded where it stands"),
    "refuse": _("refused"),
    "release": _("let through"),
    "remove": _("removed"),
    "requeue": _("sent again"),
    "reset_factors": _("removed the passkeys, the app, and the recovery codes of"),
    "resume": _("resumed"),
    "revoke": _("took back"),
    "revoke_links": _("took back the links of"),
    "save": _("saved"),
    "send_again": _("sent again"),
    "send_test": _("sent themselves a test email of"),
    "take_back": _("took back"),
    "withdraw": _("withdrew"),
}

THINGS: Mapping[str, LazyString] = {
    "account": _("an organizer’s account"),
    "action": _("an action"),
    "agreement": _("an agreement"),
    "app": _("an authenticator app"),
    "brake": _("email that was held back"),
    "campaign": _("a campaign"),
    "comment": _("a comment"),
    "company": _("a company"),
    "event": _("an event"),
    "invitation": _("an invitation"),
    "lane": _("a lane of email"),
    "leg": _("a day or stage of an event"),
    "letter": _("a letter"),
    "mail": _("email"),
    "member": _("a member of the team"),
    "office": _("an office of a company"),
    "organization": _("the organization"),
    "passkey": _("a passkey"),
    "proposal": _("a proposal"),
    "recovery_codes": _("recovery codes"),
    "suppression": _("an unsubscribed address"),
    "update_draft": _("a draft of an update"),
}


def verb_words(verb: str) -> str:
    """Return what was done, in words."""
    return str(VERBS.get(verb) or verb.replace("_", " "))


def thing_words(thing: str) -> str:
    """Return to what it was done, in words."""
    return str(THINGS.get(thing) or thing.replace("_", " "))


def who_words(name: str) -> str:
    """Return what to call who did something: the installation's own actors in words, a person by their name."""
    return str(DOERS.get(name) or name)
