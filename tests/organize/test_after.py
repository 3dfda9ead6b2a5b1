"""What follows signing: ordered, left out and worded by an organizer, and so on the page that thanks."""

import re

import pytest
from sqlalchemy import text
from werkzeug.datastructures import MultiDict

from tests.actions.visitor import HIGH_SAFETY
from tests.organize import test_text_pages as texts
from tests.organize.forms import Reader

PLACE = "/organize/ciw/campaigns/fair-food"
AFTER = f"{PLACE}/after"
ALL = ["letter", "rsvp", "share", "subscription", "give"]


@pytest.fixture
def ana(organizer):
    return organizer("editor")


@pytest.fixture
def stored(sessions):
    """What the campaign says of what follows signing, as it is stored now."""

    def read(slug="fair-food"):
        with sessions() as session:
            return session.execute(
                text("SELECT after_signing FROM campaigns WHERE slug = :slug"), {"slug": slug}
            ).scalar_one()

    return read


def boxes(page):
    """The boxes of the page's form, with their values."""
    reader = Reader()
    reader.feed(page.text)
    form = next(form for form in reader.forms if "base" in form)
    del form["csrf"]
    return form


def begin(me, path=AFTER):
    return boxes(me.get(path))


def send(me, form, path=AFTER, **changed):
    values = {**form, **{key.replace("__", "."): value for key, value in changed.items()}}
    return me.post(path, MultiDict(values))


def steps_of(visitor, link):
    """The headings of the steps after a press, first to last, as a supporter comes by them."""
    page = visitor.client.post(link, follow_redirects=True)
    found = []
    while "next__skip" in page.text:
        found.append(re.search(r'id="next-heading">([^<]+)<', page.text)[1])
        onward = re.search(r'class="next__skip"><a href="([^"]+)"', page.text)[1].replace("&amp;", "&")
        page = visitor.client.get(onward)
    return found


def test_every_step_stands_there_in_its_order_with_to_whom_it_is_not_shown(ana):
    page = ana.get(AFTER)
    assert begin(ana)["order"] == ALL == begin(ana)["shown"]
    assert page.text.count('class="after__step"') == len(ALL)
    assert "Not shown to people who have just written one" in page.text
    assert "Write to the people who decide" in page.text, "ours stands by the empty box"
    assert "Escribir" in page.text or "Escriba" in page.text, "in each language"


def test_saving_what_is_there_saves_nothing(ana, stored):
    assert send(ana, begin(ana)).location.endswith("done=same")
    assert stored() == {}


def test_steps_are_moved_without_losing_a_word_and_saved_as_they_stand(ana, stored):
    form = begin(ana)
    moved = send(ana, form, act="up.rsvp", after__words__letter__heading__en="Write now")
    assert moved.status_code == 200
    assert stored() == {}
    assert "isn’t saved yet" in moved.text
    form = boxes(moved)
    assert form["order"] == ["rsvp", "letter", *ALL[2:]]
    assert form["after.words.letter.heading.en"] == ["Write now"]
    answer = send(ana, form, shown=["letter", "rsvp", "share"])
    assert (answer.status_code, answer.location) == (303, f"{AFTER}?done=saved")
    assert stored() == {
        "steps": ["rsvp", "letter", "share"],
        "words": {"letter": {"heading": {"en": "Write now"}}},
    }
    assert begin(ana)["order"] == ["rsvp", "letter", "share", "subscription", "give"]
    assert begin(ana)["shown"] == ["rsvp", "letter", "share"]


def test_the_first_step_cannot_go_further_up_nor_one_that_is_unknown(ana):
    for act in ("up.letter", "down.give", "up.nothing", "sideways.rsvp"):
        answer = send(ana, begin(ana), act=act)
        if answer.status_code == 200:
            assert boxes(answer)["order"] == ALL


