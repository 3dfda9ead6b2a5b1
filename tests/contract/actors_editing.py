"""The services by which an organizer edits a campaign, for the table of those that take an actor."""

from campaign.features import KINDS
from campaign.kernel.actors import Power
from campaign.kernel.clock import now
from campaign.organize.texts.saving import Typed, Which, bring, read_texts, remove_language, restore, save_texts
from campaign.organize.texts.sheets import Sheet
from campaign.revisions.service import Edit


def cases(case):
    """Return the cases, each made by `case` (service, call, powers …)."""
    return [
        case(read_texts, lambda s, a, w: read_texts(s, a, _which(w))),
        case(save_texts, _save, Power.PUBLISH, verb="change"),
        case(restore, lambda s, a, w: restore(s, a, _which(w), 1, _edit()), Power.PUBLISH),
        case(remove_language, _remove, Power.PUBLISH),
        case(bring, _bring, Power.PUBLISH, verb="change"),
    ]


def _which(w):
    return Which(w.slug, KINDS)


def _edit():
    return Edit("form", now())


def _sheet(goal="123456"):
    return Sheet(("en", "es"), {"goal": goal})


def _save(session, actor, w):
    return save_texts(session, actor, _which(w), Typed(0, _sheet()), _edit()).is_saved


def _bring(session, actor, w):
    stored = read_texts(session, actor, _which(w))
    changed = Sheet(stored.sheet.languages, {**stored.sheet.texts, "goal": "123456"})
    return bring(session, actor, stored, Typed(0, changed), _edit()).is_saved


def _remove(session, actor, w):
    return remove_language(session, actor, _which(w), "pt", _edit()).is_saved  # it has none: two services would log it
