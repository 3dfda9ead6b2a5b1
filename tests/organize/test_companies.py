"""Companies on the organizers' side: changed by who has the care, proposed by others, an address by two people."""

import pytest
from sqlalchemy import text

from campaign.kernel.actors import OPERATOR
from campaign.outbox.holds import hold
from campaign.outbox.mailboxes import RETURNED
from campaign.targets.care import give_care

LIST = "/organize/ciw/companies"
KROGER = f"{LIST}/kroger"


@pytest.fixture
def care(sessions, demo):
    with sessions() as session, session.begin():
        give_care(session, OPERATOR, company="kroger", organization="ciw")


@pytest.fixture
def office(sessions, demo):
    """The first office of Kroger: its public id and address."""
    with sessions() as session:
        return session.execute(
            text(
                "SELECT e.public_id, e.office, e.address FROM executives e JOIN companies c ON c.id = e.company_id"
                " WHERE c.slug = 'kroger' ORDER BY e.id LIMIT 1"
            )
        ).one()


def _one(sessions, query):
    with sessions() as session:
        return session.execute(text(query)).one()


def _page(answer):
    return answer.get_data(as_text=True)


def test_the_list_says_whose_care_and_how_addresses_stand(organizer, care, office, sessions):
    with sessions() as session, session.begin():
        hold(session, mailbox=office.address, reason=RETURNED["bounce"])
    page = _page(organizer("editor").get(LIST))
    assert "Came back from 1 office" in page
    assert page.index("Kroger") < page.index(">Yes<") < page.index(">No<")


def test_home_says_what_waits_of_ones_companies(organizer, care, office, sessions):
    ana, ben, eva = organizer("editor"), organizer("organizer"), organizer("viewer")
    ana.post(f"{KROGER}/offices/{office.public_id}", {"address": "new@kroger.example"})
    with sessions() as session, session.begin():
        hold(session, mailbox=office.address, reason=RETURNED["bounce"])
    said = ["1 proposal waits for your decision", "Mail came back from 1 office in your care"]
    home = {who: _page(me.get("/organize/ciw")) for who, me in {"ana": ana, "ben": ben, "eva": eva}.items()}
    assert [words in home["ben"] for words in said] == [True, True]
    assert [words in home["ana"] for words in said] == [False, True], "nobody decides on their own"
    assert [words in home["eva"] for words in said] == [False, False]


def test_a_viewer_is_not_led_there(organizer):
    me = organizer("viewer")
    assert me.get(LIST).status_code == 403
    assert LIST not in _page(me.get("/organize/ciw"))


def test_an_address_is_proposed_and_accepted_by_another(organizer, care, office, sessions):
    ana, ben = organizer("editor"), organizer("organizer")
    typed = {"address": "new@kroger.example", "source": "Annual report", "checked_on": "2026-11-01"}
    answer = ana.post(f"{KROGER}/offices/{office.public_id}", typed)
    assert (answer.status_code, answer.location) == (303, f"{KROGER}?done=saved")
    assert office.address in _page(ana.get(KROGER))
    proposal = _one(sessions, "SELECT public_id FROM proposals").public_id
    path = f"/organize/ciw/proposals/{proposal}"
    assert "a second person accepts it" in _page(ana.get(path))
    assert ana.post(f"{path}/accept").status_code == 403
    assert "new@kroger.example" in _page(ben.get(path))
    assert ben.post(f"{path}/accept").status_code == 303
    assert "new@kroger.example" in _page(ben.get(KROGER))
    assert "Accepted" in _page(ana.get(path)), "what is decided says so"
    assert ben.post(f"{path}/accept").status_code == 303, "somebody was quicker: no broken page"


def test_letters_that_wait_follow_to_an_accepted_address_and_none_is_lost(organizer, care, office, sessions, visitor):
    visitor.write()
    visitor.confirm(visitor.last_link("confirm"))
    at = "SELECT mailbox, count(*) FROM outbox_messages WHERE lane = 'letters' GROUP BY mailbox"

    def waiting():
        with sessions() as session:
            return dict(session.execute(text(at)).all())

    before = waiting()
    assert before[office.address] == 1
    ana, ben = organizer("editor"), organizer("organizer")
    path = f"{KROGER}/offices/{office.public_id}"
    assert "1 letter waits to go there" in _page(ana.get(path))
    ana.post(path, {"address": "new@kroger.example"})
    assert waiting() == before, "what is proposed moves nothing"
    proposal = f"/organize/ciw/proposals/{_one(sessions, 'SELECT public_id FROM proposals').public_id}"
    assert "1 letter that hasn’t gone yet will follow" in _page(ben.get(proposal))
    assert ben.post(f"{proposal}/accept").status_code == 303
    after = waiting()
    assert office.address not in after, "none goes to the old one"
    assert after == {
        "new@kroger.example": 1,
        **{mailbox: n for mailbox, n in before.items() if mailbox != office.address},
    }


