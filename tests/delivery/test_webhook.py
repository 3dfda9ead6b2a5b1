import contextlib
import json
import uuid
from datetime import time, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.delivery.events import read_event, record_events
from campaign.delivery.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER
from campaign.delivery.suppression import Addressee, address_key, apart_key, find_suppressed, suppress
from campaign.delivery.webhook import create_blueprint
from campaign.kernel.clock import now
from campaign.kernel.db import db
from campaign.kernel.keyed_hash import KeyedHash
from campaign.kernel.settings import read_settings
from campaign.kernel.unit import init_unit
from campaign.mail_stand_in.keys import SigningKey
from campaign.outbox.commands import NewMessage
from campaign.outbox.service import append
from tests.outbox.states_told import stand

KEY = SigningKey(ec.generate_private_key(ec.SECP256R1()))
PRIVACY = "p" * 32
HASHES = KeyedHash(PRIVACY)


@pytest.fixture
def client(database_url, redis_url, engine):
    app = Flask("test")
    made = read_settings(
        {
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "SECRET_KEY": "s" * 32,
            "PRIVACY_KEY": PRIVACY,
            "PUBLIC_URL": "http://localhost",
            "MAIL_FROM": "A <a@example.org>",
            "SENDGRID_API_KEY": "SG.x",
            "SENDGRID_WEBHOOK_PUBLIC_KEY": KEY.public_key,
        }
    )
    app.config.update(SETTINGS=made, SQLALCHEMY_DATABASE_URI=database_url)
    db.init_app(app)
    init_unit(app, lambda: Session(engine), lambda _lane: None)
    app.register_blueprint(create_blueprint())
    yield app.test_client()
    with app.app_context():
        db.engine.dispose()


def post(client, events, *, body=None, ago=timedelta(), signature=None):
    body = json.dumps(events).encode() if body is None else body
    timestamp = str(int((now() - ago).timestamp()))
    headers = {TIMESTAMP_HEADER: timestamp, SIGNATURE_HEADER: signature or KEY.sign(timestamp, body)}
    return client.post("/webhooks/sendgrid", data=body, headers=headers)


def event(kind="delivered", message=None, **values):
    made = {"event": kind, "sg_event_id": uuid.uuid4().hex, "timestamp": 1_700_000_000, "email": "Ana@example.org"}
    return made | ({"message": str(message)} if message else {}) | values


def add(session, lane="critical", state="sent", **values):
    if lane == "letters":
        values = {"mailbox": "ceo@kroger.example", "company_id": 1} | values
    append(session, [NewMessage(lane, "t.t", campaign_id=1, organization_id=4, **values)])
    row = session.execute(text("SELECT id, public_id FROM outbox_messages ORDER BY id DESC LIMIT 1")).one()
    session.execute(
        text("UPDATE outbox_messages SET state = :state, attempts = 1, provider_id = 'PX' || id WHERE id = :id"),
        {"id": row.id, "state": state},
    )
    session.commit()
    return row


def state_of(session, row):
    session.rollback()
    return session.scalar(text("SELECT state FROM outbox_messages WHERE id = :id"), {"id": row.id})


def test_a_signed_event_moves_its_message(client, session):
    row = add(session)
    answer = post(client, [event(message=row.public_id)])
    assert (answer.status_code, answer.json) == (200, {"taken": 1})
    assert state_of(session, row) == "delivered"


def test_a_replay_changes_nothing(client, session):
    row = add(session)
    events = [event(message=row.public_id)]
    post(client, events)
    session.execute(text("UPDATE outbox_messages SET state = 'sent'"))
    session.commit()
    answer = post(client, [*events, *events])
    assert (answer.status_code, answer.json) == (200, {"taken": 0})
    assert state_of(session, row) == "sent"


def test_an_event_without_our_argument_finds_its_letter_by_the_providers_id(client, session):
    row = add(session, "letters", "unknown")
    post(client, [event(sg_message_id=f"PX{row.id}.recvd-5f8-1")])
    assert state_of(session, row) == "delivered"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"signature": "AAAA"}, 403),
        ({"signature": "not base64!"}, 403),
        ({"signature": "é"}, 403),
        ({"ago": timedelta(hours=26)}, 403),
        ({"ago": -timedelta(minutes=10)}, 403),
        ({"ago": timedelta(hours=24)}, 200),
        ({"body": b"{"}, 400),
        ({"body": b"{}"}, 400),
        ({"body": b"[" * 100_000}, 400),
        ({"body": b"\xff[]"}, 403),
        ({"body": b" " * 1_000_001}, 413),
        ({"body": b'[1, null, {}, {"event": "open"}]'}, 200),
    ],
)
def test_only_what_was_signed_of_late_comes_in_and_nothing_crashes(client, session, change, status):
    row = add(session)
    answer = post(client, [event(message=row.public_id)] if status == 200 else [], **change)
    assert answer.status_code == status
    assert answer.is_json


def test_a_changed_body_is_refused(client, session):
    row = add(session)
    timestamp = str(int(now().timestamp()))
    signature = KEY.sign(timestamp, b"[]")
    assert post(client, [event(message=row.public_id)], signature=signature).status_code == 403
    assert state_of(session, row) == "sent"
    assert client.post("/webhooks/sendgrid", data=b"[]").status_code == 403


