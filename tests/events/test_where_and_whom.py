"""Where a march leads, where exactly one has to be, whom to call: who is told it, by what, and who is not."""

import re

import pytest
from icalendar import Calendar

from campaign.campaigns.texts import Text
from campaign.content.errors import ContentError
from campaign.events.pages.ways import Way, way_of
from campaign.kernel.mailtext import SUBJECT_LENGTH, with_name
from tests.actions.visitor import HIGH_SAFETY, PUBLIC_URL
from tests.events.coming import DAY_OF_ACTION, MARCH, come, legs_of, post
from tests.events.files import action, load_file, march
from tests.events.test_event_versions import told

MARINA, LIBRARY, BED = "190 North Lake Avenue", "530 South Main Street", "210 Lake Road"
PHONE = "239-555-0117"
BUS = "A bus leaves Immokalee for the start"
LEADS = {
    "en": "Pahokee to Palm Beach",
    "es": "De Pahokee a Palm Beach",
    "ur": "\u200f\u2068Pahokee\u2069 سے \u2068Palm Beach\u2069 تک",
}


def load(visitor, content):
    with visitor.sessions() as session, session.begin():
        load_file(session, content)
    visitor.client.application.wsgi_app.clear()


def entries(answer):
    return [part for part in Calendar.from_ical(answer.data).walk() if part.name == "VEVENT"]


@pytest.mark.parametrize("language", ["en", "es", "ur"])
@pytest.mark.parametrize("path", ["/events", f"/events/{MARCH}", "/campaigns/fair-food", "/"])
def test_a_march_is_headed_by_its_first_start_and_its_last_end(visitor, language, path):
    prefix = "" if language == "en" else f"/{language}"
    page = visitor.client.get(f"{prefix}{path}", headers={"Accept-Language": language}).text
    assert LEADS[language] in page


@pytest.mark.parametrize(
    ("way", "said"),
    [
        (Way("Pahokee", "Palm Beach", 5, Text("Day 1", "en")), "Pahokee to Palm Beach"),
        (Way("Pahokee", "Pahokee", 2, Text("Day 1", "en")), "Pahokee"),
        (Way("", "Palm Beach", 5, Text("Pahokee to Belle Glade", "en")), ""),
        (Way("Pahokee", "", 1, Text("Around the lake", "en")), "Around the lake"),
    ],
)
def test_without_both_ends_the_first_day_never_stands_for_the_whole(way, said):
    assert way_of(way, "en").value == said


def test_a_last_day_that_is_cancelled_is_no_end(visitor):
    visitor.do("UPDATE event_legs SET status = 'cancelled' WHERE public_id = :id", id=legs_of(visitor)[4])
    visitor.client.application.wsgi_app.clear()
    for path in ("/events", f"/events/{MARCH}"):
        page = visitor.client.get(path, headers={"Accept-Language": "en"}).text
        assert "Pahokee to West Palm Beach" in page
    assert LEADS["en"] not in visitor.client.get("/events", headers={"Accept-Language": "en"}).text


def test_the_page_and_the_calendar_tell_the_street_of_each_start_and_place(visitor):
    page = visitor.client.get(f"/events/{MARCH}?lang=en").text
    assert re.search(rf'href="https://www.openstreetmap.org/[^"]+"[^>]*>.*{MARINA}', page)
    first = entries(visitor.client.get(f"/events/{MARCH}.ics"))[0]
    assert MARINA in first["LOCATION"]
    assert str(first["URL"]).startswith(f"{PUBLIC_URL}/events/")
    places = [entry["LOCATION"] for entry in entries(visitor.client.get(f"/events/{DAY_OF_ACTION}.ics"))]
    assert places.count("34 Forest Avenue, Portland, ME 04101 (made up)") == 2


