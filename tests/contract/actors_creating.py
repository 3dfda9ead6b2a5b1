"""The services by which a campaign begins, for the table of those that take an actor."""

from sqlalchemy.dialects.postgresql import insert

from campaign.campaigns.addresses import check_free, check_move, move_campaign, share_content
from campaign.campaigns.commands import SaveCampaign
from campaign.campaigns.models import OldSlug
from campaign.campaigns.queries import list_old_slugs
from campaign.campaigns.service import refuse_old
from campaign.content.specs import LoadCampaign
from campaign.features import KINDS
from campaign.kernel.actors import Power
from campaign.kernel.clock import now
from campaign.kernel.errors import RefusedError
from campaign.organize.creating.looking import look_at
from campaign.organize.creating.saving import create_campaign
from campaign.organize.creating.similar import find_similar
from campaign.organize.creating.starts import NOTHING, get_start, list_copyable
from campaign.revisions.service import Edit

_WRITTEN = {"title": {"en": "Melons"}, "demand": {"en": "Shade."}, "goal": 5, "languages": ["en"]}


def cases(case):
    """Return the cases, each made by `case` (service, call, powers …)."""
    seen = {"is_found": True, "takes_key": False}
    return [
        case(get_start, lambda s, a, w: get_start(s, a, f"copy:{w.slug}", KINDS)),
        case(list_copyable, lambda s, a, w: w.slug in _slugs(list_copyable(s, a), is_own=True), **seen),
        case(find_similar, _similar, **seen),
        case(create_campaign, _create, Power.PUBLISH, verb="add"),
        case(
            move_campaign,
            lambda s, a, w: move_campaign(s, a, w.slug, "elsewhere", _edit()),
            Power.PUBLISH,
            verb="change",
        ),
        case(check_move, lambda s, a, w: check_move(s, a, w.slug, "elsewhere") or True, Power.PUBLISH),
        case(share_content, _share, Power.PUBLISH, verb="change"),
        case(list_old_slugs, _old, **seen),
        case(check_free, _old_slug(check_free), **seen),
        case(refuse_old, _old_slug(refuse_old), **seen),
        case(look_at, _look, Power.PUBLISH),
    ]


def _edit():
    return Edit("form", now())


def _share(session, actor, w):
    share_content(session, actor, w.slug, _edit(), is_shared=True)
    return True


def _give_up(session, w):
    """Let the world's campaign have had another slug before."""
    session.execute(insert(OldSlug).values(slug="given-up", campaign_id=w.campaign_id).on_conflict_do_nothing())


def _old(session, actor, w):
    _give_up(session, w)
    return list(list_old_slugs(session, actor, w.campaign_id))


def _old_slug(check):
    """Whether what refuses an old slug says where its campaign is now."""

    def call(session, actor, w):
        _give_up(session, w)
        try:
            check(session, actor, "given-up")
        except RefusedError as error:
            return "now" in error.problem.parameters
        return False

    return call


def _slugs(found, *, is_own):
    return [one.slug for one in found if (one.organization is None) is is_own]


def _similar(session, actor, w):
    return [one for one in find_similar(session, actor, [], [w.company.slug]) if one.is_own and one.slug == w.slug]


def _command(w):
    return LoadCampaign(SaveCampaign("melons", _WRITTEN, w.organization, None, False, None, None, ()), None)


def _create(session, actor, w):
    return create_campaign(session, actor, _command(w), Edit("form", now()), start=NOTHING, kinds=KINDS)


def _look(session, actor, w):
    edit, draw = Edit("form", now()), lambda _session, campaign: campaign.slug
    return look_at(session, actor, _command(w), edit, start=NOTHING, kinds=KINDS, draw=draw)
