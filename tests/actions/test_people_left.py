"""However an action ends, no person is left of whom nothing else is known."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import text

from campaign.actions.service import forgetting, reviewing, taking_back
from campaign.actions.service.reviewing import discard, end_reviews
from campaign.actions.service.taking_back import erase_person, purge_unconfirmed
from campaign.events.purging import purge_details
from campaign.events.service import rsvp
from campaign.features import KINDS
from campaign.kernel.actors import OPERATOR
from campaign.kernel.clock import now
from tests.actions.visitor import OPEN
from tests.events.stage import make_event, make_rsvp

BY_NAME = {kind.name: kind for kind in KINDS}

# Read from the catalogue and not from the models: which columns keep a person from being deleted.
_HOLDS = """
SELECT k.conrelid::regclass::text AS name, a.attname AS person FROM pg_constraint k
JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
WHERE k.contype = 'f' AND k.confrelid = 'people'::regclass AND k.confdeltype <> 'c'
"""


def lonely(visitor):
    """The addresses of people whom no row holds."""
    holds = visitor.all(_HOLDS)
    assert {row.name for row in holds} >= {"actions", "supporters", "consents"}
    none = " AND ".join(f"NOT EXISTS (SELECT FROM {row.name} h WHERE h.{row.person} = p.id)" for row in holds)
    return [row.email for row in visitor.all(f"SELECT p.email FROM people p WHERE {none} ORDER BY 1")]


def credited(visitor):
    """Rows that say who brought them along, where that one is gone or was emptied."""
    return visitor.all("""
        SELECT a.id FROM actions a LEFT JOIN actions r ON r.id = a.referred_by_id
        WHERE a.referred_by_id IS NOT NULL AND (r.id IS NULL OR r.erased_at IS NOT NULL)""")


def with_session(visitor, work):
    with visitor.sessions() as session, session.begin():
        return work(session)


def ids_of(visitor, where):
    return [row.public_id for row in visitor.all(f"SELECT public_id FROM actions WHERE {where}")]


def operator_discards_what_waits(visitor):
    visitor.sign(fax_number="x")
    assert with_session(visitor, lambda s: discard(s, OPERATOR, ids_of(visitor, "is_held"), BY_NAME)) == 1


def operator_discards_what_was_confirmed(visitor):
    visitor.sign(fax_number="x")
    visitor.confirm(visitor.last_link("confirm"))
    assert with_session(visitor, lambda s: discard(s, OPERATOR, ids_of(visitor, "state = 'held'"), BY_NAME)) == 1


def operator_discards_a_letter(visitor):
    visitor.write(personal="Look at https://elsewhere.example/ now.")
    visitor.confirm(visitor.last_link("confirm"))
    assert with_session(visitor, lambda s: discard(s, OPERATOR, ids_of(visitor, "state = 'held'"), BY_NAME)) == 1


def nobody_looks(visitor):
    visitor.sign(fax_number="x")
    visitor.confirm(visitor.last_link("confirm"))
    visitor.do("UPDATE reviews SET ends_at = now() - interval '1 minute'")
    assert with_session(visitor, lambda s: end_reviews(s, BY_NAME)) == 1


def not_me(visitor):
    visitor.sign()
    assert visitor.client.post(visitor.last_link("not-me")).status_code == 200


def time_passes(visitor):
    visitor.sign()
    visitor.do("UPDATE actions SET asked_at = now() - interval '31 days'")
    assert with_session(visitor, purge_unconfirmed) == 1


def withdrawn(visitor):
    visitor.pledge()
    page = visitor.my_page()
    path = re.search(rf'href="({page}/withdraw/[^"]+)"', visitor.client.get(page).text)[1]
    assert visitor.client.post(path).status_code == 303


def withdrawn_then_erased(visitor):
    withdrawn(visitor)
    erased(visitor)


def merged(visitor):
    visitor.pledge()
    visitor.pledge(given_name="Anna")


def merged_then_erased(visitor):
    merged(visitor)
    erased(visitor)


def erased(visitor):
    visitor.pledge(consent="yes")
    visitor.ask_for_my_link()
    person = visitor.one("SELECT id FROM people WHERE email = 'ana@example.org'")
    with_session(visitor, lambda s: erase_person(s, person, BY_NAME))


def another_rsvp_in_another_spelling(visitor):
    campaign = tuple(visitor.all("SELECT id, organization_id FROM campaigns WHERE slug = :slug", slug=OPEN)[0])
    event, (leg,) = with_session(visitor, _made)
    for name in ("ana", "ana+march"):
        command = make_rsvp(visitor.installation.hashes, campaign, event, name, [(leg, 1)], comment=name)
        with_session(visitor, lambda s, command=command: rsvp(s, [command]))
        visitor.confirm(visitor.last_link("confirm"))
    assert visitor.one("SELECT count(*) FROM actions WHERE state = 'merged'") == 1


def its_event_is_over(visitor):
    another_rsvp_in_another_spelling(visitor)
    ago = {"ago": timedelta(days=60)}
    visitor.do("UPDATE event_legs SET starts_at = starts_at - :ago, ends_at = ends_at - :ago", **ago)
    assert with_session(visitor, lambda s: purge_details(s, now())) >= 1


def _made(session):
    event, legs = make_event(session, legs=1, capacity=10)
    return event.id, legs


ENDINGS = [
    operator_discards_what_waits, operator_discards_what_was_confirmed, operator_discards_a_letter, nobody_looks, not_me,
    time_passes, withdrawn, withdrawn_then_erased, merged, merged_then_erased, erased, another_rsvp_in_another_spelling,
    its_event_is_over,
]  # fmt: skip


@pytest.mark.parametrize("end", ENDINGS)
def test_no_person_is_left_whom_nothing_holds(visitor, end):
    visitor.pledge(email="eva@example.org")
    end(visitor)
    assert lonely(visitor) == []
    assert credited(visitor) == []
    assert visitor.one("SELECT count(*) FROM people WHERE email = 'eva@example.org'") == 1


@pytest.mark.parametrize("end", [operator_discards_what_waits, operator_discards_what_was_confirmed, nobody_looks])
def test_a_discard_that_leaves_the_person_is_found(visitor, monkeypatch, end):
    monkeypatch.setattr(reviewing, "forget_lonely", lambda *_: None)
    end(visitor)
    assert lonely(visitor) == ["ana@example.org"]


@pytest.mark.parametrize("end", [not_me, time_passes])
def test_a_deletion_that_leaves_the_person_is_found(visitor, monkeypatch, end):
    monkeypatch.setattr(taking_back, "forget_lonely", lambda *_: None)
    end(visitor)
    assert lonely(visitor) == ["ana@example.org"]


@pytest.mark.parametrize("end", [operator_discards_what_waits, not_me, time_passes])
def test_who_is_known_for_something_else_stays(visitor, end):
    visitor.pledge("milk-with-dignity")
    end(visitor)
    assert visitor.one("SELECT count(*) FROM people WHERE email = 'ana@example.org'") == 1


def test_whom_somebody_brought_along_does_not_tell_of_them_once_they_are_erased(visitor):
    """Also not by an RSVP that another took the place of."""
    another_rsvp_in_another_spelling(visitor)
    old = visitor.one("SELECT id FROM actions WHERE state = 'merged'")
    visitor.pledge(email="eva@example.org")
    visitor.do("UPDATE actions SET referred_by_id = :old WHERE state = 'confirmed' AND is_counted", old=old)
    person = visitor.one("SELECT id FROM people WHERE email = 'ana@example.org'")
    with_session(visitor, lambda s: erase_person(s, person, BY_NAME))
    later = visitor.one("SELECT id FROM people WHERE email = 'ana+march@example.org'")
    with_session(visitor, lambda s: erase_person(s, later, BY_NAME))
    assert visitor.one("SELECT count(*) FROM actions WHERE referred_by_id IS NOT NULL") == 0
    assert credited(visitor) == []


def test_the_statements_about_people_are_read_off_the_tables(visitor):
    """Each key to `people` is in them: in the one, or in the other."""
    keys = visitor.all(
        "SELECT conrelid::regclass::text AS name FROM pg_constraint WHERE confrelid = 'people'::regclass"
    )
    said = " ".join(str(statement) for statement in (forgetting._lonely(), *forgetting._forget()))
    assert all(f"FROM {row.name} " in said for row in keys)
    assert isinstance(forgetting._lonely(), type(text("")))
