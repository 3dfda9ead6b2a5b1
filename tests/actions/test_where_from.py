"""A link's word of where somebody came from: from a page that is the same for all to the action, without a script."""

import pytest

from campaign.actions.sharecodes import code_for
from tests.actions.visitor import HIGH_SAFETY, OPEN, PUBLIC_URL

PAGE = f"{PUBLIC_URL}/campaigns/{OPEN}"
ONE_OF_MANY = "utm_source=Newsletter&utm_medium=email&utm_campaign=march&fbclid=abc"


def stored(visitor, email="ana@example.org"):
    return visitor.one(
        "SELECT a.source FROM actions a JOIN people p ON p.id = a.person_id WHERE p.email = :email", email=email
    )


def sign_from(visitor, client, address, slug=OPEN, **values):
    """Sign in a form on the page at `address`, as a browser without a script does."""

    class Browser:
        def post(self, path, data):
            return client.post(path, data=data, headers={"Referer": address})

    return visitor.sign(slug, client=Browser(), **values)


def test_what_the_address_of_the_page_says_is_kept_with_the_action_and_stays_once_it_is_confirmed(visitor, client):
    assert sign_from(visitor, client, f"{PAGE}?{ONE_OF_MANY}", source="").status_code == 303
    assert stored(visitor) == "newsletter/email/march"
    visitor.confirm(visitor.last_link("confirm"))
    assert stored(visitor) == "newsletter/email/march"


def test_a_thousand_words_make_one_page(visitor, client, app):
    pages = {
        client.get(f"/campaigns/{OPEN}?source=w{n}&utm_source=v{n}", headers={"Accept-Language": "en"}).data
        for n in range(1000)
    }
    assert len(pages) == 1
    assert len(app.wsgi_app._pages) == 1


def test_who_is_led_to_their_language_takes_the_word_along(visitor, client):
    led = client.get(f"/campaigns/{OPEN}?source=radio", headers={"Accept-Language": "es"})
    assert led.status_code == 302
    assert "source=radio" in led.headers["Location"]
    sign_from(visitor, client, f"{PUBLIC_URL}{led.headers['Location']}")
    assert stored(visitor) == "radio"


@pytest.mark.parametrize(
    "address",
    [
        "https://elsewhere.example/campaigns/fair-food?source=theirs",
        f"{PAGE}?source=" + "a" * 9000,
        f"{PAGE}?" + "&".join(["source="] * 300),
        "http://[?source=x",
        f"{PAGE}?source=%00%ff%ed%a0%80",
    ],
)
def test_what_cannot_be_read_or_is_no_page_of_ours_costs_nobody_a_signature(visitor, client, address):
    assert sign_from(visitor, client, address).status_code == 303
    assert stored(visitor) is None


def test_a_form_that_is_given_back_still_knows_it(visitor, client):
    answer = sign_from(visitor, client, f"{PAGE}?source=radio", given_name="www.spam.example")
    assert answer.status_code == 422
    assert '<input type="hidden" name="source" value="radio">' in answer.text


@pytest.mark.parametrize("room", ["letter", "pledge"])
def test_a_page_made_for_one_visitor_holds_it_by_its_own_address_or_by_the_page_before(client, room):
    own = client.get(f"/campaigns/{OPEN}/{room}?source=radio&lang=en", follow_redirects=True)
    before = client.get(f"/campaigns/{OPEN}/letter?lang=en", headers={"Referer": f"{PAGE}?source=radio"})
    assert 'name="source" value="radio"' in before.text
    assert 'name="source" value="radio"' in own.text or room == "pledge"


def test_a_page_kept_for_everybody_holds_nobodys(client, visitor):
    first = client.get(f"/campaigns/{OPEN}?source=radio&lang=en", headers={"Referer": f"{PAGE}?source=radio"})
    assert "radio" not in first.text


def test_who_signs_again_by_another_link_came_by_that_one_and_by_none_stays_where_they_came_from(visitor, client):
    visitor.pledge(source="radio")
    visitor.pledge(comment="Once more.")
    rows = visitor.all("SELECT source FROM actions WHERE state = 'confirmed'")
    assert [row.source for row in rows] == ["radio"]
    visitor.pledge(comment="And again.", source="flyer")
    rows = visitor.all("SELECT source FROM actions WHERE state = 'confirmed'")
    assert [row.source for row in rows] == ["flyer"]


def test_who_comes_by_a_share_came_from_where_its_sharer_did(visitor):
    visitor.pledge(source="newsletter")
    code = code_for(visitor.installation, visitor.one("SELECT id FROM actions"))
    visitor.sign(email="ben@example.org", via=code)
    visitor.sign(email="eva@example.org", via=code, source="radio")
    assert stored(visitor, "ben@example.org") == "newsletter"
    assert stored(visitor, "eva@example.org") == "radio"
    referred = visitor.all("SELECT referred_by_id FROM actions WHERE state = 'waiting'")
    assert all(row.referred_by_id for row in referred)


def test_the_letter_after_a_pledge_comes_from_where_the_pledge_did(visitor, client):
    visitor.sign(source="radio")
    thanks = visitor.confirm(visitor.last_link("confirm"))
    token = thanks.headers["Location"].partition("t=")[2]
    visitor.write(**dict.fromkeys(("given_name", "family_name", "email", "postal_code"), ""), t=token)
    rows = visitor.all("SELECT kind, source FROM actions ORDER BY id")
    assert [(row.kind, row.source) for row in rows] == [("pledge", "radio"), ("letter", "radio")]


def test_on_a_high_safety_campaign_nothing_of_it_is_kept(visitor, client):
    address = f"{PUBLIC_URL}/campaigns/{HIGH_SAFETY}?source=radio"
    assert sign_from(visitor, client, address, HIGH_SAFETY).status_code == 303
    assert visitor.one("SELECT source FROM actions") is None
