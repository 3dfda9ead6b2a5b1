"""What checks of plain values are handed: a campaign as its doors know it, an installation, and values that are right.

Nothing here needs a server or an application.
"""

from dataclasses import replace

from campaign.actions.doorstep import Doorstep
from campaign.kernel.installation import Installation
from campaign.people.barring import BarredAddresses
from tests.actions.stage import settings_of
from tests.actions.visitor import PERSON

NOWHERE = Installation(settings_of("postgresql://nobody@127.0.0.1:9/none"))
"""An installation that only checks and hashes: no server stands behind it."""

DOORSTEP = Doorstep(
    id=7,
    slug="fair-food",
    organization_id=1,
    organization_name="Coalition",
    organization_slug="coalition",
    status="open",
    is_high_safety=False,
    offered=frozenset({"letter"}),
    languages=("es", "en"),
    title={},
    demand={},
    donate_url=None,
    art="",
    palette="",
    barred=BarredAddresses(),
)
HIGH_SAFETY_DOORSTEP = replace(DOORSTEP, id=8, is_high_safety=True)


def values(**changed):
    """The fields of a person, changed; `None` leaves one out."""
    return {name: value for name, value in {**PERSON, **changed}.items() if value is not None}


def told(problems):
    """Problems as (field, code) or (field, code, parameters), one a line of a test."""
    return [
        (*problem.field, problem.code, dict(problem.parameters))
        if problem.parameters
        else (*problem.field, problem.code)
        for problem in problems
    ]
