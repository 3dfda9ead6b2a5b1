"""Cases of the questions that a campaign asks of its own."""

from sqlalchemy import select

from campaign.actions.questions import saving
from campaign.actions.questions.commands import SaveQuestion
from campaign.campaigns.models import Campaign
from campaign.kernel.actors import OPERATOR, Power
from campaign.kernel.clock import now
from campaign.revisions.service import Edit

P = Power.PUBLISH


def _edit():
    return Edit("form", now())


def _command(w, number=None):
    words = {"en": "Where do you shop?", "es": "¿Dónde compra usted?"}
    return SaveQuestion(w.slug, "pledge", number, 1, "text", words, words, (), is_required=False)


def _asked(session, w):
    """The number of a question that the operator asked in the world's campaign; of none in an unknown world."""
    if session.scalar(select(Campaign.id).where(Campaign.slug == w.slug)) is None:
        return 1
    return saving.save_question(session, OPERATOR, _command(w), _edit())


def _end(session, actor, w):
    return saving.end_question(session, actor, w.slug, _asked(session, w), _edit())


def _again(session, actor, w):
    number = _asked(session, w)
    if session.scalar(select(Campaign.id).where(Campaign.slug == w.slug)) is not None:
        saving.end_question(session, OPERATOR, w.slug, number, _edit())
    return saving.ask_again(session, actor, w.slug, number, _edit())


def _move(session, actor, w):
    _asked(session, w)
    return saving.move_question(session, actor, w.slug, _asked(session, w), _edit(), is_up=True)


def _count(session, actor, w):
    number = _asked(session, w)
    session.connection().exec_driver_sql(
        "UPDATE actions SET answers = jsonb_build_object(%s::text, 'x')::text WHERE campaign_id = %s",
        (str(number), w.campaign_id),
    )
    return saving.count_answers(session, actor, w.campaign_id, [number])[number]


def cases(case):
    """Return the cases; `case` makes one."""
    return [
        case(saving.save_question, lambda s, a, w: saving.save_question(s, a, _command(w), _edit()), P, verb="change"),
        case(saving.end_question, _end, P, verb="change"),
        case(saving.ask_again, _again, P, verb="change"),
        case(saving.move_question, _move, P, verb="change"),
        case(saving.list_questions, lambda s, a, w: saving.list_questions(s, a, w.slug)),
        case(saving.get_question, lambda s, a, w: saving.get_question(s, a, w.slug, _asked(s, w))),
        case(saving.count_answers, _count, is_found=True),
    ]
