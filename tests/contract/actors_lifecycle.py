"""Cases of a campaign's life: steps, a scheduled opening, news, notes, a victory."""

from datetime import timedelta
from uuid import uuid4

from campaign.campaigns import lifecycle, news
from campaign.campaigns import queries as campaigns
from campaign.campaigns.commands import Due, NewsText, Win
from campaign.campaigns.models import Campaign
from campaign.kernel.actors import OPERATOR, Power
from campaign.kernel.clock import now
from campaign.organize import winning
from campaign.organize.queries import count_waiting, list_dated
from campaign.revisions.service import Edit

P = Power.PUBLISH
NEWS = NewsText({"en": "New one"}, {"en": "New"})


def _edit():
    return Edit("form", now())


def _schedule(session, actor, w):
    campaign = session.get(Campaign, w.campaign_id)
    if campaign is not None:
        campaign.status = "draft"
        session.flush()
    return lifecycle.schedule_opening(session, actor, w.slug, Due(now() + timedelta(days=1), "UTC"), _edit())


def _list_dated(session, actor, w):
    _schedule(session, OPERATOR, w)
    return list_dated(session, actor)


def _draft(session, w):
    """A draft of the world's campaign, made by the operator; the id of none in an unknown world."""
    if session.get(Campaign, w.campaign_id) is None:
        return uuid4()
    return news.save_draft(session, OPERATOR, w.slug, None, news=NEWS, due=None).public_id


def _update(session, w):
    """The same, published."""
    draft = _draft(session, w)
    if session.get(Campaign, w.campaign_id) is not None:
        news.publish_draft(session, OPERATOR, w.slug, draft, _edit())
        session.flush()
    return draft


def _correct(session, actor, w):
    public_id = _update(session, w)
    session.expire_all()
    found = campaigns.find_campaign(session, w.slug)
    read_at = news.get_update(session, OPERATOR, found.id, public_id).updated_at if found else now()
    text = NewsText({"en": "Newer"}, {"en": "New"})
    return news.correct_update(session, actor, w.slug, public_id, news=text, read_at=read_at, edit=_edit())


def _list_drafts(session, actor, w):
    _draft(session, w)
    return news.list_drafts(session, actor, w.campaign_id)


def _get_draft(session, actor, w):
    return news.get_draft(session, actor, w.campaign_id, _draft(session, w))


def _get_update(session, actor, w):
    return news.get_update(session, actor, w.campaign_id, _update(session, w))


def _win(session, actor, w):
    command = winning.DeclareVictory(Win(now(), {}), (), "withdraw")
    return winning.declare_victory(session, actor, w.slug, command, _edit())


def _unwin(session, actor, w):
    if session.get(Campaign, w.campaign_id) is not None:
        _win(session, OPERATOR, w)
    return winning.take_victory_back(session, actor, w.slug, _edit(), companies=[], evidence={})


def cases(case):
    """Return the cases."""
    own = {"takes_key": True}
    return [
        case(lifecycle.lock_own, lambda s, a, w: lifecycle.lock_own(s, a, w.slug)),
        case(
            lifecycle.take_step, lambda s, a, w: lifecycle.take_step(s, a, w.slug, "pause", _edit()), P, verb="change"
        ),
        case(lifecycle.schedule_opening, _schedule, P, verb="change"),
        case(lifecycle.keep_notes, lambda s, a, w: lifecycle.keep_notes(s, a, w.slug, "N", _edit()), P, verb="change"),
        case(news.list_drafts, _list_drafts, is_found=True),
        case(news.get_draft, _get_draft, **own),
        case(news.get_update, _get_update, **own),
        case(
            news.save_draft,
            lambda s, a, w: news.save_draft(s, a, w.slug, None, news=NEWS, due=None),
            P,
            verb="save",
        ),
        case(
            news.publish_draft,
            lambda s, a, w: news.publish_draft(s, a, w.slug, _draft(s, w), _edit()),
            P,
            verb="change",
        ),
        case(news.delete_draft, lambda s, a, w: news.delete_draft(s, a, w.slug, _draft(s, w)), P, verb="delete"),
        case(news.correct_update, _correct, P, verb="change"),
        case(winning.declare_victory, _win, P, verb="change"),
        case(winning.take_victory_back, _unwin, P, verb="change"),
        case(
            campaigns.list_days,
            lambda s, a, w: campaigns.list_days(s, a, w.campaign_id, now().date()) or a.acts_for(w.organization_id),
            is_found=True,
        ),
        case(list_dated, _list_dated, is_found=True, takes_key=False),
        case(count_waiting, lambda s, a, _: count_waiting(s, a).held, is_found=True, takes_key=False),
    ]
