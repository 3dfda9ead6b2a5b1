"""An action that comes in by no page at all: plain values, the same checks, and the door is remembered to the consent."""

import pytest

from campaign.actions.commands import Origin
from campaign.actions.doorstep import read_doorstep
from campaign.actions.fields import read_fields, to_command
from campaign.features import KINDS
from campaign.people.service import Wordings
from campaign.pledges.service import KIND, sign
from tests.actions.given import values
from tests.actions.visitor import OPEN


@pytest.mark.parametrize("door", ["widget", "api", "import"])
def test_an_action_keeps_by_which_door_it_came_and_so_does_its_consent(visitor, door):
    with visitor.sessions() as session, session.begin():
        doorstep = read_doorstep(session, OPEN, KINDS)
    wording = Wordings(visitor.sessions).id_of(doorstep.organization_id, "en", "You may write to me.")
    fields = read_fields(values(consent="yes"), doorstep, visitor.installation)
    assert not fields.problems
    command = to_command(
        fields, doorstep, visitor.installation, Origin(door), kind=KIND, is_counted=True, wording_id=wording
    )
    with visitor.sessions() as session, session.begin():
        assert sign(session, [command])[0].outcome == "accepted"
    assert visitor.one("SELECT door FROM actions") == door
    assert visitor.confirm(visitor.last_link("confirm")).status_code == 303
    assert visitor.one("SELECT door FROM consents") == door


def test_what_is_posted_at_a_page_came_by_a_form_and_is_the_same_request_as_by_another_door(visitor):
    assert visitor.sign(language="en").status_code == 303
    assert visitor.one("SELECT door FROM actions") == "form"
    with visitor.sessions() as session, session.begin():
        doorstep = read_doorstep(session, OPEN, KINDS)
        fields = read_fields(values(), doorstep, visitor.installation)
        command = to_command(
            fields, doorstep, visitor.installation, Origin("api"), kind=KIND, is_counted=True, wording_id=None
        )
        assert sign(session, [command])[0].outcome == "repeat"
