"""High safety: a pseudonym and, until the confirmation is settled, an address; then nothing that leads to a person."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from campaign.actions.service.reviewing import discard
from campaign.embedded.wheels import postgres_programs
from campaign.features import KINDS
from campaign.kernel.actors import OPERATOR
from tests.actions.visitor import HIGH_SAFETY, OPEN, PERSON

ADDRESS = "zq17x@garment.example"


def pg_dump(settings):
    """The whole database as text, as an operator (or a thief) would see it."""
    url = make_url(settings.database_url)
    program = postgres_programs(None, Path("/nowhere")) / "pg_dump"
    command = [program, "-h", url.host, "-p", str(url.port), "-U", url.username, url.database]
    result = subprocess.run(
        command, env={**os.environ, "PGPASSWORD": url.password or ""}, capture_output=True, check=True, text=True
    )
    assert "COPY public.actions" in result.stdout
    return result.stdout


def sign_safely(visitor, **values):
    values = {
        "given_name": "Moon",
        "family_name": "Akter",
        "email": ADDRESS,
        "comment": "SECRETWORDS",
        "source": "SECRETWORDS",
        "consent": "yes",
        "show_name": "yes",
        "phone": "SECRETWORDS",
        **values,
    }
    return visitor.sign(HIGH_SAFETY, **values)


def test_confirmed_it_leaves_no_address_and_no_other_campaigns_pseudonym_in_a_dump(visitor, settings):
    """The same address signed elsewhere under another name: nothing in the database ties the two together."""
    visitor.pledge(email="other@example.org", given_name="Rahima")
    sign_safely(visitor)
    for trace in ("garment.example", "zq17x", "Moon"):
        assert trace not in pg_dump(settings), "the address and the pseudonym are sealed while they wait"
    assert visitor.confirm(visitor.last_link("confirm")).status_code == 303
    dump = pg_dump(settings)
    for trace in ("garment.example", "zq17x", "Akter", "SECRETWORDS", "Moon"):
        assert trace not in dump, trace
    assert len(visitor.named("Moon")) == 1
    assert visitor.tally(HIGH_SAFETY) == (1, 1)


def test_nothing_ties_it_to_what_the_same_address_does_elsewhere(visitor, settings):
    visitor.pledge(email=ADDRESS, given_name="Rahima", consent="yes")
    sign_safely(visitor)
    message = visitor.all("SELECT * FROM outbox_messages ORDER BY id DESC LIMIT 1")[0]
    visitor.confirm(visitor.last_link("confirm"))
    assert visitor.one("SELECT count(*) FROM outbox_messages WHERE public_id = :id", id=message.public_id) == 0
    actions = {row.campaign_id: row for row in visitor.all("SELECT * FROM actions")}
    assert len(actions) == 2
    safe = next(row for row in actions.values() if row.person_id is None)
    known = next(row for row in actions.values() if row.person_id is not None)
    values = {bytes(value).hex() for value in (safe.signer_key, safe.digest, message.recipient_key)}
    others = "".join(
        row
        for table, rows in visitor.dump().items()
        for row in rows
        if table != "actions" or f"{safe.public_id}" not in row
    )
    assert not [value for value in values if value in others]
    assert message.person_id is None
    assert bytes(known.signer_key).hex() in others
    page = visitor.client.get(visitor.my_page(ADDRESS)).text
    assert HIGH_SAFETY not in page
    assert "Moon" not in page


def test_only_pseudonym_and_address_are_stored_of_what_was_posted(visitor, settings):
    sign_safely(visitor)
    row = visitor.all("SELECT * FROM actions")[0]._asdict()
    for name in ("person_id", "family_name", "postal_code", "country", "comment", "wording_id", "source"):
        assert row[name] is None, name
    assert row["show_name"] is False
    dump = pg_dump(settings)
    for trace in ("Akter", "SECRETWORDS", "34142"):
        # By itself: its digits stand in one random id or fraction of a second of many.
        assert not re.search(rf"(?<![\w.]){trace}(?!\w)", dump), trace
    assert visitor.one("SELECT count(*) FROM people") == 0


@pytest.mark.parametrize(
    "settle", ["confirm", "held", "withdraw", "erase", "not_me", "purge", "discard", "merge", "withdraw confirmed"]
)
def test_however_it_is_settled_the_address_is_gone(visitor, settings, settle):
    from campaign.actions.service.reviewing import discard
    from campaign.actions.service.taking_back import purge_unconfirmed
    from campaign.features import KINDS

    sign_safely(visitor, fax_number="x" if settle in ("held", "discard") else None)
    mail = visitor.mails()[0]
    public_id = visitor.one("SELECT public_id FROM actions")
    undo = mail.link("my")
    match settle:
        case "confirm" | "held" | "withdraw confirmed" | "merge":
            assert visitor.confirm(mail.link("confirm")).status_code == 303
    match settle:
        case "withdraw" | "withdraw confirmed":
            assert visitor.client.post(f"{undo}/withdraw/{public_id}").status_code == 303
        case "erase":
            assert visitor.client.post(f"{undo}/erase", data={"sure": "yes"}).status_code == 303
        case "not_me":
            assert visitor.client.post(mail.link("not-me")).status_code == 200
        case "purge":
            visitor.do(
                "UPDATE actions SET created_at = created_at - interval '31 days', asked_at = asked_at - interval '31 days'"
            )
            with visitor.sessions() as session, session.begin():
                purge_unconfirmed(session)
        case "discard":
            with visitor.sessions() as session, session.begin():
                assert discard(session, OPERATOR, [public_id], {kind.name: kind for kind in KINDS}) == 1
        case "merge":
            sign_safely(visitor, given_name="Star")
            visitor.confirm(visitor.last_link("confirm"))
            assert visitor.tally(HIGH_SAFETY) == (1, 1)
    dump = pg_dump(settings)
    for trace in ("zq17x", "garment.example"):
        assert trace not in dump


def test_its_mail_says_no_name_and_carries_the_only_way_back(visitor):
    sign_safely(visitor)
    mail = visitor.mails()[0]
    assert "Moon" not in mail.subject + mail.text + mail.html
    visitor.confirm(mail.link("confirm"))
    undo = mail.link("my")
    page = visitor.client.get(undo)
    assert page.status_code == 200
    assert visitor.ask_for_my_link(ADDRESS).status_code == 200
    assert visitor.mails() == [], "the address is not known here"
    public_id = visitor.one("SELECT public_id FROM actions")
    assert visitor.client.post(f"{undo}/withdraw/{public_id}").status_code == 303
    assert visitor.tally(HIGH_SAFETY) == (0, 1)


def test_erasing_it_leaves_no_row_and_the_address_may_sign_again(visitor):
    sign_safely(visitor)
    mail = visitor.mails()[0]
    visitor.confirm(mail.link("confirm"))
    assert "Delete everything" in visitor.client.get(f"{mail.link('my')}/erase").text
    visitor.client.post(f"{mail.link('my')}/erase", data={"sure": "yes"})
    for table in ("actions", "outbox_messages", "unmixed_actions"):
        assert visitor.one(f"SELECT count(*) FROM {table}") == 0
    assert visitor.tally(HIGH_SAFETY) == (0, 1)
    page = visitor.client.get(mail.link("my"))
    assert page.status_code == 410
    assert "has been deleted" in page.text
    sign_safely(visitor)
    visitor.confirm(visitor.last_link("confirm"))
    assert visitor.tally(HIGH_SAFETY) == (1, 2)


def test_it_has_no_letter_page_and_no_public_names(visitor):
    for ask in (visitor.client.get, visitor.client.post):
        assert ask(f"/campaigns/{HIGH_SAFETY}/letter").status_code == 404
    sign_safely(visitor)
    visitor.confirm(visitor.last_link("confirm"))
    for path in ("/", f"/campaigns/{HIGH_SAFETY}", f"/campaigns/{HIGH_SAFETY}/count.json", "/metrics"):
        assert "Moon" not in visitor.client.get(path).text


def test_the_thanks_page_prefills_nothing_for_the_next_step(visitor):
    location = sign_safely(visitor).headers["Location"]
    token = location.partition("t=")[2]
    letter = visitor.client.get(f"/campaigns/{OPEN}/letter?t={token}").text
    for trace in (ADDRESS, "Moon", "Akter", PERSON["family_name"]):
        assert trace not in letter
    confirmed = visitor.confirm(visitor.last_link("confirm")).headers["Location"]
    letter = visitor.client.get(f"/campaigns/{OPEN}/letter?t={confirmed.partition('t=')[2]}").text
    for trace in (ADDRESS, "Moon"):
        assert trace not in letter


def test_the_link_of_who_signed_twice_shows_and_takes_back_the_name_that_counts(visitor):
    sign_safely(visitor)
    visitor.confirm(visitor.last_link("confirm"))
    sign_safely(visitor, given_name="Star")
    mail = visitor.mails()[0]
    visitor.confirm(mail.link("confirm"))
    undo = mail.link("my")
    page = visitor.client.get(undo).text
    assert "Withdrawn" not in page
    assert "Confirmed on" in page
    assert visitor.client.post(f"{undo}/erase", data={"sure": "yes"}).status_code == 303
    assert visitor.one("SELECT count(*) FROM actions") == 0
    assert visitor.tally(HIGH_SAFETY) == (0, 1)


def test_what_a_review_put_aside_is_not_said_to_be_taken_back(visitor):
    sign_safely(visitor, fax_number="x")
    undo = visitor.mails()[0].link("my")
    public_id = visitor.one("SELECT public_id FROM actions")
    with visitor.sessions() as session, session.begin():
        discard(session, OPERATOR, [public_id], {kind.name: kind for kind in KINDS})
    page = visitor.client.get(undo).text
    assert "Withdrawn" not in page
    assert "This doesn’t count." in page


def test_this_wasnt_me_promises_no_more_than_it_did(visitor):
    sign_safely(visitor)
    mail = visitor.mails()[0]
    visitor.confirm(mail.link("confirm"))
    page = visitor.client.post(mail.link("not-me")).text
    assert "asks you to confirm nothing more" not in page, "its address is known no more, so nothing can be stopped"
    assert visitor.one("SELECT count(*) FROM suppressions") == 0


def test_what_it_holds_is_as_long_for_everybody(visitor):
    for name, email in (("M", "m@example.org"), ("Moon " * 15, "m" * 60 + "@garment-workers.example")):
        sign_safely(visitor, given_name=name, email=email)
    rows = visitor.all("SELECT length(email) AS address, length(given_name) AS name FROM actions ORDER BY id")
    assert len({tuple(row) for row in rows}) == 1


def test_an_address_moved_to_another_row_is_written_to_by_nobody(visitor):
    """Whoever can write to the database cannot have one signer's links mailed to another."""
    sign_safely(visitor)
    sign_safely(visitor, email="spy@example.org")
    visitor.do("UPDATE actions a SET email = b.email FROM actions b WHERE b.id <> a.id")
    assert visitor.mails() == []


def test_what_was_stored_before_addresses_were_sealed_goes_on(visitor):
    sign_safely(visitor)
    visitor.do("UPDATE actions SET email = :email, given_name = 'Moon'", email=ADDRESS)
    (mail,) = visitor.mails()
    assert mail.to == ADDRESS
    assert "Moon" in visitor.client.get(mail.link("confirm")).text
    assert visitor.confirm(mail.link("confirm")).status_code == 303
    assert visitor.tally(HIGH_SAFETY) == (1, 1)
