"""Cases of events that organizers make and change by forms."""

from dataclasses import replace
from datetime import timedelta

from campaign.events.organize import changing
from campaign.events.queries.own import list_campaign_choices, list_own_events
from campaign.events.queries.stored import read_stored
from campaign.events.saving import add_event, save_event
from campaign.kernel.actors import OPERATOR, Power
from campaign.kernel.clock import now
from campaign.revisions.service import Edit

P = Power.PUBLISH


def _given(w, slug="new-one"):
    return {
        "slug": slug,
        "campaign": w.slug,
        "kind": "march",
        "timezone": "America/New_York",
        "title": {"en": "New"},
        "summary": {"en": "New."},
        "starts": (now() + timedelta(days=30)).date().isoformat(),
        "legs": [{"day": 1, "title": {"en": "New"}, "starts": "08:00", "ends": "12:00"}],
    }


def _add(session, actor, w):
    command, _ = changing.check(_given(w), now())
    return add_event(session, actor, command, Edit("form", now()))


def _save(session, actor, w):
    stored = read_stored(session, OPERATOR, w.event)
    command, _ = changing.check({**stored.values, "phone": "239-555-0199"}, now())
    return save_event(session, actor, replace(command, campaign=w.slug), Edit("form", now()))


def _change(session, actor, w):
    def alter(stored):
        stored.values["phone"] = "239-555-0199"
        return ()

    return changing.change(
        session, actor, w.event_slug, now(), alter, seen=0, concerns=lambda _: False, step="confirmed"
    )  # fmt: skip


def _create(session, actor, w):
    outcome = changing.create(session, actor, _given(w), now())
    return [one for one in [outcome.is_saved] if one]


def cases(case):
    """Return them."""
    seen = {"is_found": True, "takes_key": False}
    return [
        case(add_event, _add, P, verb="add"),
        case(save_event, _save, P, verb="change"),
        case(changing.create, _create, P, verb="add", is_found=True),
        case(changing.change, _change, P, verb="change"),
        case(read_stored, lambda s, a, w: read_stored(s, a, w.event), takes_key=False),
        case(list_own_events, lambda s, a, w: [1 for one in list_own_events(s, a) if one.slug == w.event_slug], **seen),
        case(
            list_campaign_choices, lambda s, a, w: [1 for c in list_campaign_choices(s, a) if c.slug == w.slug], **seen
        ),
    ]


ELSEWHERE = {
    "campaign.events.organize.overview.show": "get_event and get_roster for a page: tests/organize/test_events.py"
}
