"""Cards are made by the queue, on change and at milestones; never by a request, never twice."""

import pytest
from sqlalchemy import select, text, update

from campaign.campaigns.models import Campaign, CampaignTally
from campaign.cards import drawing
from campaign.cards.jobs import DRAW_CARDS
from campaign.cards.models import CampaignCard
from campaign.cards.queries import list_cards
from campaign.cards.service import ask_for_stale
from campaign.delivery.lanes import Lane, options_of
from campaign.features import JOBS, MAIL_TOPICS


class NoSender:
    """Drawing sends nothing."""

    def send(self, call):
        raise AssertionError("no mail may go out")


@pytest.fixture
def ask(sessions, fresh):
    """What the ticker does every minute; returns how many messages wait."""

    def ask():
        with sessions() as session:
            ask_for_stale(session)
            session.commit()
            return session.scalar(text("SELECT count(*) FROM outbox_messages WHERE state = 'due'"))

    return ask


@pytest.fixture
def drain(sessions, installation):
    def drain():
        topics = {DRAW_CARDS.name: DRAW_CARDS}
        return Lane(sessions, NoSender(), topics, installation.hashes, options_of("housekeeping")).drain(60)

    return drain


@pytest.fixture
def quick(monkeypatch):
    """Pictures in no time; returns what was drawn."""
    drawn = []
    monkeypatch.setattr(drawing, "draw", lambda showing: drawn.append(showing) or b"\x89PNG")
    return drawn


def cards_of(sessions, slug):
    with sessions() as session:
        query = select(CampaignCard.language, CampaignCard.digest).join(
            Campaign, Campaign.id == CampaignCard.campaign_id
        )
        return dict(session.execute(query.where(Campaign.slug == slug)).all())


def change(sessions, slug, **values):
    with sessions() as session:
        session.execute(update(Campaign).where(Campaign.slug == slug).values(**values))
        session.commit()


def count_to(sessions, slug, confirmed):
    with sessions() as session:
        key = session.scalar(select(Campaign.id).where(Campaign.slug == slug))
        values = {"confirmed": confirmed, "last_number": confirmed}
        session.execute(update(CampaignTally).where(CampaignTally.campaign_id == key).values(**values))
        session.commit()


def test_every_public_campaign_gets_a_card_in_each_language(sessions, ask, drain):
    assert ask() == 8
    assert drain() == {"sent": 8}
    with sessions() as session:
        stored = session.scalars(select(CampaignCard)).all()
        assert len(stored) == 16
        assert all(card.png.startswith(b"\x89PNG") and len(card.png) <= 120 * 1024 for card in stored)
        assert not any(cards.is_stale for cards in list_cards(session))
    assert set(cards_of(sessions, "fair-food")) == {"en", "es"}
    assert cards_of(sessions, "fair-fish") == {}, "a draft exists for nobody"
    assert ask() == 0


def test_work_that_waits_is_not_asked_for_again(ask, quick, drain):
    assert [ask(), ask(), ask()] == [8, 8, 8]
    drain()
    assert len(quick) == 16


@pytest.mark.parametrize(
    "values",
    [
        {"demand": {"en": "Sign now.", "es": "Firmen ya."}},
        {"title": {"en": "Fair food", "es": "Comida justa"}},
        {"status": "paused"},
        {"art": "feet"},
        {"palette": "sea"},
        {"languages": ["es"]},
        {"languages": ["en", "es", "ur"]},
    ],
)
def test_a_change_draws_that_campaign_anew_and_no_other(sessions, ask, drain, quick, values):
    ask()
    drain()
    before, others = cards_of(sessions, "fair-food"), cards_of(sessions, "milk-with-dignity")
    change(sessions, "fair-food", **values)
    assert ask() == 1
    drain()
    after = cards_of(sessions, "fair-food")
    assert after != before
    assert set(after) == set(values.get("languages", ["en", "es"]))
    assert cards_of(sessions, "milk-with-dignity") == others
    assert ask() == 0


def test_a_language_without_an_address_of_its_own_has_no_card(sessions, ask, drain, quick):
    """No page names such a card: readers of the interface get those of the campaign's first language."""
    change(sessions, "fair-food", languages=["bn", "es", "km"])
    ask()
    drain()
    assert set(cards_of(sessions, "fair-food")) == {"bn", "es"}


def test_a_milestone_draws_anew_and_what_lies_between_does_not(sessions, ask, drain, quick):
    count_to(sessions, "fair-food", 1_200)
    ask()
    drain()
    count_to(sessions, "fair-food", 1_299)
    assert ask() == 0
    count_to(sessions, "fair-food", 1_300)
    assert ask() == 1
    drain()
    assert {showing.count for showing in quick if showing.title.startswith("Kroger")} == {1_200, 1_300}


def test_a_card_that_cannot_be_drawn_keeps_nobody_waiting(sessions, ask, drain, quick, monkeypatch):
    def draw(showing):
        if showing.art == "tomato":
            raise ValueError("no SVG")
        return b"\x89PNG"

    monkeypatch.setattr(drawing, "draw", draw)
    ask()
    assert drain() == {"sent": 7, "due": 1}
    assert cards_of(sessions, "fair-food") == {}
    assert ask() == 1, "it waits for an hour, and nothing is added meanwhile"
    assert drain() == {}


def test_a_campaign_that_became_a_draft_is_passed_over(sessions, ask, drain, quick):
    ask()
    change(sessions, "fair-food", status="draft")
    assert drain() == {"sent": 8}
    assert cards_of(sessions, "fair-food") == {}


def test_fifty_campaigns_are_taken_a_few_at_a_time():
    """A claim is done within its lease: each card takes a fraction of a second, a lease lasts a minute."""
    assert options_of("housekeeping").claim_size <= 8
    assert options_of("housekeeping").lease_seconds >= 30


def test_the_ticker_and_the_worker_know_of_cards():
    assert [job.every_seconds for job in JOBS if job.run is ask_for_stale] == [60]
    assert DRAW_CARDS in MAIL_TOPICS
    assert DRAW_CARDS.lane == "housekeeping"
