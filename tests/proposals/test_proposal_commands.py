"""`campaign companies proposals …` and `campaign agreements …`: the operator's side of shared rows."""

import re
from contextlib import contextmanager
from uuid import uuid4

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from campaign.campaigns.agreement_cli import agreements
from campaign.campaigns.commands import SaveAgreement
from campaign.campaigns.saving import save_agreement
from campaign.campaigns.service import add_organization
from campaign.kernel.actors import OPERATOR
from campaign.kernel.clock import now
from campaign.kernel.errors import ConflictError, NotFoundError, RefusedError
from campaign.proposals.cli import companies
from campaign.proposals.commands import Propose
from campaign.proposals.service import propose
from campaign.revisions.service import Edit
from campaign.targets.commands import SaveCompany
from campaign.targets.saving import save_company

OLD, NEW = "ceo@wendys.example", "chief@wendys.example"


class _Console:
    """The console of a test's session, which nothing is committed in."""

    def __init__(self, session):
        self._session = session

    @contextmanager
    def session(self, **_more):
        yield self._session

    def transact(self, work, **_more):
        return work(self._session)


@pytest.fixture
def proposal(session):
    """Of the Coalition of Immokalee Workers: another address for the chief executive of Wendy’s."""
    add_organization(session, OPERATOR, "ciw", "Coalition of Immokalee Workers")
    values = {"name": "Wendy’s", "country": "US", "timezone": "UTC"}
    save_company(session, OPERATOR, SaveCompany("wendys", values, {"CEO": OLD}, None), Edit("file", now()))
    wanted = SaveCompany("wendys", {"sector": "fast food"}, {"CEO": NEW}, None, {"CEO": {"source": "Annual report"}})
    return propose(session, OPERATOR, Propose("ciw", wanted, "Wendy’s", "The old one bounces"))


@pytest.fixture
def run(session, proposal):
    def call(*arguments, command=companies):
        return CliRunner().invoke(command, [str(one) for one in arguments], obj=_Console(session))

    return call


def _address(session):
    return session.scalar(text("SELECT address FROM executives"))


def test_the_list_says_all_that_is_proposed(run, proposal):
    said = run("proposals", "list").output
    for words in (str(proposal), "company wendys", "Coalition of Immokalee Workers", "The old one bounces", "fast food",
                  f"CEO: {NEW} (Annual report)"):  # fmt: skip
        assert words in said
    assert OLD not in said


def test_accepting_takes_effect_and_says_how_many_letters_follow(run, proposal, session):
    result = run("proposals", "accept", proposal)
    assert result.output.splitlines() == ["company wendys: accepted", f"CEO: 0 unsent letters follow to {NEW}"]
    assert _address(session) == NEW
    assert run("proposals", "list").output == "no proposals are open\n"
    assert isinstance(run("proposals", "accept", proposal).exception, ConflictError)


def test_refusing_takes_a_reason_and_changes_nothing(run, proposal, session):
    assert isinstance(run("proposals", "refuse", proposal, " ").exception, RefusedError)
    assert run("proposals", "refuse", proposal, "She left in May").output == "refused\n"
    assert _address(session) == OLD
    assert session.execute(text("SELECT state, reason, content FROM proposals")).one() == (
        "refused",
        "She left in May",
        {},
    )


@pytest.mark.parametrize("arguments", [("accept",), ("refuse", "No")])
def test_what_is_not_there_is_told(run, arguments):
    step, *rest = arguments
    assert isinstance(run("proposals", step, uuid4(), *rest).exception, NotFoundError)
    assert run("proposals", step, "17", *rest).exit_code == 2


def test_signatories_are_shown_and_accepted(run, session):
    signed = SaveAgreement("fair", {"name": "Fair Food", "since": 2011}, {"Aldi": 2026}, ["Subway"])
    save_agreement(session, OPERATOR, SaveAgreement("fair", {"name": "Fair"}, {"Subway": 2008}), Edit("file", now()))
    proposed = propose(session, OPERATOR, Propose("ciw", signed, "Fair Food"))
    said = run("proposals", "list").output
    assert re.search(r"signed +Aldi \(2026\)", said)
    assert re.search(r"gone +Subway", said)
    assert run("proposals", "accept", proposed).output == "agreement fair: accepted\n"
    assert session.execute(text("SELECT name, since FROM signatories")).all() == [("Aldi", 2026)]


def test_the_care_of_an_agreement_is_given_and_ended(run, session):
    save_agreement(session, OPERATOR, SaveAgreement("fair", {"name": "Fair Food"}, {}), Edit("file", now()))

    def say(*arguments):
        return run(*arguments, command=agreements).output

    assert say("care", "list") == "no organization has an agreement in its care\n"
    assert say("care", "give", "fair", "ciw") == "agreement fair: in the care of ciw\n"
    assert say("care", "give", "fair", "ciw") == "agreement fair: was in the care of ciw\n"
    assert re.search(r"fair +ciw", say("care", "list"))
    assert say("care", "end", "fair", "ciw") == "agreement fair: no longer in the care of ciw\n"
    assert say("care", "end", "fair", "ciw") == "agreement fair: was not in the care of ciw\n"
    for wrong in (("nobody", "ciw"), ("fair", "nobody")):
        assert isinstance(run("care", "give", *wrong, command=agreements).exception, NotFoundError)
