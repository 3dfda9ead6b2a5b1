"""Consent given, taken back, given again, unsubscribed by one click, complained about: the facts, and which mail goes."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event

from campaign.actions.service.thanking import THANKS
from campaign.delivery.events import read_event, record_events
from campaign.delivery.suppression import Addressee, address_key, find_suppressed
from campaign.outbox.commands import NewMessage
from campaign.outbox.service import append
from campaign.people.consents import list_consents, list_mailable
from campaign.people.stopping import object_by_mail, stop
from tests.actions.visitor import HIGH_SAFETY, OPEN, PERSON

LATER = {"given_name": "Ana Maria"}  # a form that is no repeat of the first
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def organization_of(visitor, slug=OPEN):
    return visitor.all(
        "SELECT o.* FROM organizations o JOIN campaigns c ON c.organization_id = o.id WHERE c.slug = :slug", slug=slug
    )[0]


def facts(visitor):
    return [tuple(row) for row in visitor.all("SELECT door, is_granted FROM consents ORDER BY at, id")]


def person_id(visitor):
    return visitor.one("SELECT id FROM people WHERE email = 'ana@example.org'")


def going(visitor, slug=OPEN):
    """Which mail goes to Ana: of this organization's bulk (by consent), its receipts, and what she asks for."""
    organization = organization_of(visitor, slug)
    key = address_key(visitor.installation.hashes, PERSON["email"])
    with visitor.sessions() as session:
        bulk = bool(list_mailable(session, organization.id, [person_id(visitor)]))
        receipts, asked = find_suppressed(
            session,
            [
                Addressee(key, "receipts", organization.id, is_suppressible=True),
                Addressee(key, "critical", organization.id, is_suppressible=False),
            ],
        )
    return "".join(
        letter if goes else "-" for letter, goes in zip("BRA", (bulk, receipts is None, asked is None), strict=True)
    )


def receipt(visitor):
    """The receipt of what was confirmed last, as a mail that can be unsubscribed from."""
    row = visitor.all(
        "SELECT a.id, a.person_id, a.campaign_id, c.organization_id FROM actions a "
        "JOIN campaigns c ON c.id = a.campaign_id WHERE a.state = 'confirmed' ORDER BY a.id DESC LIMIT 1"
    )[0]
    with visitor.sessions() as session, session.begin():
        append(session, [NewMessage.about_action(row, lane="receipts", topic=THANKS)])
    return visitor.mails("receipts")[-1]


def agree_by_form(visitor, **values):
    visitor.pledge(consent="yes", **values)


def sign_again_without_a_tick(visitor):
    visitor.pledge(given_name="Anita")


def stop_on_my_page(visitor):
    slug = organization_of(visitor).slug
    assert visitor.client.post(f"{visitor.my_page()}/mail/{slug}", data={"step": "stop"}).status_code == 303


def agree_on_my_page(visitor):
    slug = organization_of(visitor).slug
    assert visitor.client.post(f"{visitor.my_page()}/mail/{slug}", data={"step": "agree"}).status_code == 303


def stop_all(visitor):
    assert visitor.client.post(f"{visitor.my_page()}/mail").status_code == 303


def unsubscribe_by_one_click(visitor):
    header = receipt(visitor).mail.headers["List-Unsubscribe"]
    path = header.removeprefix("<http://campaign.example").removesuffix(">")
    assert visitor.client.post(path, data=ONE_CLICK).status_code == 200


def undo(visitor):
    assert visitor.client.post(f"{receipt(visitor).link('unsubscribe')}/undo").status_code == 200


def complain(visitor):
    message = visitor.all("SELECT public_id FROM outbox_messages WHERE person_id IS NOT NULL ORDER BY id DESC")[0]
    told = {"event": "spamreport", "sg_event_id": "c1", "timestamp": 1_700_000_000, "email": "Ana@example.org"}
    with visitor.sessions() as session, session.begin():
        events = [read_event({**told, "message": str(message.public_id)})]
        record_events(session, visitor.installation.hashes, events, object_by_mail)


def lift(visitor):
    visitor.do("DELETE FROM suppressions WHERE kind = 'complaint'")


# What happens, one after the other; the fact it leaves; and what goes then: B(ulk), R(eceipts), A(sked for).
STORY = (
    (lambda v: v.pledge(), None, "-RA"),
    (lambda v: agree_by_form(v, **LATER), ("form", True), "BRA"),
    (sign_again_without_a_tick, None, "BRA"),
    (stop_on_my_page, ("my", False), "--A"),
    (stop_on_my_page, None, "--A"),
    (agree_on_my_page, ("my", True), "BRA"),
    (agree_on_my_page, None, "BRA"),
    (unsubscribe_by_one_click, ("unsubscribe", False), "--A"),
    (unsubscribe_by_one_click, None, "--A"),
    (undo, ("unsubscribe", True), "BRA"),
    (undo, None, "BRA"),
    (unsubscribe_by_one_click, ("unsubscribe", False), "--A"),
    (lambda v: agree_by_form(v, given_name="Anna"), ("form", True), "BRA"),
    (stop_all, ("my", False), "--A"),
    (undo, None, "--A"),
    (agree_on_my_page, ("my", True), "BRA"),
    (complain, ("complaint", False), "--A"),
    (complain, None, "--A"),
    (lambda v: agree_by_form(v, given_name="Anne"), ("form", True), "--A"),
    (lift, None, "BRA"),
)


