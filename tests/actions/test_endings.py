"""What each ending leaves of rows that held a mark in every column: no column that it empties still holds its own.

What stays is written down here by hand and not read off the columns: whoever takes one out of a declaration changes
that, and not this. A column that no list here names has to be empty afterwards. Then every single column is taken out of
every statement that empties it, one at a time, and each time a mark is found.
"""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from campaign.actions.commands import ConfirmAction
from campaign.actions.keys import signer_key
from campaign.actions.models import Action
from campaign.actions.sealed import seal_address
from campaign.actions.service import merging, numbering, restoring, reviewing, taking_back, unlinking_mails
from campaign.actions.service.confirming import confirm
from campaign.events import purging
from campaign.events import service as events
from campaign.events.marshals.models import CheckIn
from campaign.events.models import Claim, Rsvp
from campaign.events.questions import QUESTIONS
from campaign.features import KINDS
from campaign.kernel.actors import OPERATOR
from campaign.kernel.clock import now
from campaign.kernel.personal import emptied_by
from campaign.letters import service as letters
from campaign.letters import turns
from campaign.letters.models import Letter
from campaign.outbox import by_mailbox
from campaign.outbox.models import Message
from tests.actions.marked import Left, Stage
from tests.actions.visitor import HIGH_SAFETY

BY_NAME = {kind.name: kind for kind in KINDS}


def names(words):
    return frozenset(words.split())


ALWAYS = names("id kind campaign_id signer_key digest is_counted door is_made_up")
TIMES = names("created_at asked_at typed_at reminded_at mended_at confirmed_at withdrawn_at")
LETTER = Left(names("id public_id action_id executive_id created_at"))
RSVP = Left(names("action_id event_id signer_key"), anew=names("sequence"))
CLAIM = Left(names("id action_id leg_id resource amount state"), anew=names("looked_at"))
MESSAGE = Left(
    names(
        "id lane stream topic state held_reason campaign_id organization_id company_id executive_id is_high_safety "
        "mailbox domain payload attempts blind_count available_at lease_token lease_until begun_at reason sent_at settled_at"
    ),
    days=names("created_at"),
    anew=names("public_id"),
)
MERGED = Left(
    ALWAYS | (TIMES - {"confirmed_at"}) | names("public_id vouched_by is_held erased_at"),
    anew=names("state merged_into_id confirmed_at"),
)


def withdrawn(stage):
    row = stage.action(state="confirmed")
    taking_back.withdraw(stage.session, [row.id], BY_NAME)
    yield from withdrawn_for_good(stage, row)


def withdrawn_for_good(stage, row):
    stage.session.execute(text("UPDATE actions SET undo_until = undo_until - interval '2 hours'"))
    restoring.empty_withdrawn(stage.session)
    stays = names("number person_id wording_id vouched_by public_id language merged_into_id is_held erased_at")
    yield row, Left(ALWAYS | (TIMES - {"withdrawn_at"}) | stays, anew=names("state withdrawn_at"))


def withdrawn_at_once(stage):
    row = stage.action(state="waiting")
    taking_back.withdraw(stage.session, [row.id], BY_NAME)
    stays = names("number person_id wording_id vouched_by public_id language merged_into_id is_held erased_at")
    yield row, Left(ALWAYS | (TIMES - {"withdrawn_at"}) | stays, anew=names("state withdrawn_at"))


def withdrawn_of_high_safety(stage):
    row = of_high_safety(stage, state="confirmed")
    taking_back.withdraw(stage.session, [row.id], BY_NAME)
    stays = names("number wording_id vouched_by public_id merged_into_id is_held erased_at person_id")
    yield row, Left(ALWAYS | stays, TIMES, names("state"))


def of_high_safety(stage, **values):
    return stage.action(campaign_id=stage.campaign(HIGH_SAFETY), person_id=None, **values)


def erased(stage):
    row = stage.action(state="confirmed")
    email = stage.one("SELECT email FROM people WHERE id = :id", id=row.person_id)
    key = signer_key(stage.installation.hashes, row.campaign_id, email)
    same = {"person_id": None, "signer_key": key, "merged_into_id": row.id}
    merged = stage.action(state="merged", **same)
    superseded = stage.action(state="merged", is_counted=False, number=None, kind="rsvp", **same)
    withdrawn = stage.action(state="withdrawn", person_id=row.person_id)
    brought = stage.action(state="confirmed", referred_by_id=merged.id)
    taking_back.erase_person(stage.session, row.person_id, BY_NAME)
    yield from ((one, Left(is_gone=True)) for one in (row, merged, superseded, withdrawn))
    yield brought, Left(empties=names("referred_by_id"))


def erased_of_high_safety(stage):
    row = of_high_safety(stage, state="confirmed")
    merged = of_high_safety(stage, state="merged", signer_key=row.signer_key, merged_into_id=row.id)
    taking_back.erase_action(stage.session, row.id, BY_NAME)
    yield from ((one, Left(is_gone=True)) for one in (row, merged))


