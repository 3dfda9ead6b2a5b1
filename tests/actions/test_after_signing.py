"""After signing: the mailbox's own address, a wrong address mended, then one step at a time, each of which can wait."""

import re
from urllib.parse import urlsplit

import pytest

from campaign.actions.vouchers import VisitState, seal_visit_state
from campaign.kernel.mailboxes import webmail_of
from tests.actions.visitor import HIGH_SAFETY, OPEN


def thanks_page(visitor, **values):
    answer = visitor.sign(**values)
    assert answer.status_code == 303
    return visitor.client.get(answer.headers["Location"])


def form_of(page):
    return dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', page.text))


def test_a_known_mailbox_is_one_press_away_and_an_unknown_one_is_not_guessed(visitor):
    assert 'href="https://mail.google.com/' in thanks_page(visitor, email="ana@gmail.com").text
    page = thanks_page(visitor, email="ana@unknown.example").text
    assert 'class="mailbox"' not in page


@pytest.mark.parametrize("domain", ["gmail.com", "GMAIL.com", "outlook.com", "yahoo.com", "icloud.com"])
def test_well_known_mailboxes_have_an_address(domain):
    found = webmail_of(f"ana@{domain}")
    assert found is not None
    assert urlsplit(found.url).scheme == "https"


@pytest.mark.parametrize("address", ["ana@example.org", "ana@gmail.com.evil.example", "", "nonsense"])
def test_others_have_none(address):
    assert webmail_of(address) is None


def test_a_wrong_address_is_mended_and_the_wrong_one_is_not_reminded(visitor):
    page = thanks_page(visitor, email="ana@gmial.example", comment="Because.")
    form = form_of(page)
    assert form["given_name"] == "Ana"
    answer = visitor.client.post(f"/campaigns/{OPEN}/pledge", data={**form, "email": "ana@gmail.example"})
    assert answer.status_code == 303
    rows = visitor.all(
        "SELECT email_display, comment, reminded_at FROM actions JOIN people p ON p.id = person_id ORDER BY actions.id"
    )
    assert [(row.email_display, row.comment) for row in rows] == [
        ("ana@gmial.example", "Because."),
        ("ana@gmail.example", "Because."),
    ]
    assert rows[0].reminded_at is not None
    assert rows[1].reminded_at is None


def test_whoever_has_the_mistyped_address_sees_nothing_of_what_was_typed(visitor):
    answer = visitor.sign(email="ana@gmial.example", comment="Because of the heat.")
    link = visitor.last_link("confirm")
    typed = ("Because of the heat.", "Ana", "Ruiz", "34142")
    before = visitor.client.get(link).text
    assert all(word in before for word in typed)
    form = form_of(visitor.client.get(answer.headers["Location"]))
    visitor.client.post(f"/campaigns/{OPEN}/pledge", data={**form, "email": "ana@gmail.example"})
    page = visitor.client.get(link)
    assert page.status_code == 200
    assert not [word for word in typed if word in page.text]
    assert "Someone typed this email address" in page.text
    right = visitor.client.get(visitor.last_link("confirm", "ana@gmail.example")).text
    assert all(word in right for word in typed)
    assert visitor.confirm(link).status_code == 303, "who typed the same words with that address loses no signature"


def test_what_is_sent_again_as_it_was_is_shown_again(visitor):
    form = form_of(thanks_page(visitor, email="ana@gmial.example", comment="Because."))
    link = visitor.last_link("confirm")
    visitor.client.post(f"/campaigns/{OPEN}/pledge", data={**form, "email": "ana@gmail.example"})
    assert "Because." not in visitor.client.get(link).text
    visitor.sign(email="ana@gmial.example", comment="Because.")
    assert "Because." in visitor.client.get(link).text


def test_a_second_slip_still_knows_which_request_it_mends(visitor):
    form = form_of(thanks_page(visitor, email="ana@gmial.example"))
    page = visitor.client.post(f"/campaigns/{OPEN}/pledge", data={**form, "email": "ana@nowhere"})
    assert page.status_code == 422
    again = {**form, "mends": form_of(page)["mends"], "email": "ana@gmail.example"}
    assert visitor.client.post(f"/campaigns/{OPEN}/pledge", data=again).status_code == 303
    assert visitor.all("SELECT reminded_at IS NOT NULL FROM actions ORDER BY id") == [(True,), (False,)]


def reminded(visitor):
    return visitor.one("SELECT count(*) FROM actions WHERE reminded_at IS NOT NULL")


def test_only_the_same_kind_of_request_that_waits_elsewhere_is_mended(visitor):
    """The address must differ, the campaign keep addresses, and what is mended be a pledge that waits."""
    token = form_of(thanks_page(visitor))["mends"]
    visitor.sign(mends=token)
    assert reminded(visitor) == 0, "the same address"
    visitor.sign(HIGH_SAFETY, mends=token, email="sun@example.org")
    assert reminded(visitor) == 0, "high safety"

    def sealed(**values):
        known = {"kind": "pledge", "email": "ana@example.org", "language": "en", **values}
        return seal_visit_state(visitor.installation, VisitState(**known))

    for values in ({"kind": "letter"}, {"outcome": "confirmed"}, {"email": "nonsense"}):
        assert visitor.sign(mends=sealed(**values), email="eva@example.org").status_code == 303
        assert reminded(visitor) == 0, values
    visitor.sign(mends=sealed(), email="eva@example.org")
    assert reminded(visitor) == 1


