"""Why somebody signed, on the campaign's page: only with their tick, and only the very words that a person read first."""

import re
from contextlib import contextmanager

import pytest
from click.testing import CliRunner

from campaign.actions.cli_comments import comments
from campaign.actions.service.showing_comments import (
    find_comments,
    list_comments,
    release_comments,
    take_back_comments,
)
from campaign.kernel.actors import OPERATOR
from campaign.kernel.text import shorten
from tests.actions.visitor import HIGH_SAFETY, OPEN

WORDS = "My mother picked tomatoes."


def sign(visitor, **changed):
    visitor.sign(**{"comment": WORDS, "show_comment": "yes", **changed})
    return visitor.confirm(visitor.last_link("confirm"))


def waiting(visitor, **only):
    with visitor.sessions() as session:
        return [row.mark for row in list_comments(session, OPERATOR, **only)]


def release(visitor, marks=None, judge=release_comments):
    marks = waiting(visitor) if marks is None else marks
    with visitor.sessions() as session, session.begin():
        return judge(session, OPERATOR, marks)


def page(visitor, slug=OPEN):
    visitor.client.application.wsgi_app.clear()
    return visitor.client.get(f"/campaigns/{slug}").text


def mine(visitor):
    link = visitor.my_page()
    return link, visitor.client.get(link).text


def say(visitor, link, show):
    public_id = visitor.one("SELECT public_id FROM actions WHERE state = 'confirmed'")
    return visitor.client.post(f"{link}/words/{public_id}", data={"show": show})


def test_the_box_stands_with_the_words_and_is_ticked_for_nobody(visitor):
    form = page(visitor).partition('data-action-kind="pledge"')[2].partition("</form>")[0]
    more = form.partition("<details")[2].partition("</details>")[0]
    assert "Show my words with my first name and town" in more
    assert "checked" not in form
    assert 'name="show_comment"' not in page(visitor, HIGH_SAFETY)


def test_with_the_tick_and_a_release_they_are_shown_with_first_name_and_town(visitor):
    sign(visitor)
    assert WORDS not in page(visitor), "nobody has read them"
    assert release(visitor) == 1
    shown = page(visitor).partition('class="voices"')[2].partition("</section>")[0]
    assert WORDS in shown
    assert "<bdi>Ana</bdi>, <bdi>Immokalee" in shown
    assert "Ruiz" not in page(visitor)
    assert waiting(visitor) == []


def test_without_the_tick_nobody_is_asked_to_release_them(visitor):
    sign(visitor, show_comment=None, show_name="yes")
    assert waiting(visitor) == []
    assert WORDS not in page(visitor)


def test_a_tick_without_words_is_none(visitor):
    sign(visitor, comment="  ")
    assert visitor.one("SELECT show_comment FROM actions") is False


def test_on_a_high_safety_campaign_nothing_of_it_is_kept(visitor):
    visitor.sign(HIGH_SAFETY, comment=WORDS, show_comment="yes")
    visitor.confirm(visitor.last_link("confirm"))
    assert visitor.all("SELECT comment, show_comment FROM actions") == [(None, False)]
    assert waiting(visitor) == []


def test_what_waits_for_its_link_or_is_held_is_read_by_nobody(visitor):
    visitor.sign(comment=WORDS, show_comment="yes")
    assert waiting(visitor) == []
    visitor.sign(comment=WORDS, show_comment="yes", email="bo@example.org", fax_number="x")
    visitor.confirm(visitor.last_link("confirm", "bo@example.org"))
    assert waiting(visitor) == []


def test_other_words_are_not_those_that_were_released(visitor):
    sign(visitor)
    old = waiting(visitor)
    release(visitor)
    sign(visitor, comment="Other words.")
    assert "Other words." not in page(visitor)
    assert WORDS not in page(visitor)
    assert visitor.one("SELECT count(*) FROM comment_reviews") == 0
    assert release(visitor, old) == 0, "the mark is of the words that are gone"
    assert release(visitor) == 1
    assert "Other words." in page(visitor)


def test_signing_again_without_the_tick_takes_them_off(visitor):
    sign(visitor)
    release(visitor)
    sign(visitor, show_comment=None)
    assert WORDS not in page(visitor)


@pytest.mark.parametrize("way", ["withdraw", "erase"])
def test_withdrawn_or_erased_they_are_gone_with_what_was_said_of_them(visitor, way):
    sign(visitor)
    release(visitor)
    link, _ = mine(visitor)
    public_id = visitor.one("SELECT public_id FROM actions")
    room = f"withdraw/{public_id}" if way == "withdraw" else "erase"
    visitor.client.post(f"{link}/{room}", data={"sure": "yes"})
    assert WORDS not in page(visitor)
    if way == "erase":
        assert visitor.one("SELECT count(*) FROM comment_reviews") == 0
        assert WORDS not in str(visitor.dump())