def erased_before_rows_went(stage):
    """As releases before 0040 left it."""
    row = stage.action(state="confirmed", person_id=None, erased_at=now())
    taking_back.forget_erased(stage.session, BY_NAME)
    yield row, Left(is_gone=True)


def discarded(stage):
    row = stage.action(state="held", is_held=True)
    reviewing.discard(stage.session, OPERATOR, [row.public_id], BY_NAME)
    yield row, Left(ALWAYS | names("number merged_into_id"), TIMES | {"erased_at"}, names("state is_held public_id"))


def merged(stage):
    counts = stage.action(state="confirmed")
    row = stage.action(state="waiting", signer_key=counts.signer_key, person_id=counts.person_id)
    confirm(stage.session, [ConfirmAction(row.public_id)], BY_NAME)
    yield row, MERGED


def superseded(stage):
    row, newer = (stage.action(state="confirmed", kind="rsvp", is_counted=False, number=None) for _ in range(2))
    merging.supersede(stage.session, {row.id: newer.id})
    yield row, MERGED


def settled(stage):
    key = b"sixteen bytes ok"
    email = seal_address(stage.installation, "mark@example.org", key)
    row = of_high_safety(stage, state="waiting", signer_key=key, email=email)
    confirm(stage.session, [ConfirmAction(row.public_id)], BY_NAME)
    yield row, Left(days=TIMES, anew=names("state number"), empties=names("email language"))


def taken_back_with_its_letter(stage):
    action = stage.action(state="confirmed", kind="letter", is_counted=False, number=None)
    letter = stage.letter(action)
    taking_back.withdraw(stage.session, [action.id], BY_NAME)
    yield letter, LETTER


def replaced_by_a_later_letter(stage):
    person = stage.person()
    values = {"state": "confirmed", "kind": "letter", "is_counted": False, "number": None, "person_id": person}
    written = [stage.letter(stage.action(**values)) for _ in range(3)]
    for letter in written:
        turns.take_turns(stage.session, [letter.action_id])
    yield written[1], LETTER
    whole = Left(LETTER.keeps | names("subject body"))
    yield written[0], whole
    yield written[2], whole


def given_back(stage):
    action, rsvp, claim, _ = stage.rsvp()
    taking_back.withdraw(stage.session, [action.id], BY_NAME)
    yield rsvp, RSVP
    yield claim, CLAIM


OVER = names("action_id event_id signer_key network_key is_standing sequence changed_at")


def over(stage, *, end=lambda session: purging.purge_details(session, now())):
    action, rsvp, _, check_in = stage.rsvp(starts_in=timedelta(days=-20))
    end(stage.session)
    yield rsvp, Left(OVER)
    if end is not batch:
        yield check_in, Left(names("id leg_id is_walk_up subject came"))
        yield action, Left(empties=names("comment answers"))


def batch(session):
    purging.empty_details(session, now())


def over_in_batches(stage):
    yield from over(stage, end=batch)


FORGOTTEN_EARLY = names("needs")
"""Questions whose answers go two days after the event."""


def over_lately(stage, *, end=lambda session: purging.purge_details(session, now())):
    _, rsvp, _, _ = stage.rsvp(starts_in=timedelta(days=-3))
    end(stage.session)
    yield rsvp, Left(empties=FORGOTTEN_EARLY | {f"answers.{name}" for name in FORGOTTEN_EARLY})


def over_lately_in_batches(stage):
    yield from over_lately(stage, end=batch)


def forgotten(stage):
    fixed = {"lane": "critical", "state": "sent", "held_reason": None}
    row = stage.row("outbox_messages", "id", **fixed)
    letter = stage.row("outbox_messages", "id", **{**fixed, "lane": "letters"})
    by_mailbox.forget(stage.session, [row.action_id, letter.action_id])
    kept = MESSAGE.keeps
    yield row, Left(kept, MESSAGE.days, MESSAGE.anew)
    yield letter, Left(kept | names("action_id public_id"), MESSAGE.days)


def gone_with_the_person(stage):
    person = stage.person()
    organization = stage.one("SELECT organization_id FROM campaigns WHERE id = :id", id=stage.campaign())
    known = stage.row("supporters", "person_id", person_id=person, organization_id=organization)
    rest = {"person_id": person, "organization_id": organization, "wording_id": stage.wording()}
    agreed = stage.row("consents", "id", **rest)
    link = stage.row("my_links", "id", person_id=person)
    taking_back.erase_person(stage.session, person, BY_NAME)
    yield from ((row, Left(is_gone=True)) for row in (known, agreed, link))


CASES = [
    withdrawn, withdrawn_at_once, withdrawn_of_high_safety, erased, erased_of_high_safety, erased_before_rows_went, discarded, merged, superseded, settled,
    taken_back_with_its_letter, replaced_by_a_later_letter, given_back, over, over_in_batches, over_lately,
    over_lately_in_batches, forgotten, gone_with_the_person,
]  # fmt: skip


@pytest.fixture
def stage(sessions, installation, demo):
    with sessions() as session:
        room_for_all = "UPDATE campaign_tallies SET confirmed = confirmed + 9, last_number = last_number + 9"
        session.execute(text(room_for_all))
        yield Stage(session, installation)
        session.rollback()


