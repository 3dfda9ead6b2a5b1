"""The main job by a phone's browser, from the poster to "delivered": with JavaScript in one language, without in the other."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.walks.content import MAIN, slug_of
from tests.walks.curl import get
from tests.walks.stand_in import link_in, until
from tests.walks.traveller import Traveller
from tests.walks.words import WORDS

pytestmark = pytest.mark.browser

PERSONAL = "I have shopped with you for eleven years. <b>My mother</b> picked tomatoes – in the sun."


@pytest.mark.parametrize(("language", "has_script"), [("en", True), ("es", False)], ids=["en-script", "es-plain"])
def test_a_person_signs_and_writes_and_sees_it_delivered(travel, mailbox, language, has_script):
    me = travel(language, has_script=has_script)
    journey = f"{'script' if has_script else 'plain'}-{language}"
    slug, address = slug_of(journey), f"ana.{journey}@journeys.example"
    before = me.count(slug)

    sign(me, slug, address)
    confirm(me, slug, address)
    until(lambda: me.count(slug) > before, "the tally")
    assert me.count(slug) == before + 1
    assert WORDS[language]["number"].format(number=before + 1) == me.heading()

    offices = write(me, MAIN[journey], address)
    see_it_delivered(me, MAIN[journey], address, offices)


def sign(me: Traveller, slug: str, address: str) -> None:
    """From the poster to "look into your mail"."""
    words = WORDS[me.language]
    me.go(f"/campaigns/{slug}")
    assert me.page.url.endswith(f"/es/campaigns/{slug}" if me.language == "es" else f"/campaigns/{slug}")
    form = me.page.locator("form[data-action-kind=pledge]")
    assert form.locator("[name=consent]").is_checked() is False
    me.fill(given_name="Ana", family_name="Zúñiga", email=address, postal_code="34142")
    form.locator("[name=show_name]").check()
    me.press("form[data-action-kind=pledge] button")
    assert urlsplit(me.page.url).path == f"/campaigns/{slug}/thanks"
    assert me.heading() == words["look_into_mail"]
    _assert_token_left(me)


def confirm(me: Traveller, slug: str, address: str) -> None:
    """From the mail, read in the stand-in's inbox, to one's number."""
    words = WORDS[me.language]
    (mail,) = me.mailbox.wait_for(address)
    assert mail["subject"].startswith(words["subject"])
    assert mail["text"].startswith(words["hello"])
    me.page.goto(me.mailbox.url)
    me.page.locator(f"a.mail:has-text('{address}')").click()
    shown = me.page.locator("pre.text").inner_text()
    link = link_in(mail, "confirm")
    assert link in shown
    me.go(link)
    me.go(link)
    assert me.heading() == words["confirm"]
    assert "34142" in me.page.locator("main").inner_text()
    assert me.count(slug) == 0, "looking at the page counted"
    me.press("main form button")
    assert urlsplit(me.page.url).path == f"/campaigns/{slug}/thanks"
    _assert_token_left(me)


def write(me: Traveller, company: str, address: str) -> dict[str, str]:
    """From thanks to the letters' own thanks. Returns what was shown to go out, by office."""
    words = WORDS[me.language]
    me.press(".next a.button")
    assert urlsplit(me.page.url).path.endswith("/letter")
    _assert_token_left(me)
    known = me.page.locator(".writing__from summary").inner_text()
    assert "Ana Z." in known
    assert f"{address[0]}…@{address.rpartition('@')[2]}" in known
    assert [me.page.locator(f"[name={name}]").input_value() for name in ("given_name", "email")] == ["", ""]
    me.fill(subject="Agua, sombra y descanso", personal=PERSONAL)
    me.press("button[value=preview]")
    assert me.heading() == words["letters_go"]
    letters = me.page.locator("article.letter")
    shown = {}
    for at in range(letters.count()):
        if at > 0:
            letters.nth(at).locator("summary").click()
        shown[letters.nth(at).locator("summary").inner_text()] = letters.nth(at).locator(".typed").inner_text()
    me.press("button[value=send]")
    assert me.heading() == words["letters_went"]
    _assert_token_left(me)
    assert len(shown) == 2
    for body in shown.values():
        assert PERSONAL in body
        assert body.endswith(("Ana Zúñiga\nImmokalee, FL", "Ana Zúñiga, Immokalee, FL"))
    assert company in " ".join(shown).lower().replace("'", "")
    return shown


def see_it_delivered(me: Traveller, company: str, address: str, offices: dict[str, str]) -> None:
    """The stand-in has both letters, as shown; one is told delivered; `/my` and the company's page say so."""
    words = WORDS[me.language]
    letters = [me.mailbox.wait_for(f"{box}@{company}.example")[0] for box in ("chief.executive", "sourcing")]
    assert sorted(letter["text"].strip() for letter in letters) == sorted(offices.values())
    for letter in letters:
        assert letter["subject"] == "Agua, sombra y descanso"
        assert letter["reply_to"] == [address]
        assert letter["from"].startswith("Ana Zúñiga via ")
        assert address not in str(letter["custom_args"])
        assert not letter["html"]
    me.page.goto(me.mailbox.page_of(letters[0]))
    me.page.locator("button[name=kind][value=delivered]").click()
    me.page.locator(".events li", has_text="accepted: the service answered 2").wait_for()

    me.go("/my")
    me.fill(email=address)
    me.press("main form button")
    assert me.heading() == words["look_into_mail"]
    link = link_in(me.mailbox.wait_for(address, 2)[0], "my")
    states = [words["delivered"], words["sent"]]
    until(lambda: _says(me, link, *(f">{state}<" for state in states)), "the letters' states")
    me.go(link)
    assert me.heading() == words["mine"]
    assert sorted(me.page.locator(".letter-state").all_inner_texts()) == states

    # Somebody may have looked a moment ago: the page is kept for some seconds.
    numbers = f"{me.running.url}/companies/{company}"
    terms = [f"<dt>{words[name]}</dt>" for name in ("page_delivered", "page_sent")]
    until(lambda: _says(me, numbers, *terms), "the company's numbers")
    me.go(f"/companies/{company}")
    facts = me.page.locator(".company-letters dl > div")
    told = {facts.nth(at).locator("dt").inner_text(): facts.nth(at).locator("dd").inner_text() for at in range(2)}
    assert facts.count() == 2
    assert told == {words["page_delivered"]: "1", words["page_sent"]: "1"}
    assert address not in me.page.content()
    assert "Zúñiga" not in me.page.content()


def _says(me: Traveller, url: str, *parts: str) -> bool:
    """Ask again and again without the browser, which takes longer to open a page than the page to change."""
    html = get(url, me.language).html
    return all(part in html for part in parts)


def _assert_token_left(me: Traveller) -> None:
    """With JavaScript, no token stands in the address bar; without, nothing else does."""
    query = parse_qs(urlsplit(me.page.url).query)
    assert set(query) <= ({"lang"} if me.has_script else {"lang", "t"}), me.page.url
