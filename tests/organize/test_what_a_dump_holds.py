"""A high-safety campaign's whole life by an organizer's forms; what of its supporters a dump of the database then holds.

Nothing: no address and no name. Organizers' own accounts are in it (their names and addresses, ADR 0057),
so what is searched for stands in no account.
"""

import re
from datetime import UTC
from pathlib import Path

import pytest
from werkzeug.datastructures import MultiDict

from campaign.kernel.clock import now
from tests.attacks.kept import Kept, pg_dump
from tests.organize import forms
from tests.organize.test_pictures import ALT, files, send

ROOMS = "/organize/ciw/campaigns"
SLUG = "safe-exits"
ROOM = f"{ROOMS}/{SLUG}"
SAFETY = {
    "safety": "high",
    "slug": SLUG,
    "first": "en",
    "languages": ["en", "es"],
    "goal": "500",
    "companies": ["kroger"],
    "seen": "fair-food",
}
TEXTS = {
    "title.en": "Open the exits of the sewing halls",
    "title.es": "Abran las salidas de los talleres de costura",
    "demand.en": "Kroger must sign the safety agreement.",
    "demand.es": "Kroger debe firmar el acuerdo de seguridad.",
}
NEWS = {
    "title-en": "The first hundred",
    "title-es": "Los primeros cien",
    "body-en": "Thank you.",
    "body-es": "Gracias.",
}
WON = {"text-en": "They signed.", "text-es": "Firmaron.", "letters": "withdraw", "met": ["kroger"]}
TRACES = ("zq17x", "garment-hall.example", "Moonkept", "Akterkept", "SECRETKEPT")


def _sign(visitor, number):
    values = {
        "given_name": f"Moonkept{number}",
        "family_name": "Akterkept",
        "email": f"zq17x{number}@garment-hall.example",
    }
    answer = visitor.sign(SLUG, comment="SECRETKEPT", source="SECRETKEPT", consent="yes", show_name="yes", **values)
    assert answer.status_code == 303, answer.text
    assert visitor.confirm(visitor.last_link("confirm")).status_code == 303


def _done(answer, *, at=None):
    assert answer.status_code == 303, re.findall(r'class="field__error"[^>]*>(.*?)<', answer.get_data(as_text=True))
    if at:
        assert at in answer.location


def _write_texts(me):
    page = me.get(f"{ROOM}/text")
    typed = {**forms.boxes(page), "act": ["save"], "story.en": ["**Every** exit."], "story.es": ["**Cada** salida."]}
    _done(me.post(f"{ROOM}/text", MultiDict(typed)))


@pytest.fixture
def run_through(organizer, visitor, app):
    """Somebody who organizes it, the campaign won, and two who signed."""
    me = organizer("owner")
    _done(me.post(f"{ROOMS}/new", {**SAFETY, **TEXTS}), at="done=created")
    _write_texts(me)
    _done(send(me, files.picture((1200, 800)), to=_ticketed(me, "pictures"), place="head", **ALT))
    _done(me.post(f"{ROOM}/publish", do="now"), at="done=published")
    _sign(visitor, 1)
    _sign(visitor, 2)
    _write_texts(me)
    _done(me.post(f"{ROOM}/updates/new", {**NEWS, "do": "save"}), at="done=drafted")
    _done(me.post(f"{ROOM}/updates/new", {**NEWS, "title-en": "Soon", "title-es": "Pronto", "do": "publish"}))
    for page in ("", "/text", "/history", "/updates", "/after"):
        assert me.get(f"{ROOM}{page}").status_code == 200, page
    for page in ("", "/team", "/log"):
        assert me.get(f"/organize/ciw{page}").status_code == 200, page
    _done(me.post(f"{ROOM}/victory", {"date": f"{now().astimezone(UTC):%Y-%m-%d}", **WON, "do": "declare"}))
    return me


def _ticketed(me, room):
    page = me.get(f"{ROOM}/{room}").get_data(as_text=True)
    return re.search(rf'action="({ROOM}/{room}\?upload=[0-9a-f]+)"', page)[1]


def test_a_dump_holds_no_name_and_no_address_of_who_signed(run_through, visitor, settings, tell):
    assert visitor.tally(SLUG)[0] == 2
    held = Kept([Path("/nowhere")], {"dump": pg_dump(settings.database_url)})
    assert held.find(TEXTS["title.en"]), "the search finds what is there"
    assert held.find("owner@ciw.example"), "an account's own address is kept, as ADR 0057 says"
    found = {trace: held.find(trace) for trace in TRACES}
    tell("places of a dump that hold who signed", sum(map(len, found.values())))
    assert not any(found.values()), found