def leftovers_of(stage, case):
    return {f"{row.table}.{name}" for row, left in list(case(stage)) for name in stage.leftovers(row, left)}


@pytest.mark.parametrize("case", CASES)
def test_no_mark_is_left_of_what_an_ending_empties(stage, case):
    assert leftovers_of(stage, case) == set()


STATEMENTS = [
    (taking_back, "_WITHDRAW", Action, "withdrawn", [withdrawn_at_once, withdrawn_of_high_safety]),
    (restoring, "_EMPTY", Action, "withdrawn", [withdrawn]),
    (reviewing, "_DISCARD", Action, "discarded", [discarded]),
    (merging, "_EMPTY_MERGED", Action, "merged", [merged]),
    (numbering, "_STAND", Action, "settled", [settled]),
    (unlinking_mails, "_UNTIE", Action, "untied", [withdrawn_of_high_safety]),
    (letters, "_ERASE", Letter, "taken_back", [taken_back_with_its_letter]),
    (turns, "_EMPTY", Letter, "taken_back", [replaced_by_a_later_letter]),
    (events, "_EMPTY", Rsvp, "given_back", [given_back]),
    (events, "_EMPTY_CLAIMS", Claim, "given_back", [given_back]),
    (purging, "_EMPTY", Rsvp, "over", [over]),
    (purging, "_EMPTY_THESE", Rsvp, "over", [over_in_batches]),
    (purging, "_FORGET_NEEDS", Rsvp, "over_lately", [over_lately]),
    (purging, "_FORGET_NEEDS_OF", Rsvp, "over_lately", [over_lately_in_batches]),
    (purging, "_FORGET_WORDS", Action, "over", [over]),
    (purging, "_FORGET_WHEN", CheckIn, "over", [over]),
    (by_mailbox, "_FORGET", Message, "forgotten", [forgotten]),
]
UNSEEN = {
    ("_EMPTY_CLAIMS", "until"),
    ("_EMPTY", "language"),
    *(("_EMPTY_THESE", f"answers.{name}") for name in FORGOTTEN_EARLY),
}
"""What can be restored has a person, whose language stays. A claim that is gone cannot have an end: `free` ended it, and the table refuses it otherwise. Needs are emptied by two
statements of one batch, by this one 12 days after the other."""


def what_goes(model, ending):
    """The columns that an ending empties; of answers, each that it does."""
    for column in emptied_by(model.__table__, ending):
        if (model, column) == (Rsvp, "answers"):
            yield from (f"answers.{q.name}" for q in QUESTIONS if ending in ("given_back", "over", q.forgotten))
        else:
            yield column


OMISSIONS = [
    pytest.param(statement, column, id=f"{statement[0].__name__.removeprefix('campaign.')}{statement[1]}-{column}")
    for statement in STATEMENTS
    for column in what_goes(statement[2], statement[3])
    if (statement[1], column) not in UNSEEN
]


@pytest.mark.parametrize(("statement", "column"), OMISSIONS)
def test_a_column_taken_out_of_a_statement_is_missed(stage, monkeypatch, statement, column):
    module, name, model, ending, cases = statement
    monkeypatch.setattr(module, name, text(_leave_alone(getattr(module, name).text, model, ending, column)))
    try:
        found = set().union(*(leftovers_of(stage, case) for case in cases))
    except IntegrityError as error:  # the database itself refuses what was left
        found = {f"{model.__tablename__}.{column}"} if "violates" in str(error) else set()
    assert f"{model.__tablename__}.{column}" in found


def _leave_alone(statement, model, ending, column):
    """Return the statement with one of its assignments taken out; of answers, with one that stays."""
    column, _, question = column.partition(".")
    does = emptied_by(model.__table__, ending)[column]
    for row in "acrlm":
        said = does.replace("{column}", f"{row}.{column}").replace("{row}", row)
        assignment = f"{column} = {said}"
        if assignment in statement and f" {row} SET" in statement and question:
            stays = f"(SELECT jsonb_object_agg(key, value) FROM jsonb_each({row}.answers) WHERE key = '{question}')"
            return statement.replace(assignment, f"{assignment} || {stays}", 1)
        if assignment in statement and f" {row} SET" in statement:
            return statement.replace(assignment, f"{column} = {row}.{column}", 1)
    raise AssertionError(f"{column} is not in {statement}")


def test_all_that_is_declared_is_tried():
    """Each column of each ending of each table has an omission of its own above."""
    tried = {(model.__tablename__, ending) for _, _, model, ending, _ in STATEMENTS}
    assert len(OMISSIONS) >= 14
    assert tried == {
        *(("actions", e) for e in ("withdrawn", "discarded", "merged", "settled", "untied", "over")),
        ("letters", "taken_back"), ("rsvps", "given_back"), ("rsvps", "over"), ("rsvps", "over_lately"),
        ("rsvp_claims", "given_back"), ("check_ins", "over"), ("outbox_messages", "forgotten"),
    }  # fmt: skip
