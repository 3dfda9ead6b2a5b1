"""Which bounces say that no mail reaches an address, and which only that this one did not; and those that come late."""

import uuid

import pytest
from sqlalchemy import text

from campaign.delivery.bounces import is_passing
from campaign.delivery.brakes import BRAKED_LANES, apply_automatic_brakes
from campaign.delivery.suppression import address_key
from tests.delivery.test_webhook import HASHES, KEY, add, ask, client, event, post, state_of

__all__ = ["KEY", "client"]

LASTING = {
    "Gmail, no such user": {
        "status": "5.1.1",
        "reason": "550-5.1.1 The email account that you tried to reach does not exist.",
    },
    "Gmail, disabled": {
        "status": "5.2.1",
        "reason": "550 5.2.1 The email account that you tried to reach is inactive.",
    },
    "the code in the words only": {
        "status": "5.0.0",
        "reason": "550 5.1.1 <ana@example.org>: Recipient address rejected",
    },
    "Outlook.com, no such user": {
        "status": "5.5.0",
        "reason": "550 5.5.0 Requested action not taken: mailbox unavailable",
    },
    "Yahoo, no such user": {
        "status": "5.0.0",
        "reason": "554 delivery error: dd This user doesn't have a yahoo.com account",
    },
    "no such domain, as the provider knows": {"status": "5.4.4", "bounce_classification": "Invalid Address"},
    "null MX": {"status": "5.1.10", "reason": "556 5.1.10 Domain does not accept mail"},
    "moved": {"status": "5.1.6"},
    "nothing said": {},
    "an unknown code": {"status": "5.0.0", "reason": "550 No."},
    "careless words with a telling code": {"status": "5.1.1", "reason": "552 5.1.1 mailbox full or unknown"},
    "a network address that looks like a code": {"status": "", "reason": "550 5.2.2.14 says: unknown user"},
    "nonsense": {"status": 5, "reason": ["552"]},
}
PASSING = {
    "Gmail, over quota": {"status": "5.2.2", "reason": "552-5.2.2 The email account that you tried to reach is over quota."},
    "Outlook, full": {"status": "5.2.2", "reason": "554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException"},
    "552 without more": {"status": "5.0.0", "reason": "552 Requested mail action aborted: exceeded storage allocation"},
    "quota in words": {"status": "5.0.0", "reason": "550 Mailbox quota exceeded / Mailbox voll"},
    "a full mailbox by a policy's code": {"status": "5.7.1", "reason": "550 5.7.1 mailbox is full"},
    "given up after days": {"status": "4.4.1", "reason": "451 4.4.1 connection timed out"},
    "full for days": {"status": "4.2.2", "reason": "452 4.2.2 mailbox full"},
    "blocked": {"type": "blocked", "status": "5.1.1"},
    "spam, they say": {"status": "5.7.1", "reason": "550 5.7.1 message refused by policy"},
    "too large": {"status": "5.3.4", "reason": "552 5.3.4 message size exceeds fixed limit"},
    "the sender's address": {"status": "5.1.8", "reason": "550 5.1.8 sender address rejected"},
    "loop": {"status": "5.4.6"},
    "what we sent": {"status": "5.6.0"},
    "response instead of reason": {"response": "552 5.2.2 over quota"},
}  # fmt: skip


@pytest.mark.parametrize("name", LASTING)
def test_what_says_that_there_is_no_such_mailbox_lasts(name):
    assert not is_passing({"event": "bounce", "type": "bounce", **LASTING[name]})


@pytest.mark.parametrize("name", PASSING)
def test_what_says_only_that_this_mail_did_not_arrive_passes(name):
    assert is_passing({"event": "bounce", "type": "bounce", **PASSING[name]})


@pytest.mark.parametrize("name", PASSING)
def test_who_has_a_full_mailbox_is_written_to_again_and_the_mail_is_known_to_have_bounced(client, session, name):
    row = add(session)
    post(client, [event("bounce", row.public_id, **{"type": "bounce", **PASSING[name]})])
    assert state_of(session, row) == "bounced"
    assert ask(session, is_suppressible=False) is None
    (reason,) = session.scalars(text("SELECT reason FROM outbox_messages")).all()
    assert reason is None or reason.startswith(("passing: ", "blocked: "))


