"""Tries to have another site's visitors sign here, by a form on that site."""

import re
from collections import defaultdict

import pytest

from tests.actions.visitor import OPEN, PERSON

FOREIGN = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


NO_ID = "01890000-0000-7000-8000-000000000000"
BY_ITS_LINK_ALONE = "/unsubscribe/x"
"""What a mail program's button posts to; it needs a token that no other site has."""


def _doors(app):
    values = defaultdict(lambda: "1", slug=OPEN, token="x", public_id=NO_ID)
    for rule in app.url_map.iter_rules():
        if "POST" in rule.methods:
            yield re.sub(
                r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>",
                lambda found: NO_ID if found[1] == "uuid" else values[found[2]],
                rule.rule,
            )


def test_no_door_takes_a_form_from_another_site(app, visitor, tell):
    before = visitor.dump()
    doors = list(_doors(app))
    stamp = visitor.installation.stamp.make()
    statuses = [
        app.test_client().post(door, data={"stamp": stamp, **PERSON}, headers=FOREIGN).status_code for door in doors
    ]
    assert dict(zip(doors, statuses, strict=True)) == dict.fromkeys(doors, 403) | {BY_ITS_LINK_ALONE: 404}
    assert visitor.dump() == before
    tell("doors", len(doors))


def test_what_was_typed_is_shown_and_can_be_sent_from_here(app, visitor):
    form = {"stamp": visitor.installation.stamp.make(), **PERSON, "comment": 'kept "words"\r\nand <more>'}
    refused = app.test_client().post(f"/campaigns/{OPEN}/pledge", data=form, headers=FOREIGN)
    assert refused.status_code == 403
    assert refused.headers["Cache-Control"] == "no-store"
    assert "This form came from another website" in refused.text
    assert f'action="/campaigns/{OPEN}/pledge"' in refused.text
    assert "kept &#34;words&#34;\r\nand &lt;more&gt;" in refused.text
    assert visitor.press(f"/campaigns/{OPEN}/pledge", page=refused.text).status_code == 303


@pytest.mark.parametrize("headers", [{}, *({"Sec-Fetch-Site": site} for site in ("same-origin", "same-site", "none"))])
def test_forms_of_our_own_pages_and_programs_pass(app, visitor, headers):
    form = {"stamp": visitor.installation.stamp.make(), **PERSON}
    assert app.test_client().post(f"/campaigns/{OPEN}/pledge", data=form, headers=headers).status_code == 303


def test_it_is_said_in_the_readers_language_and_to_programs_in_json(app, fresh):
    client = app.test_client()
    spanish = client.post("/my", data={"email": "a@example.org"}, headers={**FOREIGN, "Accept-Language": "es"})
    assert "Este formulario viene de otro sitio" in spanish.text
    program = client.post("/webhooks/sendgrid", data="[]", headers=FOREIGN)
    assert (program.status_code, program.json) == (403, {"error": "cross_site"})


def test_following_a_link_from_another_site_is_no_form(client, fresh):
    assert client.get(f"/campaigns/{OPEN}", headers={**FOREIGN, "Accept-Language": "en"}).status_code == 200