def test_the_box_for_a_wrong_address_is_a_form_like_the_others(visitor):
    page = thanks_page(visitor).text
    form = re.search(r'<form[^>]*data-action-kind="pledge"[^>]*>', page)
    assert form is not None
    assert "data-offline=" in form[0]
    assert "js/email" in page
    assert "js/sending" in page


def test_a_comment_too_long_to_travel_is_fixed_by_going_back(visitor):
    assert 'name="mends"' in thanks_page(visitor, comment="a" * 2000).text
    assert 'name="mends"' not in thanks_page(visitor, email="eva@example.org", comment="\u0995" * 400).text


def test_a_draft_is_put_aside_when_it_is_sent_and_gone_when_it_counts(visitor):
    sent = f'data-sent="{OPEN}-pledge"'
    page = thanks_page(visitor).text
    assert sent in page
    assert "data-counts" not in page
    page = visitor.client.get(visitor.confirm(visitor.last_link("confirm")).headers["Location"]).text
    assert f"{sent} data-counts" in page


def test_the_longest_names_and_comments_fit_into_an_address(visitor):
    for letter, most in (("\u0995", 80), ("a", 80), ("\U0001f345", 80)):
        for length in (100, 150, 200, 300, 1200, 2000):
            answer = visitor.sign(given_name=letter * most, family_name=letter * most, comment=letter * length)
            assert answer.status_code == 303
            line = f"GET {answer.headers['Location']} HTTP/1.1"
            assert len(line) <= 4094, (letter, length, len(line))


def test_without_the_token_the_page_says_only_what_is_true_before_and_after_confirming(visitor):
    page = visitor.client.get(f"/campaigns/{OPEN}/thanks?lang=en").text
    assert "<h1>Thank you</h1>" in page
    assert "We’ve emailed" not in page


def test_the_mailbox_opens_beside_the_page(visitor):
    page = thanks_page(visitor, email="ana@gmail.com").text
    assert re.search(r'<a [^>]*href="https://mail.google.com/"[^>]*target="_blank"', page)


def test_a_letter_that_waits_names_address_and_mailbox_and_a_sent_one_does_not(visitor):
    answer = visitor.write(email="ana@gmail.com")
    page = visitor.client.get(answer.headers["Location"]).text
    assert "We’ve emailed ana@gmail.com." in page
    assert "https://mail.google.com/" in page
    assert 'name="mends"' not in page


@pytest.fixture
def give_at(visitor):
    """Let organizations be given to at some address, until the test is over."""
    before = visitor.all("SELECT id, donate_url AS url FROM organizations")
    yield lambda url: visitor.do("UPDATE organizations SET donate_url = :url", url=url)
    for row in before:
        visitor.do("UPDATE organizations SET donate_url = :url WHERE id = :id", url=row.url, id=row.id)


@pytest.mark.parametrize(
    ("url", "is_offered"), [("javascript:alert(1)", False), ("http://[", True), ("https://give.example/", True)]
)
def test_giving_leads_to_a_web_address_or_nowhere(visitor, give_at, url, is_offered):
    give_at(url)
    visitor.sign()
    address = visitor.confirm(visitor.last_link("confirm")).headers["Location"]
    page = visitor.client.get(f"{address}&step=give")
    assert page.status_code == 200
    assert (f'href="{url}"' in page.text) == is_offered


def test_a_token_that_is_not_ours_mends_nothing(visitor):
    visitor.sign(email="eva@example.org")
    visitor.sign(mends="forged")
    assert visitor.one("SELECT count(*) FROM actions WHERE reminded_at IS NOT NULL") == 0


def test_after_confirming_one_thing_at_a_time_each_of_which_can_wait(visitor):
    visitor.sign()
    answer = visitor.confirm(visitor.last_link("confirm"))
    seen, steps_shown, address = [], [], answer.headers["Location"]
    while address:
        page = visitor.client.get(address)
        assert page.status_code == 200
        steps_shown.append(page.text.count('class="next"') + page.text.count('class="next next--page"'))
        seen.append(re.search(r"<h1[^>]*>(.*?)</h1>", page.text)[1])
        onward = re.search(r'<a[^>]*href="([^"]*step=[^"]*)"[^>]*>\s*(?:Skip|Not now|Done|Next)', page.text)
        address = onward[1].replace("&amp;", "&") if onward else None
        assert len(seen) < 10
    assert seen[0].startswith("You’re supporter number")
    assert seen[-1] == "Thank you"
    assert seen[1:-1] == ["Join us", "Tell one friend", "Stay connected", "Help pay for this"]
    assert steps_shown == [1, 1, 1, 1, 1, 0]


def test_high_safety_leads_to_no_letter_and_no_code(visitor):
    visitor.sign(HIGH_SAFETY, given_name="Sun")
    answer = visitor.confirm(visitor.last_link("confirm"))
    page = visitor.client.get(answer.headers["Location"]).text
    assert "/letter" not in page
    assert "via=" not in page
