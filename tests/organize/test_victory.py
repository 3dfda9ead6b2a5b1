"""A victory: seen before it is declared, all or nothing, on every public record, and taken back as far as that is true."""

from datetime import UTC

import pytest
from sqlalchemy import text

from campaign.campaigns.models import Campaign
from campaign.kernel.clock import now
from campaign.revisions.models import Revision
from campaign.targets.models import Stance

FAIR = "/organize/ciw/campaigns/fair-food"
WON = {"text-en": "They **signed**.", "text-es": "**Firmaron**.", "letters": "withdraw", "met": ["kroger", "publix"]}


def _page(answer):
    return answer.get_data(as_text=True)


def _won(**more):
    return {"date": f"{now().astimezone(UTC):%Y-%m-%d}", **WON, **more}


@pytest.fixture
def companies(sessions):
    with sessions() as session:
        return list(
            session.scalars(
                text(
                    "SELECT co.slug FROM campaign_targets t JOIN companies co ON co.id = t.company_id"
                    " JOIN campaigns c ON c.id = t.campaign_id WHERE c.slug = 'fair-food' ORDER BY t.position"
                )
            )
        )


@pytest.fixture
def stored(sessions):
    """The campaign as it is stored, the stances of its companies, and the states of its letters."""

    def read():
        with sessions() as session:
            campaign = session.query(Campaign).filter_by(slug="fair-food").one()
            stances = session.query(Stance).filter_by(campaign_id=campaign.id).order_by(Stance.id).all()
            letters = session.execute(text("SELECT state FROM outbox_messages WHERE lane = 'letters'")).scalars().all()
            held = text("SELECT reason FROM outbox_switches WHERE is_hold AND campaign_id = :id")
            holds = session.execute(held, {"id": campaign.id}).scalars().all()
            session.expunge_all()
        return campaign, stances, sorted(letters), sorted(holds)

    return read


@pytest.fixture
def letter(visitor):
    """A letter that is confirmed and has not gone."""
    visitor.write()
    visitor.confirm(visitor.last_link("confirm"))


def test_it_is_seen_in_numbers_before_it_is_declared(organizer, companies, stored, letter):
    me, before = organizer("editor"), stored()
    form = _page(me.get(f"{FAIR}/victory"))
    assert 'name="text-es"' in form
    look = _page(me.post(f"{FAIR}/victory", _won(met=companies[:1], do="look")))
    assert "<strong>signed</strong>" in look
    assert "can’t be undone" in look
    assert "on record as having met the demand since" in look
    assert 'name="text-en" value="They **signed**."' in look
    assert stored()[0].status == before[0].status == "open", "looking changes nothing"
    changed = _page(me.post(f"{FAIR}/victory", _won(met=companies[:1], do="change")))
    assert "They **signed**." in changed
    assert changed.count(" checked") == 2


def test_declared_it_is_on_every_record_at_once(organizer, companies, stored, letter, stranger, app):  # noqa: PLR0917 - fixtures and cases
    me, stances = organizer("editor"), len(stored()[1])
    assert set(stored()[2]) == {"due"}
    answer = me.post(f"{FAIR}/victory", _won(met=companies[:2], do="declare"))
    assert answer.location.endswith("done=won")
    campaign, after, letters, holds = stored()
    assert campaign.status == "won"
    assert campaign.won_text == {"en": "They **signed**.", "es": "**Firmaron**."}
    assert [(one.stance, one.evidence["es"]) for one in after[stances:]] == [("met", "**Firmaron**.")] * 2
    assert set(letters) == {"withdrawn"}
    assert "won" in holds
    app.wsgi_app.clear()
    for path in ("/campaigns/fair-food", f"/companies/{companies[0]}", "/"):
        assert "signed" in _page(stranger.get(path)).lower()
    assert "<strong>signed</strong>" in _page(stranger.get("/campaigns/fair-food"))
    again = me.post(f"{FAIR}/victory", _won(met=companies[:2], do="declare"))
    assert again.location.endswith("now=won")
    assert len(stored()[1]) == len(after)


def test_it_is_one_revision(organizer, companies, sessions):
    organizer("editor").post(f"{FAIR}/victory", _won(met=companies[:1], do="declare"))
    with sessions() as session:
        [one] = session.query(Revision).filter_by(thing="campaign", door="victory").all()
    assert {"status", "won_text"} <= {name for change in one.changes for name in change.get("values", {})}
    assert "stances" in {change.get("part") for change in one.changes}


def test_letters_may_go_all_the_same(organizer, companies, stored, letter):
    organizer("editor").post(f"{FAIR}/victory", _won(met=companies, letters="send", do="declare"))
    _campaign, _stances, letters, holds = stored()
    assert set(letters) == {"due"}
    assert not {"won", "met"} & set(holds)


