"""How organizers sign in: services that take an actor."""

from campaign.accounts.commands import NewMember
from campaign.accounts.members import add_member, print_link_to
from campaign.accounts.resetting import reset_factors
from campaign.kernel.actors import OPERATOR
from campaign.kernel.clock import now

EVA = "eva@lost.example"


def _reset(session, actor, _w):
    add_member(session, OPERATOR, NewMember(EVA, "ciw", "viewer"))
    return reset_factors(session, actor, EVA)


def _link(session, actor, _w):
    add_member(session, OPERATOR, NewMember(EVA, "ciw", "viewer"))
    return print_link_to(session, actor, EVA, now())


def for_the_operator(case):
    """Return the cases of services that are the operator's."""
    return [case(reset_factors, _reset, verb="reset_factors"), case(print_link_to, _link, verb="print_link")]