def test_supporters_are_led_by_the_campaigns_order_and_words(ana, visitor):
    send(
        ana,
        begin(ana),
        order=["share", "letter", "rsvp", "give", "subscription"],
        shown=["share", "letter"],
        after__words__share__heading__en="Bring <one> neighbor",
        after__words__letter__button__en="Start my letter",
    )
    visitor.sign()
    link = visitor.last_link("confirm")
    page = visitor.client.post(link, follow_redirects=True).text
    assert "Bring &lt;one&gt; neighbor" in page
    onward = re.search(r'class="next__skip"><a href="([^"]+)"', page)[1].replace("&amp;", "&")
    assert ">Start my letter</a>" in visitor.client.get(onward).text
    visitor.sign(email="bo@example.org")
    after = steps_of(visitor, visitor.last_link("confirm"))
    assert after == ["Bring &lt;one&gt; neighbor", "Write to the people who decide"]


def test_words_of_one_language_are_not_read_in_another(ana, visitor):
    send(ana, begin(ana), after__words__letter__heading__es="Escríbales ya")
    visitor.sign()
    assert steps_of(visitor, visitor.last_link("confirm"))[0] == "Write to the people who decide"
    visitor.sign(email="bo@example.org", language="es")
    assert steps_of(visitor, visitor.last_link("confirm"))[0] == "Escríbales ya"


def test_a_campaign_without_any_step_still_says_the_number(ana, visitor, stored):
    assert send(ana, begin(ana), shown=[]).status_code == 303
    assert stored() == {"steps": []}
    visitor.sign()
    page = visitor.client.post(visitor.last_link("confirm"), follow_redirects=True).text
    assert "You’re supporter number" in page
    assert "next__skip" not in page
    assert "Back to the campaign" in page
    assert begin(ana)["order"] == ALL


def test_nothing_at_all_is_stored_once_everything_is_as_ever_again(ana, stored):
    send(ana, begin(ana), order=ALL[::-1], shown=ALL, after__words__give__button__en="Chip in")
    assert stored()["steps"] == ALL[::-1]
    send(ana, begin(ana), order=ALL, shown=ALL, after__words__give__button__en="")
    assert stored() == {}


def test_mails_have_the_campaigns_subject_and_paragraph_and_all_that_they_must(ana, visitor):
    send(
        ana,
        begin(ana),
        after__mails__pledge__subject__en="Your name for fair food",
        after__mails__pledge__paragraph__en="Ten thousand of us & counting.",
        after__mails__thanks__paragraph__es="Gracias de parte de todos.",
        after__mails__thanks__paragraph__en="From all of us in Immokalee.",
    )
    visitor.sign()
    (mail,) = visitor.mails()
    assert mail.subject == "Your name for fair food"
    assert "Ten thousand of us & counting." in mail.text
    assert "Ten thousand of us &amp; counting." in mail.html
    for must in ("Please confirm your signature", "Wasn’t you", "This link expires in 14 days", "Immokalee Workers"):
        assert must in mail.text
    visitor.confirm(mail.link("confirm"))
    visitor.do("UPDATE outbox_messages SET available_at = now()")
    receipts = visitor.mails("receipts")
    if receipts:
        assert "From all of us in Immokalee." in receipts[0].text
        assert "nsubscribe" in receipts[0].text


def test_who_signed_before_is_told_so_whatever_the_campaign_says(ana, visitor):
    send(ana, begin(ana), after__mails__pledge__subject__en="Your name for fair food")
    visitor.pledge()
    visitor.sign()
    (mail,) = visitor.mails()
    assert mail.subject.startswith("You’ve already signed")