def test_nobody_but_who_has_a_place_is_told_whom_to_call_and_no_file_shows_it(visitor):
    for path in (f"/events/{MARCH}?lang=en", f"/events/{MARCH}.ics", "/events.ics", f"/events/{MARCH}/rsvp"):
        assert PHONE not in visitor.client.get(path).text, path
    legs = legs_of(visitor)
    visitor.do("UPDATE event_legs SET capacity = 0 WHERE public_id = :id", id=legs[0])
    come(visitor, legs=legs[:1], email="waits@example.org")
    post(visitor, legs=legs[1:2])
    asking = visitor.mails()[0]
    assert PHONE not in asking.text
    visitor.confirm(asking.link("confirm"))
    (receipt,) = [mail for mail in visitor.mails() if mail.topic == "events.receipt"]
    assert PHONE in receipt.text
    assert 'href="tel:2395550117"' in receipt.html
    own = visitor.client.get(receipt.link("rsvp")).text
    assert 'href="tel:2395550117"' in own
    assert "rain jacket" in own
    assert LIBRARY in own
    calendar = visitor.client.get(f"{receipt.link('rsvp')}.ics")
    assert PHONE not in calendar.text


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_receipt_tells_the_event_its_days_the_way_there_and_what_to_bring(visitor, language):
    legs = legs_of(visitor)
    post(visitor, legs=[legs[0], legs[1]], guests="1", lodging="yes", language=language)
    visitor.confirm(visitor.last_link("confirm"))
    (mail,) = [mail for mail in visitor.mails() if mail.topic == "events.receipt"]
    for part in (mail.text, mail.html):
        assert LEADS[language] in part
        assert MARINA in part
        assert LIBRARY in part
        assert (BUS if language == "en" else "Un autobús sale de Immokalee") in part
        assert ("rain jacket" if language == "en" else "impermeable") in part
        assert BED not in part, "where one sleeps is told when the day comes, and on one's own page"
    assert re.search(r"\w+ \d+–\d+, 20\d\d|\d+–\d+ de \w+ de 20\d\d|[Jj]an|ene", mail.text)


def test_ones_own_calendar_says_where_and_holds_no_link_that_is_ones_own(visitor):
    legs = legs_of(visitor)
    post(visitor, legs=legs[:1])
    visitor.confirm(visitor.last_link("confirm"))
    (mail,) = [mail for mail in visitor.mails() if mail.topic == "events.receipt"]
    answer = visitor.client.get(f"{mail.link('rsvp')}.ics")
    (entry,) = entries(answer)
    assert MARINA in entry["LOCATION"]
    assert "/rsvp/" not in answer.text
    assert "/my/" not in answer.text
    assert BED not in answer.text


def test_the_mail_that_asks_says_until_when_places_are_held(visitor):
    legs = legs_of(visitor)
    post(visitor, legs=[legs[0], legs[4]], guests="2")
    (mail,) = visitor.mails()
    assert mail.subject == "March to Build a New World: confirm your RSVP"
    for part in (mail.text, mail.html):
        assert re.search(r"We’re holding your places until \w{3}, \w{3} \d+, [^.]*[ap]\.m\. Eastern\.", part)
        assert "Confirm by then, or they go to others." in part
        assert LEADS["en"] in part
        assert "3 people" in part


def test_of_a_day_that_is_full_nothing_is_said_to_be_held(visitor):
    legs = legs_of(visitor)
    visitor.do("UPDATE event_legs SET capacity = 0 WHERE public_id = :id", id=legs[0])
    post(visitor, legs=legs[:1])
    (mail,) = visitor.mails()
    assert "holding your places" not in mail.text + mail.html


@pytest.mark.parametrize("name", ["March", "Day of action at Hannaford stores", "ا" * 200, "Nothing " * 25, "🌽" * 80])
@pytest.mark.parametrize("subject", ["{name}: confirm your RSVP", "{name}: plans have changed"])
def test_a_subject_is_short_begins_with_the_event_and_says_what_it_is_about(name, subject):
    said = with_name(subject, name)
    assert len(said) < SUBJECT_LENGTH
    assert said.endswith(subject.removeprefix("{name}"))
    assert said[:5] == name[:5]


