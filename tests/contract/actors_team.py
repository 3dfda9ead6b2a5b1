"""Cases of who serves an organization: read, changed, let go, invited; and of what is set for all of them."""

from uuid import uuid4

from sqlalchemy import select

from campaign.accounts import changing, demanding, inviting, team
from campaign.accounts.commands import Invite, NewMember
from campaign.accounts.grants import Grant
from campaign.accounts.members import add_member
from campaign.accounts.models import Membership
from campaign.audit.queries import list_doers
from campaign.campaigns.models import Organization
from campaign.campaigns.queries import get_own_organization
from campaign.kernel.actors import OPERATOR, Power
from campaign.kernel.clock import now
from campaign.revisions.service import Edit

A = Power.ADMINISTER
ADDRESS = "viewer@new.example"


def _is_there(session, w):
    return session.scalar(select(Organization.id).where(Organization.slug == w.organization)) is not None


def _member(session, w):
    """Somebody who serves the world's organization; the id of nobody in an unknown world."""
    if not _is_there(session, w):
        return uuid4()
    account = add_member(session, OPERATOR, NewMember(ADDRESS, w.organization, "viewer"))
    return session.scalar(select(Membership.public_id).where(Membership.account_id == account.id))


def _invitation(session, w):
    if not _is_there(session, w):
        return uuid4()
    at = now() - inviting.AGAIN_AFTER
    return inviting.invite(session, OPERATOR, Invite(w.organization, ADDRESS, Grant("viewer")), at).public_id


def _change(session, actor, w):
    member = _member(session, w)
    grant = Grant("viewer", ends_at=now() + inviting.LASTS)
    return changing.change_member(session, actor, w.organization, member, grant, at=now())


def _remove(session, actor, w):
    return changing.remove_member(session, actor, w.organization, _member(session, w), now())


def _find(session, actor, w):
    _member(session, w)
    return changing.find_member_id(session, actor, w.organization, ADDRESS)


def _get(session, actor, w):
    return team.get_member(session, actor, w.organization, _member(session, w), now())


def _invite(session, actor, w):
    return inviting.invite(session, actor, Invite(w.organization, ADDRESS, Grant("viewer")), now())


def _again(session, actor, w):
    return inviting.send_again(session, actor, w.organization, _invitation(session, w), now())


def _revoke(session, actor, w):
    return inviting.revoke(session, actor, w.organization, _invitation(session, w), now())


def _demand(session, actor, w):
    return demanding.demand_factor(session, actor, w.organization, Edit("form", now()), is_demanded=True)


def cases(case):
    """Return the cases, each made by `case`."""
    return [
        case(team.list_team, lambda s, a, w: team.list_team(s, a, w.organization, now()), A),
        case(team.list_invited, lambda s, a, w: team.list_invited(s, a, w.organization, now()), A),
        case(team.get_member, _get, A),
        case(changing.begin_giving, lambda s, a, w: changing.begin_giving(s, a, w.organization, now()), A),
        case(changing.find_member_id, _find, A),
        case(changing.change_member, _change, A, verb="change"),
        case(changing.remove_member, _remove, A, verb="remove"),
        case(inviting.invite, _invite, A, verb="invite"),
        case(inviting.send_again, _again, A, verb="send_again"),
        case(inviting.revoke, _revoke, A, verb="revoke"),
        case(demanding.demand_factor, _demand, A, verb="change"),
        case(get_own_organization, lambda s, a, w: get_own_organization(s, a, w.organization)),
        case(list_doers, lambda s, a, w: list_doers(s, a, w.organization), A),
    ]