@pytest.mark.parametrize("place", ["withdraw_letters_of", "record_stance", "bring_campaign", "record"])
def test_it_is_all_or_nothing(organizer, companies, stored, letter, monkeypatch, place):  # noqa: PLR0917 - fixtures and cases
    before = stored()

    def fail(*_, **__):
        raise RuntimeError("the machine stumbles")

    me = organizer("editor")
    token = me.csrf()
    monkeypatch.setattr(f"campaign.organize.winning.{place}", fail)
    me.client.application.config["PROPAGATE_EXCEPTIONS"] = False
    try:
        answer = me.post(f"{FAIR}/victory", _won(met=companies, do="declare"), csrf=token)
    except RuntimeError:
        answer = None
    assert answer is None or answer.status_code == 500
    after = stored()
    assert (after[0].status, after[0].won_at, after[0].won_text) == (
        before[0].status,
        before[0].won_at,
        before[0].won_text,
    )
    assert len(after[1]) == len(before[1])
    assert after[2:] == before[2:]


@pytest.mark.parametrize(
    ("typed", "box", "words"),
    [
        ({"date": "2199-01-01"}, "date", "hasn’t come yet"),
        ({"date": "31/01/2027"}, "date", "Enter a date"),
        ({"date": ""}, "date", "This is needed"),
        ({"text-en": ""}, "text-en", "This is needed"),
        ({"text-es": "x" * 20_001}, "text-es", "20,000"),
        ({"letters": "burn"}, "letters", "Choose one"),
    ],
)
def test_what_is_wrong_is_told_beside_its_box(organizer, companies, stored, typed, box, words):  # noqa: PLR0917 - fixtures and cases
    answer = organizer("editor").post(f"{FAIR}/victory", _won(met=companies[:1], do="declare", **typed))
    page = _page(answer)
    assert answer.status_code == 422
    assert words in page
    assert f'href="#field-{box}"' in page
    assert "Firmaron" in page or "text-es" in typed
    assert stored()[0].status == "open"


def test_a_company_that_is_not_asked_is_not_touched(organizer, companies, stored):
    count = len(stored()[1])
    organizer("editor").post(f"{FAIR}/victory", _won(met=["no-such-company", "h-and-m"], do="declare"))
    campaign, stances, *_ = stored()
    assert (campaign.status, len(stances)) == ("won", count)


def test_it_is_taken_back_as_far_as_that_is_true(organizer, companies, stored, letter, stranger, app):  # noqa: PLR0917 - fixtures and cases
    me = organizer("editor")
    me.post(f"{FAIR}/victory", _won(met=companies[:1], do="declare"))
    count = len(stored()[1])
    page = _page(me.get(f"{FAIR}/victory/take-back"))
    assert "stay withdrawn" in page
    assert f'value="{companies[0]}"' in page
    empty = me.post(f"{FAIR}/victory/take-back", {"back": companies[0], "evidence-en": ""})
    assert empty.status_code == 422
    assert (
        me.post(f"{FAIR}/victory/take-back", {"back": companies[0], "evidence-en": "They never signed."}).status_code
        == 303
    )
    campaign, stances, letters, holds = stored()
    assert (campaign.status, campaign.won_at) == ("open", None)
    assert len(stances) == count + 1
    assert stances[-1].stance in ("holdout", "in_talks")
    assert stances[-1].evidence == {"en": "They never signed."}
    assert set(letters) == {"withdrawn"}
    assert "won" not in holds
    app.wsgi_app.clear()
    assert "<strong>signed</strong>" not in _page(stranger.get("/campaigns/fair-food"))


def test_another_organizations_campaign_is_none(organizer):
    me = organizer("owner", "migrant-justice")
    for room in ("victory", "victory/take-back", "publish", "pause", "stances"):
        there = f"/organize/migrant-justice/campaigns/fair-food/{room}"
        nowhere = f"/organize/migrant-justice/campaigns/no-such/{room}"
        assert me.get(there).status_code == me.get(nowhere).status_code == 404
        if room != "stances":
            assert me.post(there, _won(do="declare")).status_code == 404


def test_a_stance_is_recorded_with_its_day_and_evidence(organizer, companies, stored):
    me, count = organizer("editor"), len(stored()[1])
    there = f"{FAIR}/stances/{companies[0]}"
    assert "How do you know?" in _page(me.get(there))
    wrong = me.post(there, {"stance": "angry", "as_of": "2199-01-01", "evidence-en": "A paper"})
    assert wrong.status_code == 422
    assert "Choose one" in _page(wrong)
    assert "hasn’t come yet" in _page(wrong)
    assert "A paper" in _page(wrong)
    right = {
        "stance": "in_talks",
        "as_of": f"{now().astimezone(UTC):%Y-%m-%d}",
        "evidence-en": "The Herald, Nov. 1",
        "evidence-es": "El Heraldo",
    }
    assert me.post(there, right).location.endswith("done=recorded")
    stances = stored()[1]
    assert len(stances) == count + 1
    assert "The Herald, Nov. 1" in _page(me.get(f"{FAIR}/stances"))
    for public in (f"/companies/{companies[0]}", "/campaigns/fair-food"):
        assert "The Herald, Nov. 1" in _page(me.get(public)), public
    me.post(there, right)
    assert len(stored()[1]) == len(stances), "the same again is nothing new"
    assert me.get(f"{FAIR}/stances/no-such-company").status_code == 404