def test_each_step_leaves_its_fact_and_the_mail_that_goes_follows(visitor):
    expected = []
    for number, (step, fact, goes) in enumerate(STORY):
        visitor.do("DELETE FROM mailbox_allowances")  # each step is a day of its own
        step(visitor)
        expected += [fact] if fact else []
        assert facts(visitor) == expected, f"step {number}"
        assert going(visitor) == goes, f"step {number}"


def test_a_fact_says_which_words_and_one_of_taking_back_those_that_were_agreed_to(visitor):
    organization = organization_of(visitor)
    agree_by_form(visitor, language="es")
    stop_on_my_page(visitor)
    agree_on_my_page(visitor)
    words = visitor.all(
        "SELECT c.is_granted, w.language, w.text FROM consents c JOIN consent_wordings w ON w.id = c.wording_id "
        "ORDER BY c.at, c.id"
    )
    assert [row.is_granted for row in words] == [True, False, True]
    assert words[0][1:] == words[1][1:]
    assert "en cualquier momento" in words[0].text or words[0].language == "es"
    page = visitor.client.get(visitor.my_page()).text
    assert words[2].text in page, "the words that stood above the button are those that are stored"
    with visitor.sessions() as session:
        held = list_consents(session, organization.id, [person_id(visitor), 0])
    assert list(held) == [person_id(visitor)]
    assert (held[person_id(visitor)].words, held[person_id(visitor)].door) == (words[2].text, "my")


def test_one_organization_is_stopped_and_no_other(visitor):
    others = visitor.all(
        "SELECT c.slug, o.id FROM campaigns c JOIN organizations o ON o.id = c.organization_id "
        "WHERE c.status = 'open' AND NOT c.is_high_safety AND o.id <> :own ORDER BY c.id",
        own=organization_of(visitor).id,
    )
    agree_by_form(visitor)
    agree_by_form(visitor, slug=others[0].slug)
    unsubscribe_by_one_click(visitor)  # of the last receipt's organization
    assert going(visitor) == "BRA"
    assert going(visitor, others[0].slug) == "--A"
    agree_by_form(visitor, slug=others[0].slug, given_name="Anna")
    complain(visitor)
    assert going(visitor) == going(visitor, others[0].slug) == "--A"
    assert facts(visitor)[-2:] == [("complaint", False)] * 2, "a complaint is about all mail"


def test_what_was_agreed_to_goes_with_who_erases_themselves_and_no_fact_is_ever_changed(visitor):
    agree_by_form(visitor)
    first = visitor.all("SELECT c::text FROM consents c")
    stop_on_my_page(visitor)
    assert visitor.all("SELECT c::text FROM consents c ORDER BY at LIMIT 1") == first
    visitor.client.post(f"{visitor.my_page()}/erase", data={"sure": "yes"})
    assert facts(visitor) == []
    agree_again = visitor.one("SELECT count(*) FROM suppressions WHERE kind = 'unsubscribe'")
    assert agree_again == 1, "who asked for no mail gets none, until they ask for it"


def test_on_a_high_safety_campaign_nobody_agrees_and_nobody_has_a_page_of_mail(visitor):
    visitor.sign(HIGH_SAFETY, consent="yes")
    mail = visitor.mails()[-1]
    assert not mail.mail.is_unasked
    visitor.confirm(mail.link("confirm"))
    assert facts(visitor) == []
    undo_link = mail.link("my")
    page = visitor.client.get(undo_link)
    assert page.status_code == 200
    assert "/mail" not in page.text
    assert visitor.client.post(f"{undo_link}/mail").status_code == 404


@pytest.mark.parametrize(
    "address", ["nobody@example.org", "", "\x00", "not an address", "é" * 300, "ana@example.org\n"]
)
def test_an_objection_from_whomever_breaks_nothing(visitor, address):
    visitor.pledge()
    for organization_id in (None, organization_of(visitor).id, 2**40):
        with visitor.sessions() as session, session.begin():
            object_by_mail(session, address, organization_id)
    assert facts(visitor) == []


def test_what_comes_in_with_an_old_date_does_not_outdo_what_was_taken_back_since(visitor):
    agree_by_form(visitor)
    stop_on_my_page(visitor)
    visitor.do(
        "INSERT INTO consents (organization_id, person_id, wording_id, is_granted, door, at) "
        "SELECT organization_id, person_id, wording_id, true, 'import', at - interval '3 years' FROM consents LIMIT 1"
    )
    assert going(visitor) == "--A"


def test_nobody_who_ticked_nothing_costs_a_confirmation_a_statement_more(visitor, engine):
    said = []
    listen = lambda *args: said.append(args[2])  # noqa: E731 - SQLAlchemy's signature
    event.listen(engine, "before_cursor_execute", listen)
    try:
        visitor.pledge()
    finally:
        event.remove(engine, "before_cursor_execute", listen)
    assert not [statement for statement in said if "kind = 'unsubscribe'" in statement]


def test_two_presses_at_once_leave_one_fact(visitor):
    agree_by_form(visitor)
    who, organization_id = person_id(visitor), organization_of(visitor).id
    with visitor.sessions() as first, visitor.sessions() as second, ThreadPoolExecutor(1) as other:
        stop(first, who, [organization_id], "my")
        waits = other.submit(stop, second, who, [organization_id], "unsubscribe")
        first.commit()
        waits.result(timeout=30)
        second.commit()
    assert facts(visitor) == [("form", True), ("my", False)]
    assert visitor.one("SELECT count(*) FROM suppressions") == 1