def test_mails_of_high_safety_keep_their_subject(ana, visitor, organizer, sessions):
    with sessions() as session:
        owner = session.execute(
            text(
                "SELECT o.slug FROM campaigns c JOIN organizations o ON o.id = c.organization_id WHERE c.slug = :slug"
            ),
            {"slug": HIGH_SAFETY},
        ).scalar_one()
    me, path = organizer("editor", owner), f"/organize/{owner}/campaigns/{HIGH_SAFETY}/after"
    form = begin(me, path)
    assert not [name for name in form if name.endswith(".subject.en")]
    assert not [name for name in form if name.startswith("after.mails.thanks.")]
    assert "so that a lock screen tells nothing" in me.get(path).text
    form["after.mails.pledge.subject.en"] = "Shahidul"
    form["after.mails.pledge.paragraph.en"] = "We stand with his family."
    assert send(me, form, path).status_code == 303
    visitor.sign(HIGH_SAFETY, given_name="Moon", family_name=None, postal_code=None, country=None)
    (mail,) = visitor.mails()
    assert mail.subject == "Please confirm"
    assert "We stand with his family." in mail.text


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("after.words.letter.heading.en", "x" * 61, "Use at most 60 characters."),
        ("after.words.letter.sentence.es", "x" * 241, "Use at most 240 characters."),
        ("after.words.share.heading.en", "One\nTwo", "Write this on one line."),
        ("after.words.rsvp.button.en", "Co\u202eme", "can’t be shown"),
        ("after.mails.pledge.subject.en", "x" * 61, "Use at most 60 characters."),
        ("after.mails.remind.paragraph.en", "Go to evil.com now", "Leave out web addresses"),
        ("after.mails.thanks.subject.es", "Mire http://x", "Leave out web addresses"),
        ("after.mails.thanks.paragraph.en", "Click [[link]]", "Leave out [[ and ]]"),
    ],
)
def test_what_is_wrong_is_said_beside_its_box_and_nothing_is_lost(ana, stored, key, value, said):
    form = begin(ana)
    form["after.words.give.heading.en"] = "Kept"
    form[key] = value
    page = send(ana, form, order=ALL[::-1])
    assert page.status_code == 422
    assert f'<a href="#field-{key}">' in page.text
    assert said in page.text.partition(f'id="field-{key}-error"')[2].partition("</p>")[0]
    assert boxes(page)["after.words.give.heading.en"] == ["Kept"]
    assert boxes(page)["order"] == ALL[::-1]
    assert stored() == {}


def test_unknown_steps_and_words_of_none_are_not_taken(ana, stored):
    form = begin(ana)
    form["order"], form["shown"] = ["evil", *ALL], ["evil", *ALL]
    form["after.words.evil.heading.en"] = "x"
    form["after.steps"] = "evil"
    assert send(ana, form).status_code == 303
    assert stored() == {}


def test_two_at_once_lose_nothing(ana, organizer, stored):
    bo = organizer("editor", email="bo@ciw.example")
    mine, theirs = begin(ana), begin(bo)
    send(
        bo,
        theirs,
        order=ALL[::-1],
        after__words__give__heading__en="Theirs",
        after__words__share__heading__en="Pass it on",
    )
    page = send(ana, mine, shown=["letter", "share"], after__words__give__heading__en="Mine")
    assert page.status_code == 409
    assert "Theirs" in page.text
    form = boxes(page)
    assert form["after.words.give.heading.en"] == ["Mine"]
    form |= {"choose.after.words.give.heading.en": ["mine"], "choose.after.steps": ["theirs"]}
    assert send(ana, form).status_code == 303
    assert stored() == {
        "steps": ALL[::-1],
        "words": {"give": {"heading": {"en": "Mine"}}, "share": {"heading": {"en": "Pass it on"}}},
    }


def test_versions_tell_it_and_bring_it_back(ana, stored):
    send(ana, begin(ana), shown=["letter", "share"], after__mails__thanks__subject__en="Thank you")
    send(ana, begin(ana), shown=ALL, after__mails__thanks__subject__en="Many thanks")
    listed = ana.get(f"{PLACE}/history").text
    assert "Order of the steps" in listed
    number = max(int(one) for one in re.findall(r"/history/(\d+)", listed))
    page = ana.get(f"{PLACE}/history/{number}").text
    assert "Thank you: subject" in page
    assert "→" in page
    ana.post(f"{PLACE}/history/{number}", MultiDict({"key": "after.steps"}))
    assert stored() == {"steps": ["letter", "share"], "mails": {"thanks": {"subject": {"en": "Many thanks"}}}}


def test_texts_and_what_follows_are_saved_apart(ana, stored):
    send(ana, begin(ana), after__words__give__heading__en="Chip in")
    assert texts.send(ana, texts.change(texts.begin(ana), standfirst__en="Because.")).status_code == 303
    assert stored() == {"words": {"give": {"heading": {"en": "Chip in"}}}}