def test_an_operator_takes_them_back_and_is_not_asked_again(visitor):
    sign(visitor)
    marks = waiting(visitor)
    release(visitor)
    assert waiting(visitor, is_released=True) == marks
    assert release(visitor, marks, take_back_comments) == 1
    assert WORDS not in page(visitor)
    assert waiting(visitor) == []
    assert "The campaign is not showing your words on its page." in mine(visitor)[1]
    verbs = [row.verb for row in visitor.all("SELECT verb FROM audit_entries WHERE thing = 'comment' ORDER BY id")]
    assert verbs[-2:] == ["release", "take_back"]


def test_ones_own_page_says_how_they_stand_and_lets_one_take_them_back(visitor):
    sign(visitor)
    link, text = mine(visitor)
    assert "once someone from the campaign has read them" in text
    release(visitor)
    assert "Your words are on the campaign’s page" in visitor.client.get(link).text
    assert say(visitor, link, "no").status_code == 303
    assert WORDS not in page(visitor)
    assert "Your words are not on the campaign’s page." in visitor.client.get(link).text
    assert say(visitor, link, "yes").status_code == 303
    assert WORDS in page(visitor), "these very words were read before"


def test_nobody_speaks_for_another(visitor):
    sign(visitor)
    visitor.pledge(email="bo@example.org", given_name="Bo")
    link = visitor.my_page("bo@example.org")
    public_id = visitor.one(
        "SELECT a.public_id FROM actions a JOIN people p ON p.id = a.person_id WHERE p.email = 'ana@example.org'"
    )
    assert visitor.client.post(f"{link}/words/{public_id}", data={"show": "no"}).status_code == 404
    assert visitor.one("SELECT bool_or(show_comment) FROM actions") is True


def test_hostile_words_are_text_and_keep_their_direction_to_themselves(visitor):
    sign(visitor, comment='</p><script>alert(1)</script> {{7*7}} "\u200f قيمة', given_name="<b>Zoë")
    release(visitor)
    shown = page(visitor).partition('class="voices"')[2].partition("</section>")[0]
    assert "<script" not in shown
    assert "<b>" not in shown
    assert "&lt;script&gt;" in shown
    assert re.search(r"<blockquote[^>]* dir=\"auto\"", shown)


def test_long_words_are_cut_between_words(visitor):
    sign(visitor, comment="tomatoes " * 100)
    release(visitor)
    shown = page(visitor).partition('class="voices"')[2].partition("</section>")[0]
    assert re.search(r"tomatoes…</p>", shown)
    assert shown.count("tomatoes") < 40


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("one two", "one two"),
        ("one, two three", "one…"),
        ("a\n\n b", "a b"),
        ("x" * 20, "x" * 7 + "…"),
        ("ក្ខ" * 5, "ក្ខក្ខ…"),
    ],
)
def test_a_text_is_shortened_off_no_letters_marks(text, short):
    assert shorten(text, 8) == short


def test_the_operators_commands(visitor):
    visitor.sign(comment=f"{WORDS}\n\x1b[2J", show_comment="yes")
    assert visitor.one("SELECT count(*) FROM actions") == 0, "what a terminal would obey is refused at the door"
    sign(visitor)

    class Console:
        @contextmanager
        def session(self, *, needs_secrets=True):
            with visitor.sessions() as session, session.begin():
                yield session

        def transact(self, work, *, needs_secrets=True):
            with self.session() as session:
                return work(session)

    def run(*words):
        return CliRunner().invoke(comments, words, obj=Console())

    listed = run()
    mark = listed.output.split()[0]
    assert f"{OPEN}" in listed.output
    assert "Ana, Immokalee" in listed.output
    assert WORDS in run("show", mark).output
    missed = run("release", mark, "000000000000")
    assert missed.exit_code == 1
    assert "000000000000" in missed.output
    assert waiting(visitor) == [mark], "a slip changes nothing"
    assert run("release", mark).output == "1 released\n"
    assert mark in run("--released").output
    assert run("take-back", mark).output == "1 not shown\n"
    assert run().output == "no comment waits to be read\n"


def test_a_mark_names_nothing_in_another_campaigns_words(visitor):
    sign(visitor)
    with visitor.sessions() as session:
        (row,) = find_comments(session, OPERATOR, waiting(visitor))
    assert row.comment == WORDS