def test_no_address_is_kept_of_an_event(client, session):
    row = add(session)
    post(client, [event("bounce", row.public_id, reason="550 <ana@example.org> unknown", type="bounce")])
    kept = session.execute(text("SELECT e::text || m::text FROM delivery_events e, outbox_messages m")).scalar_one()
    assert "ana" not in kept.lower()


def ask(session, address="ana@example.org", *, lane="critical", campaign_id=1, organization_id=4, is_suppressible=True):
    asked = Addressee(address_key(HASHES, address), lane, organization_id, is_suppressible, campaign_id)
    return find_suppressed(session, [asked])[0]


def test_who_is_still_written_to(client, session):
    row = add(session)
    for kind, extra in (("deferred", {}), ("bounce", {"type": "blocked"}), ("delivered", {}), ("dropped", {})):
        post(client, [event(kind, row.public_id, **extra)])
    assert ask(session) is None, "deferred, blocked and dropped never suppress"
    post(client, [event("unsubscribe", row.public_id)])
    session.rollback()
    assert ask(session) is None
    assert ask(session, lane="bulk") == "unsubscribe"
    assert ask(session, lane="bulk", organization_id=5) is None
    post(client, [event("spamreport", row.public_id)])
    session.rollback()
    assert ask(session) == "complaint"
    assert ask(session, is_suppressible=False) is None, "the link just asked for still goes"
    post(client, [event("bounce", row.public_id, type="bounce")])
    session.rollback()
    assert ask(session, is_suppressible=False) == "bounce"
    assert ask(session, "somebody@example.org") is None


def test_not_me_stops_one_campaign_only(session):
    suppress(session, [address_key(HASHES, "ana@EXAMPLE.org")] * 2, "not_me", campaign_id=1)
    suppress(session, [address_key(HASHES, "ana@example.org")], "not_me", campaign_id=1)
    assert ask(session, is_suppressible=False) == "not_me"
    assert ask(session, campaign_id=2) is None


def test_a_bounce_on_a_high_safety_campaign_protects_the_mailbox_there_and_nothing_of_it_is_kept(client, session):
    row = add(session, is_high_safety=True)
    events = [event("bounce", row.public_id, type="bounce"), event("spamreport", row.public_id)]
    for _ in range(2):
        assert post(client, events).json == {"taken": 2}, "not written down, so each time is the first"
    assert state_of(session, row) == "complained"
    assert session.scalar(text("SELECT count(*) FROM delivery_events")) == 0
    assert ask(session) is None, "known within the campaign alone"
    inside = Addressee(
        address_key(HASHES, "x@x.example"), "critical", 4, False, 1, apart_key(HASHES, 1, "ana@example.org")
    )
    assert find_suppressed(session, [inside]) == ["bounce"]
    (kept,) = session.execute(text("SELECT kind, campaign_id, created_at FROM suppressions")).all()
    assert (kept.kind, kept.campaign_id) == ("bounce", 1)
    assert kept.created_at.time() == time()


def test_an_event_about_nobody_known_leaves_nothing(client, session):
    assert post(client, [event("bounce", uuid.uuid4(), type="bounce")]).json == {"taken": 0}
    assert session.scalar(text("SELECT count(*) FROM delivery_events")) == 0
    assert session.scalar(text("SELECT count(*) FROM suppressions")) == 0


@pytest.mark.parametrize(("kind", "reason"), [("bounce", "mailbox bounced"), ("spamreport", "mailbox complained")])
def test_an_executives_bounce_or_complaint_holds_that_mailbox(client, session, kind, reason):
    sent, _due = add(session, "letters"), add(session, "letters", "due")
    add(session, "letters", "due", mailbox="cfo@kroger.example")
    post(client, [event(kind, sent.public_id)])
    assert stand(session)[1:] == [("held", reason), ("due", None)]
    assert ask(session, lane="letters") is None, "an executive is held, not suppressed"


KINDS = {"processed": 1, "deferred": 1, "delivered": 2, "dropped": 3, "bounce": 4, "spamreport": 5, "open": 0}
NAMES = ["unknown", "sent", "delivered", "dropped", "bounced", "complained"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kinds=st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=6),
    splits=st.lists(st.integers(1, 3), min_size=6, max_size=6),
    start=st.sampled_from(["unknown", "sent", "sending"]),
)
def test_events_in_any_order_and_any_batches_end_in_the_same_state(engine, kinds, splits, start):
    with Session(engine) as session:
        row = add(session, state=start)
        events = [read_event(event(kind, row.public_id)) for kind in kinds]
        while events:
            size = splits.pop() if splits else 1
            record_events(session, HASHES, events[:size])
            events = events[size:]
            session.commit()
        best = max(KINDS[kind] for kind in kinds)
        floor = {"sent": 1}.get(start, 0)
        expected = NAMES[max(best, floor)] if max(best, floor) else start
        assert state_of(session, row) == expected


@settings(max_examples=150, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.dictionaries(
            st.sampled_from(
                ["event", "sg_event_id", "timestamp", "email", "message", "reason", "type", "sg_message_id"]
            ),
            inner | st.sampled_from(["bounce", "1700000000", "x"]),
        ),
        max_leaves=9,
    )
)
def test_no_json_crashes_the_reader(value):
    with contextlib.suppress(ValueError):
        read_event(value)
