"""A campaign's texts are edited by language; two who edit at once never lose a word; a language goes and comes back."""

import re

import pytest
from sqlalchemy import text
from werkzeug.datastructures import MultiDict

PLACE = "/organize/ciw/campaigns/fair-food"
TEXT = f"{PLACE}/text"


@pytest.fixture
def ana(organizer):
    return organizer("editor")


@pytest.fixture
def stored(sessions):
    """The campaign's columns as they are stored now."""

    def read(*names):
        with sessions() as session:
            return session.execute(text(f"SELECT {', '.join(names)} FROM campaigns WHERE slug = 'fair-food'")).one()

    return read


def fields_of(page):
    """Read a page's form as a browser would send it."""
    html = page.get_data(as_text=True)
    form = html.partition('class="desk-form texts"')[2].partition("</form>")[0]
    found = [
        (name, _plain(value))
        for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    ]
    found += [
        (name, _plain(words))
        for name, words in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n(.*?)</textarea>', form, re.DOTALL)
    ]
    found += [
        (name, _plain(value))
        for name, value in re.findall(r'<input class="field__box" id="[^"]+" name="([^"]+)"[^>]*?value="([^"]*)"', form)
    ]
    return [(name, value) for name, value in found if name != "csrf"]


def _plain(value):
    for entity, sign in (("&#34;", '"'), ("&#39;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        value = value.replace(entity, sign)
    return value


def change(fields, **values):
    """Return a form with some fields changed, by name with two underscores for a dot."""
    changed = {name.replace("__", "."): value for name, value in values.items()}
    return [(name, changed.pop(name, value)) for name, value in fields] + list(changed.items())


def send(me, fields, path=TEXT):
    return me.post(path, MultiDict(fields))


def begin(me):
    return fields_of(me.get(TEXT))


def test_what_is_typed_is_saved_and_on_the_public_page(ana, stored, stranger):
    answer = send(ana, change(begin(ana), standfirst__en="Because work has dignity.", goal="4321"))
    assert (answer.status_code, answer.location) == (303, f"{TEXT}?done=saved")
    assert stored("goal", "standfirst ->> 'en'") == (4321, "Because work has dignity.")
    assert "Because work has dignity." in stranger.get("/campaigns/fair-food").get_data(as_text=True)
    assert "Saved." in ana.get(answer.location).get_data(as_text=True)


def test_saving_what_is_there_saves_nothing(ana, sessions):
    answer = send(ana, begin(ana))
    assert answer.location.endswith("done=same")
    with sessions() as session:
        assert session.scalar(text("SELECT count(*) FROM revisions WHERE door = 'form'")) == 0


def test_a_kinds_own_texts_are_edited_by_the_same_form(ana, sessions):
    assert send(ana, change(begin(ana), letter__subjects__en="One\r\n\r\n  Two ")).status_code == 303
    with sessions() as session:
        subjects = "SELECT t.subjects -> 'en' FROM letter_templates t JOIN campaigns c ON c.id = t.campaign_id WHERE c.slug = 'fair-food'"
        assert session.scalar(text(subjects)) == ["One", "Two"]
        assert session.scalar(text("SELECT count(*) FROM revisions WHERE door = 'form'")) == 1


def test_what_is_wrong_stands_at_its_box_and_nothing_typed_is_lost(ana, stored):
    before = stored("title", "goal")
    answer = send(ana, change(begin(ana), title__es="", goal="many", story__en="Words <b>typed</b> «here»"))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Words &lt;b&gt;typed&lt;/b&gt; «here»" in page
    assert 'id="field-title.es-error"' in page
    assert '<a href="#field-title.es">' in page
    assert 'value="many"' in page
    assert stored("title", "goal") == before


def test_preview_saves_nothing_and_shows_what_the_page_would(ana, stored):
    before = stored("story")
    answer = send(ana, [*change(begin(ana), story__en="**Bold** <script>alert(1)</script>"), ("act", "preview")])
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "<p><strong>Bold</strong> &lt;script&gt;alert(1)&lt;/script&gt;</p>" in page
    assert stored("story") == before
    live = ana.post(f"{TEXT}/rendered", {"text": "# A [link](javascript:alert(1)) **b**"})
    assert "<strong>b</strong>" in live.json["html"]
    assert "javascript" not in live.json["html"].replace("(javascript", "")


def test_a_language_is_added_with_its_title_and_demand(ana, stored):
    page = send(ana, [*change(begin(ana), goal="77"), ("act", "add"), ("add", "pt")])
    fields = fields_of(page)
    assert ("title.pt", "") in fields
    assert ("goal", "77") in fields
    assert send(ana, change(fields, title__pt="Comida justa")).status_code == 422
    done = send(ana, change(fields, title__pt="Comida justa", demand__pt="Assinem."))
    assert done.status_code == 303
    assert stored("languages", "title ->> 'pt'") == (["en", "es", "pt"], "Comida justa")


def test_an_added_language_without_a_word_is_left_out(ana, stored):
    page = send(ana, [*begin(ana), ("act", "add"), ("add", "pt")])
    assert send(ana, change(fields_of(page), goal="78")).status_code == 303
    assert stored("languages") == (["en", "es"],)


def test_a_language_is_taken_away_after_a_question_with_its_number(ana, stored):
    asked = ana.get(f"{TEXT}/languages/es").get_data(as_text=True)
    assert re.search(r"\d+ texts go with it", asked)
    assert ana.post(f"{TEXT}/languages/es").location.endswith("done=removed")
    assert stored("languages", "title -> 'es'") == (["en"], None)
    assert ana.get(f"{TEXT}/languages/en").status_code == 404
    assert ana.post(f"{TEXT}/languages/en").location.endswith("done=same")


def test_two_who_change_different_texts_both_keep_theirs(ana, organizer, stored):
    eva = organizer("owner")
    mine, theirs = begin(ana), begin(eva)
    assert send(eva, change(theirs, standfirst__en="Eva’s sentence.")).status_code == 303
    assert send(ana, change(mine, standfirst__es="La frase de Ana.", goal="99")).status_code == 303
    assert stored("standfirst", "goal") == ({"en": "Eva’s sentence.", "es": "La frase de Ana."}, 99)


@pytest.mark.parametrize(("choice", "wins"), [("mine", "Ana’s sentence."), ("theirs", "Eva’s sentence.")])
def test_of_two_who_change_the_same_the_later_sees_both_and_chooses(ana, organizer, stored, choice, wins):
    eva = organizer("owner")
    mine, theirs = begin(ana), begin(eva)
    send(eva, change(theirs, standfirst__en="Eva’s sentence."))
    shown = send(ana, change(mine, standfirst__en="Ana’s sentence.", goal="99"))
    page = shown.get_data(as_text=True)
    assert shown.status_code == 409
    assert "Ana’s sentence." in page
    assert "Eva’s sentence." in page
    assert "Owner" in page, "who saved it"
    assert stored("standfirst ->> 'en'", "goal")[0] == "Eva’s sentence."
    fields = fields_of(shown)
    assert send(ana, fields).status_code == 409, "without a choice nothing is overwritten"
    assert send(ana, [*fields, ("choose.standfirst.en", choice)]).status_code == 303
    assert stored("standfirst ->> 'en'", "goal") == (wins, 99)


def test_a_third_who_saved_meanwhile_is_shown_again(ana, organizer, stored):
    eva = organizer("owner")
    mine, theirs = begin(ana), begin(eva)
    send(eva, change(theirs, standfirst__en="Second."))
    fields = fields_of(send(ana, change(mine, standfirst__en="First.")))
    send(eva, change(begin(eva), standfirst__en="Third."))
    again = send(ana, [*fields, ("choose.standfirst.en", "mine")])
    assert again.status_code == 409
    assert "Third." in again.get_data(as_text=True)
    assert stored("standfirst ->> 'en'") == ("Third.",)


def test_who_writes_in_a_language_that_was_taken_away_is_told_and_chooses(ana, organizer, stored):
    eva = organizer("owner")
    mine = change(begin(ana), story__es="Palabras nuevas.")
    eva.post(f"{TEXT}/languages/es")
    shown = send(ana, mine)
    page = shown.get_data(as_text=True)
    assert shown.status_code == 409
    assert "was taken away while you were writing in it" in page
    assert "Palabras nuevas." in page
    fields = fields_of(shown)
    assert send(ana, [*fields, ("choose.language.es", "mine")]).status_code == 303
    assert stored("languages", "story ->> 'es'") == (["en", "es"], "Palabras nuevas.")
    assert stored("title ->> 'es'")[0]


def test_a_demand_that_many_signed_changes_with_a_reason_alone(ana, sessions, stored):
    with sessions() as session, session.begin():
        session.execute(text("UPDATE campaign_tallies SET confirmed = 25, last_number = 25"))
    fields = change(begin(ana), demand__en="A new demand.")
    refused = send(ana, fields)
    assert refused.status_code == 422
    assert 'name="reason"' in refused.get_data(as_text=True)
    assert stored("demand ->> 'en'") != ("A new demand.",)
    assert send(ana, [*fields, ("reason", "The company was sold.")]).status_code == 303
    with sessions() as session:
        assert (
            session.scalar(text("SELECT about ->> 'reason' FROM revisions WHERE door = 'form'"))
            == "The company was sold."
        )


def test_a_translation_says_that_it_is_missing_or_older(ana):
    assert "Older than the English text" not in ana.get(TEXT).get_data(as_text=True)
    send(ana, change(begin(ana), story__en="All new.", standfirst__en="Why.", standfirst__es=""))
    page = ana.get(TEXT).get_data(as_text=True)
    assert 'id="field-story.es-state">Older than' in page
    assert 'id="field-standfirst.es-state">Missing' in page


def test_nothing_but_named_fields_is_taken(ana, sessions):
    more = {"slug": "mine", "status": "draft", "organization_id": "2", "is_high_safety": "true", "organization": "x"}
    send(ana, [*change(begin(ana), goal="5"), *more.items()])
    with sessions() as session:
        row = session.execute(text("SELECT slug, status, is_high_safety, goal FROM campaigns WHERE goal = 5")).one()
    assert row == ("fair-food", "open", False, 5)


@pytest.mark.parametrize("base", ["", "-1", "9" * 30, "x", "7"])
def test_a_number_that_is_none_loses_nothing(ana, base):
    fields = [(name, base if name == "base" else value) for name, value in begin(ana)]
    assert send(ana, change(fields, goal="12")).status_code == 303


def test_a_high_safety_campaign_has_no_letter_to_edit(organizer, sessions):
    with sessions() as session:
        slug, owner = session.execute(
            text(
                "SELECT c.slug, o.slug FROM campaigns c JOIN organizations o ON o.id = c.organization_id WHERE is_high_safety LIMIT 1"
            )
        ).one()
    page = organizer("editor", owner).get(f"/organize/{owner}/campaigns/{slug}/text")
    assert page.status_code == 200
    assert "letter.body" not in page.get_data(as_text=True)


def test_who_may_not_publish_edits_nothing(organizer):
    viewer = organizer("viewer")
    assert viewer.get(TEXT).status_code == 403
    assert viewer.post(TEXT, {"goal": "5"}).status_code == 403


def test_a_text_of_a_megabyte_is_refused_in_words_and_kept_whole(ana, stored):
    before = stored("story")
    long = "Palabra ñ " * 100_000
    shown = ana.get(TEXT)
    action = _plain(
        re.search(r'class="desk-form texts" method="post" action="([^"]+)"', shown.get_data(as_text=True))[1]
    )
    answer = send(ana, change(fields_of(shown), story__en=long), action)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Use at most 20,000 characters." in page
    assert long.strip() in page
    assert stored("story") == before
