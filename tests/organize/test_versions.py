"""Each save of a campaign's texts is a version: what it changed is read word by word, and had back."""

import pytest
from sqlalchemy import text

from campaign.organize.texts.versions import differ
from tests.organize.test_text_pages import PLACE, TEXT, ana, begin, change, send, stored

__all__ = ["ana", "stored"]
HISTORY = f"{PLACE}/history"


@pytest.fixture
def numbers(sessions):
    """The numbers of the campaign's versions."""

    def read():
        query = "SELECT number FROM revisions r JOIN campaigns c ON c.id = thing_id WHERE thing = 'campaign' AND slug = 'fair-food' ORDER BY number"
        with sessions() as session:
            return session.scalars(text(query)).all()

    return read


def test_words_that_went_and_came_are_told_apart():
    pieces = [(piece.sort, piece.words) for piece in differ("Sign the fair deal now", "Sign the better deal now")]
    assert pieces == [("same", "Sign the "), ("gone", "fair"), ("new", "better"), ("same", " deal now")]


def test_each_save_is_a_version_with_who_and_what(ana, numbers):
    before = len(numbers())
    send(ana, change(begin(ana), standfirst__en="One two three."))
    send(ana, change(begin(ana), standfirst__en="One four three.", letter__body__es="Otra carta."))
    assert len(numbers()) == before + 2
    page = ana.get(HISTORY).get_data(as_text=True)
    assert "Why, in one sentence (English)" in page
    assert "Letter (Spanish)" in page
    assert "Editor" in page
    shown = ana.get(f"{HISTORY}/{numbers()[-1]}").get_data(as_text=True)
    assert "<del>two</del><ins>four</ins>" in shown


def test_one_text_is_brought_back_and_all_else_stays(ana, numbers, stored):
    send(ana, change(begin(ana), standfirst__en="First."))
    send(ana, change(begin(ana), standfirst__en="Second.", goal="77"))
    answer = ana.post(f"{HISTORY}/{numbers()[-1]}", key="standfirst.en")
    assert answer.location.endswith("/history?done=restored")
    assert stored("standfirst ->> 'en'", "goal") == ("First.", 77)


def test_a_whole_version_is_brought_back_with_a_language_and_a_kinds_texts(ana, numbers, stored, sessions):
    send(ana, change(begin(ana), goal="77"))
    whole, number = stored("languages", "title", "story", "goal"), numbers()[-1]
    query = text(
        "SELECT body FROM letter_templates t JOIN campaigns c ON c.id = t.campaign_id WHERE c.slug = 'fair-food'"
    )
    with sessions() as session:
        letter = session.scalar(query)
    ana.post(f"{TEXT}/languages/es")
    assert stored("languages") == (["en"],)
    send(ana, change(begin(ana), letter__subjects__en="", letter__body__en="", letter__talking_points__en="", goal="5"))
    with sessions() as session:
        assert session.scalar(query) is None
    assert ana.post(f"{HISTORY}/{number}").status_code == 303
    assert stored("languages", "title", "story", "goal") == whole
    with sessions() as session:
        assert session.scalar(query) == letter


def test_a_version_that_is_none_or_a_text_that_is_none_is_not_found(ana, numbers):
    last = numbers()[-1]
    assert ana.get(f"{HISTORY}/{last + 1}").status_code == 404
    assert ana.post(f"{HISTORY}/{last + 1}").status_code == 404
    assert ana.post(f"{HISTORY}/{last}", key="slug").status_code == 404


def test_versions_of_anothers_campaign_are_nobodys(organizer):
    me = organizer("owner", "migrant-justice")
    for path in ("history", "history/1", "text", "text/languages/es"):
        assert me.get(f"/organize/migrant-justice/campaigns/fair-food/{path}").status_code == 404
    assert me.post("/organize/migrant-justice/campaigns/fair-food/history/1").status_code == 404
    assert me.post("/organize/migrant-justice/campaigns/fair-food/text").status_code == 404