def test_the_subjects_of_all_catalogues_leave_room_for_a_name(visitor):
    legs = legs_of(visitor)
    for language in ("en", "es", "ur"):
        post(visitor, legs=legs[:1], language=language, email=f"{language}@example.org")
        visitor.confirm(visitor.last_link("confirm", f"{language}@example.org"))
    subjects = [mail.subject for mail in visitor.mails()]
    assert subjects
    assert all(len(subject) < SUBJECT_LENGTH for subject in subjects), subjects


def safe_action(address="9 Elm Street, Springfield, IL"):
    return (
        action(HIGH_SAFETY)
        .replace('shifts: ["10:00', f'address: "{address}", shifts: ["10:00')
        .replace("starts_in_days: 9", 'starts_in_days: 9\n    phone: "217-555-0142"')
    )


def test_of_a_high_safety_event_only_who_is_confirmed_is_told_the_street_on_their_own_page(visitor):
    load(visitor, safe_action())
    public = (
        "/events/at-the-stores",
        "/events/at-the-stores.ics",
        "/events/at-the-stores/rsvp",
        "/events.ics",
        "/events",
    )
    for path in public:
        assert "9 Elm Street" not in visitor.client.get(path).text, path
    legs = legs_of(visitor, "at-the-stores")
    post(visitor, "at-the-stores", legs=legs[:1], given_name="Sparrow")
    (mail,) = visitor.mails()
    for part in (mail.subject, mail.text, mail.html):
        assert "Elm" not in part
        assert "217-555" not in part
    assert mail.subject == "Please confirm"
    own = mail.link("rsvp") if "/rsvp/" in mail.text else None
    visitor.confirm(mail.link("confirm"))
    if own:
        page = visitor.client.get(own).text
        assert "9 Elm Street" in page
        assert "9 Elm Street" not in visitor.client.get(f"{own}.ics").text, "calendars are shown to others"


def test_an_address_that_changes_is_told_and_one_that_is_new_is_not(visitor):
    plain = march()
    there = plain.replace("from: [26.82", 'address: "1 Lake Road", from: [26.82')
    load(visitor, plain)
    come(visitor, "long-march", legs=legs_of(visitor, "long-march")[:1])
    load(visitor, there)
    assert told(visitor) == []
    load(visitor, there.replace("1 Lake Road", "2 Lake Road"))
    (mail,) = told(visitor)
    assert "2 Lake Road" in mail.text
    page = visitor.client.get("/events/long-march?lang=en").text
    assert "The location changed." in page


def test_what_a_file_leaves_out_stays_and_what_it_empties_goes(visitor):
    plain = march()
    there = plain.replace("from: [26.82", 'address: "1 Lake Road", from_name: Lake, from: [26.82')
    load(visitor, there)
    load(visitor, plain)
    query = "SELECT l.street_address, l.start_name FROM event_legs l WHERE l.public_id = :id"
    leg = legs_of(visitor, "long-march")[0]
    assert tuple(visitor.all(query, id=leg)[0]) == ("1 Lake Road", "Lake")
    load(visitor, there.replace('"1 Lake Road"', "null"))
    assert tuple(visitor.all(query, id=leg)[0]) == ("", "Lake")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ('phone: "call us"', "phone must be a phone number, such as 239-555-0100"),
        ('phone: "239-555-0117\\nBcc: x"', "phone must be a phone number"),
    ],
)
def test_a_phone_is_a_phone(visitor, given, words):
    with pytest.raises(ContentError) as caught:
        load(visitor, march().replace("    bring:", f"    {given}\n    bring:"))
    assert any(words in problem.text for problem in caught.value.problems), caught.value.problems


@pytest.mark.parametrize(
    ("path", "calendar"), [("/events", "/events.ics"), (f"/events/{MARCH}", f"/events/{MARCH}.ics")]
)
def test_a_calendar_can_be_subscribed_to(visitor, path, calendar):
    page = visitor.client.get(f"{path}?lang=en").text
    (link,) = re.findall(r'href="(webcal:[^"]+)"', page)
    assert link.removeprefix("webcal:") == f"{PUBLIC_URL}{calendar}".partition(":")[2]
    assert visitor.client.get(calendar).mimetype == "text/calendar"
