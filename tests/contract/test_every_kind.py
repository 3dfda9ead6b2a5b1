"""What every kind of action promises, whoever writes the next one."""

import html
import re
from dataclasses import fields
from importlib import import_module
from pathlib import Path

import pytest

from campaign.actions.kind import ActionKind
from campaign.actions.service.confirming import confirm
from campaign.actions.service.taking_back import erase_person, withdraw
from campaign.delivery.topics import MailTopic
from campaign.features import JOBS, KINDS, MAIL_TOPICS
from tests.actions.visitor import OPEN, PERSON

ROOT = Path(__file__).parents[2]
BY_NAME = {kind.name: kind for kind in KINDS}
OWN_WORDS = "Words of its own"
HOSTILE = "<i>Zoë\"'{{7*7}}"
SHARED = ("given_name", "family_name", "email", "postal_code", "country", "consent")
every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


def doors_of(kind):
    """The kind's own `doors.py`: its routes, where its form is if no campaign leads there, and what that asks."""
    return import_module(f"tests.{Path(kind.take.__code__.co_filename).parent.name}.doors")


def asks(kind, name):
    """Whether the kind's form has this shared field."""
    return name in getattr(doors_of(kind), "ASKS", SHARED)


def form_of(visitor, kind):
    """The address and the fields of a kind's form, from its own page, as a browser without scripts would post them.

    The page is the campaign's, or one that it links to, or what the kind names. Where one has to choose, it is the
    first; a box of the kind's own that must not stay empty holds `OWN_WORDS`, and one that must be ticked is.
    """
    pages = [visitor.client.get(f"/campaigns/{OPEN}").text]
    links = re.findall(rf'href="(/campaigns/{OPEN}/[a-z]+|/events/[a-z0-9-]+)(?:\?[^"]*)?"', pages[0])
    links += [page for page in [getattr(doors_of(kind), "PAGE", "")] if page]
    pages += [visitor.client.get(path).text for path in dict.fromkeys(links)]
    for page in pages:
        found = re.search(rf'<form[^>]*data-action-kind="{kind.name}"[^>]*action="([^"]+)".*?</form>', page, re.DOTALL)
        if found:
            form = found[0]
            values = {}
            for tag in re.findall(r"<input [^>]*>", form):
                name, value = re.search(r' name="([^"]*)"', tag), re.search(r' value="([^"]*)"', tag)
                if name and 'type="radio"' in tag:
                    values.setdefault(name[1], html.unescape(value[1]))
                elif name and 'type="checkbox"' in tag and " checked" in tag:
                    values.setdefault(name[1], []).append(html.unescape(value[1]))
                elif name and ("checkbox" not in tag or " required" in tag):
                    values[name[1]] = html.unescape(value[1]) if value else ""
                    if " required" in tag and not values[name[1]]:
                        values[name[1]] = OWN_WORDS
            for name, value in re.findall(r'<textarea [^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
                values[name] = html.unescape(value)
            return html.unescape(found[1]), form, values
    raise AssertionError(f"no page shows the form of {kind.name}")


def act(visitor, kind, **changed):
    address, _, values = form_of(visitor, kind)
    return visitor.client.post(address, data={**values, **PERSON, **changed})


@every_kind
def test_its_form_names_it_and_carries_the_shared_fields(visitor, kind):
    address, form, values = form_of(visitor, kind)
    assert f'data-action-kind="{kind.name}"' in form
    assert 'method="post"' in form
    for name in SHARED:
        assert bool(re.search(rf'name="{name}"', form)) == asks(kind, name), name
    assert {"stamp", "language", "source"} <= set(values)
    ticked = {
        re.search(r' name="([^"]*)"', tag)[1]
        for tag in re.findall(r"<input [^>]* checked[^>]*>", form)
        if "checkbox" in tag
    }
    assert ticked == set(getattr(doors_of(kind), "TICKED", ())), "no box is ticked for anybody, but those it names"
    assert not ticked & {"consent", "show_name", "show_comment"}
    assert re.match(rf"/(campaigns/{OPEN}/|events/[a-z0-9-]+/|[a-z-]+\?)", address)


@every_kind
def test_a_form_as_the_page_gives_it_is_taken_and_asks_to_confirm(visitor, kind):
    answer = act(visitor, kind)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(f"/campaigns/{OPEN}/thanks")
    assert [row.kind for row in visitor.all("SELECT kind FROM actions")] == [kind.name]
    (mail,) = visitor.mails()
    assert mail.topic == "actions.confirm"
    page = visitor.client.get(mail.link("confirm"))
    assert page.status_code == 200
    assert visitor.confirm(mail.link("confirm")).status_code == 303
    assert visitor.one("SELECT state FROM actions") == "confirmed"
    assert visitor.one("SELECT given_name FROM supporters") == ("Ana" if asks(kind, "given_name") else "")
    assert visitor.one("SELECT is_counted = (number IS NOT NULL) FROM actions"), "what counts has a number"


@every_kind
def test_the_same_request_again_is_the_same_action(visitor, kind):
    address, _, values = form_of(visitor, kind)
    for _ in range(3):
        assert visitor.client.post(address, data={**values, **PERSON}).status_code == 303
    assert visitor.one("SELECT count(*) FROM actions") == 1
    assert len(visitor.mails()) == 1


@every_kind
@pytest.mark.parametrize("changed", [{"email": "no"}, {"given_name": "\u200b"}, {"stamp": "1.x"}, {"country": "XX"}])
def test_a_mistake_is_422_with_what_was_typed_and_focus_on_the_summary(visitor, kind, changed):
    if not all(asks(kind, name) for name in changed if name != "stamp"):
        return
    answer = act(visitor, kind, family_name=HOSTILE, **changed)
    assert answer.status_code == 422
    assert (
        not asks(kind, "family_name")
        or html.escape(HOSTILE, quote=True).replace("&#x27;", "&#39;").replace("&quot;", "&#34;") in answer.text
    )
    assert "<i>Zo" not in answer.text
    assert f'data-action-kind="{kind.name}"' in answer.text
    assert visitor.one("SELECT count(*) FROM actions") == 0


@every_kind
def test_hostile_names_are_text_in_every_face(visitor, kind):
    values = {
        "given_name": HOSTILE,
        "family_name": HOSTILE,
        "comment": HOSTILE,
        "personal": HOSTILE,
        "subject": HOSTILE,
    }
    own = [name for name, value in form_of(visitor, kind)[2].items() if value == OWN_WORDS and name not in PERSON]
    values |= dict.fromkeys(own, HOSTILE)
    answer = act(visitor, kind, show_name="yes", **values)
    assert answer.status_code == 303
    pages = [visitor.client.get(answer.headers["Location"]).text]
    mail = visitor.mails()[0]
    pages += [mail.html, visitor.client.get(mail.link("confirm")).text, visitor.client.get(mail.link("not-me")).text]
    pages.append(visitor.client.get(visitor.confirm(mail.link("confirm")).headers["Location"]).text)
    pages.append(visitor.client.get(visitor.my_page()).text)
    pages += [visitor.client.get(path).text for path in ("/", f"/campaigns/{OPEN}", "/companies/kroger", "/metrics")]
    pages.append(visitor.client.get(f"/campaigns/{OPEN}/count.json").text)
    for page in pages:
        assert "<i>" not in page
        assert "'49" not in html.unescape(page)


@every_kind
def test_a_machine_is_held_and_counts_nothing_until_released(visitor, kind):
    assert act(visitor, kind, fax_number="x").status_code == 303
    link = visitor.last_link("confirm")
    assert visitor.confirm(link).status_code == 303
    assert visitor.one("SELECT state FROM actions") == "held"
    assert visitor.one("SELECT count(*) FROM supporters") == 0
    assert visitor.one("SELECT count(*) FROM outbox_messages WHERE state = 'due' AND lane <> 'critical'") == 0


@every_kind
def test_nothing_it_does_reaches_a_page_that_shows_names(visitor, kind):
    act(visitor, kind, given_name="Unmistakable", family_name="Nameworthy", show_name=None)
    visitor.confirm(visitor.last_link("confirm"))
    visitor.client.application.wsgi_app.clear()
    for path in ("/", f"/campaigns/{OPEN}", "/companies/kroger", f"/campaigns/{OPEN}/count.json", "/metrics"):
        assert "Nameworthy" not in visitor.client.get(path).text


@every_kind
def test_withdrawn_and_erased_it_leaves_no_word_and_sends_nothing(visitor, kind):
    act(visitor, kind, comment="SECRETWORDS", personal="SECRETWORDS")
    visitor.confirm(visitor.last_link("confirm"))
    action, person = visitor.all("SELECT id, person_id FROM actions")[0]
    with visitor.sessions() as session, session.begin():
        assert withdraw(session, [action], BY_NAME) == 1
        assert withdraw(session, [action], BY_NAME) == 0
    assert (
        visitor.one(
            "SELECT count(*) FROM outbox_messages WHERE state IN ('due', 'waiting', 'held') AND lane <> 'critical'"
        )
        == 0
    )
    with visitor.sessions() as session, session.begin():
        erase_person(session, person, BY_NAME)
    assert "SECRETWORDS" not in str(visitor.dump())


@every_kind
def test_its_service_answers_an_empty_batch_and_keeps_order(visitor, kind):
    with visitor.sessions() as session:
        assert list(kind.take(session, [])) == []
        assert confirm(session, [], BY_NAME) == []


@every_kind
def test_it_is_described_to_its_own_supporter(visitor, kind):
    act(visitor, kind)
    visitor.confirm(visitor.last_link("confirm"))
    ids = [row.id for row in visitor.all("SELECT id FROM actions")]
    if kind.describe is None:
        return
    with visitor.sessions() as session:
        for language in ("en", "es"):
            views = kind.describe(session, ids, language)
            assert [view.public_id for view in views] == [str(visitor.one("SELECT public_id FROM actions"))]
            assert (ROOT / "templates" / views[0].template).exists()


@every_kind
def test_it_has_its_rooms(kind):
    assert isinstance(kind, ActionKind)
    assert re.fullmatch("[a-z]+", kind.name)
    package = Path(kind.take.__code__.co_filename).parent
    assert package.parent == ROOT / "campaign"
    assert (ROOT / "templates" / package.name).is_dir()
    assert (ROOT / "tests" / package.name).is_dir()
    for topic in kind.mails:
        assert isinstance(topic, MailTopic)
        assert topic.name.startswith(f"{package.name}.")
    assert (kind.load_demo is None) == (kind.clear_demo is None)
    assert {field.name for field in fields(kind)} >= {"on_confirmed", "on_withdrawn", "on_erased"}


def test_names_topics_and_jobs_are_unique():
    for names in (
        [kind.name for kind in KINDS],
        [topic.name for topic in MAIL_TOPICS],
        [job.name for job in JOBS],
        [command.name for kind in KINDS for command in kind.commands],
    ):
        assert len(names) == len(set(names))
    # A receipt is looked for right after confirming, and what opens or comes out at a time is there within seconds of
    # it; each asks an index alone when nothing is due.
    often = {job.name for job in JOBS if job.every_seconds < 60}
    assert often == {"actions.thank", "campaigns.open_due", "campaigns.publish_due"}