def test_an_address_that_is_taken_is_told_beside_its_box(organizer, care, office, sessions):
    other = _one(
        sessions,
        "SELECT e.address, e.office FROM executives e JOIN companies c ON c.id = e.company_id"
        " WHERE c.slug = 'publix' ORDER BY e.id LIMIT 1",
    )
    me = organizer("editor")
    for path, more in ((f"offices/{office.public_id}", {}), ("offices/new", {"office": "Chair"})):
        answer = me.post(f"{KROGER}/{path}", {"address": other.address, "source": "«kept»", **more})
        page = _page(answer)
        assert answer.status_code == 422
        said = page.partition('id="field-address-error"')[2][:300]
        assert f"{other.address} is the address of another company: Publix, {other.office}" in said
        assert "«kept»" in page
    assert _one(sessions, "SELECT count(*) FROM proposals").count == 0


def test_the_same_address_is_noted_as_checked(organizer, care, office, sessions):
    typed = {"address": office.address, "source": "Web page", "checked_on": "2026-11-02"}
    assert organizer("editor").post(f"{KROGER}/offices/{office.public_id}", typed).status_code == 303
    assert _one(sessions, "SELECT count(*) FROM proposals").count == 0
    assert "Web page" in _page(organizer("organizer").get(KROGER))


def test_who_has_no_care_proposes_to_who_has(organizer, care, sessions):
    them = organizer("editor", "migrant-justice")
    typed = {"name": "The Kroger Co.", "country": "US", "timezone": "America/New_York"}
    answer = them.post("/organize/migrant-justice/companies/kroger/edit", typed)
    assert answer.location.endswith("?done=proposed")
    assert _one(sessions, "SELECT name FROM companies WHERE slug = 'kroger'").name == "Kroger"
    proposal = _one(sessions, "SELECT public_id FROM proposals").public_id
    page = _page(organizer("editor").get(f"/organize/ciw/proposals/{proposal}"))
    assert "Migrant Justice proposed this" in page
    assert "The Kroger Co." in page
    refused = organizer("organizer").post(f"/organize/ciw/proposals/{proposal}/refuse", {"reason": ""})
    assert refused.status_code == 422
    assert "Say why" in _page(refused)


def test_a_proposal_of_others_is_none(organizer, sessions, demo):
    me, them = organizer("editor"), organizer("editor", "migrant-justice")
    values = {"name": "Aldi", "slug": "aldi", "country": "US", "timezone": "America/New_York"}
    assert me.post(f"{LIST}/new", values).status_code == 303
    proposal = _one(sessions, "SELECT public_id FROM proposals").public_id
    theirs = them.get(f"/organize/migrant-justice/proposals/{proposal}")
    nobodys = them.get("/organize/migrant-justice/proposals/00000000-0000-7000-8000-000000000000")
    assert theirs.status_code == nobodys.status_code == 404
    assert theirs.get_data() == nobodys.get_data()
    assert them.post(f"/organize/migrant-justice/proposals/{proposal}/withdraw").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "box", "words"),
    [
        ({"slug": "kroger"}, "slug", "Kroger is here already"),
        ({"slug": "A b"}, "slug", "lower-case letters"),
        ({"name": ""}, "name", "This is needed"),
        ({"country": "XX1"}, "country", "Choose a country"),
        ({"timezone": "Mars/Base"}, "timezone", "time zone"),
        ({"office-1": "CEO", "address-1": "nobody"}, "address-1", "like name@example.org"),
        ({"office-0": "CEO", "address-0": "TAKEN"}, "address-0", "is the address of another company: Kroger"),
        ({"office-2": "CEO", "address-2": "a@aldi.example", "checked_on-2": "2030-01-01"}, "checked_on-2", "to come"),
    ],
)
def test_what_is_wrong_stands_beside_its_box(organizer, office, wrong, box, words):
    values = {"name": "Aldi", "slug": "aldi", "country": "US", "timezone": "America/New_York", "sector": "«kept»"}
    values |= {name: office.address if value == "TAKEN" else value for name, value in wrong.items()}
    answer = organizer("editor").post(f"{LIST}/new", values)
    page = _page(answer)
    assert answer.status_code == 422
    assert f'href="#field-{box}"' in page
    assert words in page.partition(f'id="field-{box}-error"')[2][:300]
    assert "«kept»" in page


def test_an_office_is_held_and_resumed_after_a_page_that_asks(organizer, care, office, sessions):
    me, path = organizer("editor"), f"{KROGER}/offices/{office.public_id}"
    assert "letters are waiting" in _page(me.get(f"{path}/hold"))
    assert me.post(f"{path}/hold").status_code == 303
    assert "Resume" in _page(me.get(KROGER))
    assert me.post(f"{path}/resume").status_code == 303
    assert _one(sessions, "SELECT count(*) FROM outbox_switches WHERE reason = 'office held'").count == 0


def test_an_office_in_others_care_is_not_held(organizer, office, demo):
    me = organizer("owner", "migrant-justice")
    path = f"/organize/migrant-justice/companies/kroger/offices/{office.public_id}/hold"
    assert me.post(path).status_code == 403


@pytest.mark.parametrize("path", ["nobody", "kroger/offices/00000000-0000-7000-8000-000000000000"])
def test_what_is_not_there_is_not_found(organizer, demo, path):
    assert organizer("editor").get(f"{LIST}/{path}").status_code == 404