def test_a_full_mailbox_is_no_reason_to_brake(client, session):
    for number in range(120):
        add(session, "receipts")
        reason = "passing: 552 5.2.2 full" if number < 60 else None
        session.execute(
            text(
                "UPDATE outbox_messages SET state = :state, reason = :reason, sent_at = now(), settled_at = now() "
                "WHERE id = (SELECT max(id) FROM outbox_messages)"
            ),
            {"state": "bounced" if reason else "delivered", "reason": reason},
        )
    assert "receipts" in BRAKED_LANES
    assert apply_automatic_brakes(session) == []
    session.execute(text("UPDATE outbox_messages SET reason = '550 5.1.1 nobody' WHERE reason IS NOT NULL"))
    assert {brake.reason for brake in apply_automatic_brakes(session)} == {"too many bounces"}


def test_an_executives_full_mailbox_holds_their_letters_and_a_blocked_one_does_not(client, session):
    sent = add(session, "letters")
    post(client, [event("bounce", sent.public_id, type="blocked", reason="550 5.7.1 no")])
    assert session.scalar(text("SELECT count(*) FROM outbox_switches WHERE is_hold")) == 0
    post(client, [event("bounce", sent.public_id, type="bounce", reason="552 5.2.2 full")])
    assert session.scalar(text("SELECT mailbox FROM outbox_switches WHERE is_hold")) == "ceo@kroger.example"


def late(kind="bounce", **values):
    """An event of a receiving server's own mail: an address, and nothing of ours."""
    return event(kind, **{"type": "bounce", "reason": "550 5.1.1 no such user", **values})


@pytest.mark.parametrize("ids", [{}, {"sg_message_id": "PQ99.recvd-1"}], ids=["none", "the provider's"])
@pytest.mark.parametrize(("kind", "stored"), [("bounce", "bounce"), ("spamreport", "complaint")])
def test_what_comes_late_without_our_ids_is_taken_by_its_address(client, session, kind, stored, ids):
    add(session, recipient_key=address_key(HASHES, "ana@example.org"))
    for _ in range(2):
        assert post(client, [late(kind, **ids), late("delivered")]).json == {"taken": 1}
    session.rollback()
    assert ask(session) == stored
    assert ask(session, "somebody@example.org") is None
    assert session.scalar(text("SELECT count(*) FROM suppressions")) == 1
    assert session.scalar(text("SELECT count(*) FROM delivery_events")) == 0


@pytest.mark.parametrize(
    "told",
    [
        late(email="somebody@example.org"),
        late(reason="552 5.2.2 over quota"),
        late(type="blocked"),
        late("unsubscribe"),
        late(message=str(uuid.uuid4())),
        late(email=""),
        late(email="\x00"),
        late(email="\ud800@example.org"),
        late(email=["ana@example.org"]),
        late(email="é@é" * 100),
    ],
    ids=[
        "nobody's",
        "full",
        "blocked",
        "unsubscribe",
        "an id of ours",
        "no address",
        "nul",
        "half a character",
        "a list",
        "long",
    ],
)
def test_what_comes_late_of_nobody_or_says_nothing_lasting_leaves_nothing(client, session, told):
    add(session, recipient_key=address_key(HASHES, "ana@example.org"))
    assert post(client, [told]).status_code == 200
    session.rollback()
    assert session.scalar(text("SELECT count(*) FROM suppressions")) == 0


def test_a_late_bounce_tells_nothing_of_a_high_safety_mail(client, session):
    add(session, recipient_key=address_key(HASHES, "ana@example.org"), is_high_safety=True)
    assert post(client, [late()]).json == {"taken": 0}
    session.rollback()
    assert session.scalar(text("SELECT count(*) FROM suppressions")) == 0


def test_a_late_bounce_of_an_office_holds_its_letters(client, session):
    add(session, "letters")
    assert post(client, [late(email="CEO@kroger.example")]).json == {"taken": 1}
    session.rollback()
    assert session.scalar(text("SELECT mailbox FROM outbox_switches WHERE is_hold")) == "ceo@kroger.example"
    assert session.scalar(text("SELECT count(*) FROM suppressions")) == 0
