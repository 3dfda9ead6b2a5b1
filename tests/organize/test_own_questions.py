"""Questions of one's own: built by an organizer, answered by a supporter, kept, told, ended, never given another meaning."""

from io import StringIO

import pytest
from sqlalchemy import text

from campaign.kernel.actors import OPERATOR
from campaign.pledges.signers import begin_export, write_signers
from tests.actions.stage import forget
from tests.organize.stage import OTHER

FORM = "/organize/ciw/campaigns/fair-food/form"
SHOPS = {
    "kind": "pledge",
    "sort": "one",
    "label-en": "Where do you shop?",
    "label-es": "¿Dónde compra usted?",
    "purpose-en": "So we know which stores to visit.",
    "option-0-en": "Wendy’s",
    "option-0-es": "Wendy’s",
    "option-1-en": "Kroger",
}


@pytest.fixture
def shown(visitor):
    """The page of the form, as it is after the two seconds for which doors remember a campaign."""

    def read(path="/campaigns/fair-food/pledge?lang=en"):
        forget(visitor.client.application)
        return visitor.client.get(path).get_data(as_text=True)

    return read


def add(me, **values):
    answer = me.post(f"{FORM}/new", {**SHOPS, **values})
    assert answer.status_code == 303, answer.get_data(as_text=True)


@pytest.fixture
def me(organizer):
    return organizer("editor")


@pytest.fixture
def answers(sessions):
    """What is kept of answers, of those who signed here."""

    def read():
        with sessions() as session:
            return session.scalars(text("SELECT answers FROM actions WHERE NOT is_made_up ORDER BY id")).all()

    return read


def test_a_question_is_asked_in_the_form_answered_and_shown_to_who_answered(me, visitor, answers):
    add(me, is_required="yes")
    page = visitor.client.get("/campaigns/fair-food?lang=en").get_data(as_text=True)
    assert "Where do you shop?" in page
    assert "So we know which stores to visit." in page
    assert "¿Dónde compra usted?" in visitor.client.get("/es/campaigns/fair-food").get_data(as_text=True)
    missing = visitor.sign(**{"question-1": ""})
    assert missing.status_code == 422
    assert "Answer this question." in missing.get_data(as_text=True)
    assert visitor.sign(**{"question-1": "2"}).status_code == 303
    assert answers() == ['{"1":"2"}']
    confirming = visitor.client.get(visitor.last_link("confirm")).get_data(as_text=True)
    assert "Where do you shop?" in confirming
    assert "Kroger" in confirming
    assert "1 answer" in me.get(FORM).get_data(as_text=True)


@pytest.mark.parametrize(
    "case",
    [
        ("one", "9", "Choose from the answers below."),
        ("one", "yes", "Choose from the answers below."),
        ("several", "3", "Choose from the answers below."),
        ("yes_no", "maybe", "Choose from the answers below."),
        ("number", "1.5", "Enter a whole number, like 12."),
        ("number", "-1", "Enter a whole number, like 12."),
        ("number", "1234567", "Enter a whole number, like 12."),
        ("text", "x" * 201, "Use at most 200 characters."),
        ("text", "a\u202eb", "This contains invisible characters."),
    ],
)
def test_a_wrong_answer_is_told_beside_its_question_and_nothing_is_lost(me, visitor, answers, case):
    sort, given, words = case
    add(me, sort=sort)
    answer = visitor.sign(given_name="Zoë", **{"question-1": given})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert page.count(words) == 2, "in the summary and beside the box"
    assert 'href="#field-question-1"' in page
    assert 'value="Zoë"' in page
    assert answers() == []


@pytest.mark.parametrize(
    "case",
    [
        ("text", " Aisle 4 ", '{"1":"Aisle 4"}'),
        ("number", "۱۲", '{"1":12}'),
        ("yes_no", "no", '{"1":"no"}'),
        ("several", ["2", "1", "2"], '{"1":["1","2"]}'),
        ("several", [], None),
        ("text", "  ", None),
    ],
)
def test_what_is_kept_of_an_answer(me, visitor, answers, case):
    sort, given, kept = case
    add(me, sort=sort)
    assert visitor.sign(**{"question-1": given}).status_code == 303
    assert answers() == [kept]


def test_answers_go_with_the_signature(me, visitor, answers, sessions):
    add(me)
    visitor.sign(**{"question-1": "1"})
    visitor.press(visitor.last_link("confirm"))
    with sessions() as session, session.begin():
        session.execute(text("UPDATE actions SET undo_until = now() - interval '1 second' WHERE NOT is_made_up"))
    assert answers() == ['{"1":"1"}']
    visitor.sign(**{"question-1": "2"})
    visitor.press(visitor.last_link("confirm"))
    assert answers() == ['{"1":"2"}', None], "what is typed last holds, and what was merged holds nothing"


def test_what_was_answered_keeps_its_meaning(me, visitor, shown):
    add(me)
    visitor.sign(**{"question-1": "1"})
    page = me.get(f"{FORM}/1").get_data(as_text=True)
    assert "1 person answered this." in page
    for other in ({"label-en": "Where do you eat?"}, {"sort": "text"}, {"label-es": ""}):
        answer = me.post(f"{FORM}/1", {**SHOPS, "version": "1", "option-0-key": "1", "option-1-key": "2", **other})
        assert answer.status_code == 422
        assert "1 person answered this question, so its words" in answer.get_data(as_text=True)
    renamed = {"option-0-key": "1", "option-1-key": "2", "option-1-en": "Publix", "version": "1"}
    assert me.post(f"{FORM}/1", {**SHOPS, **renamed}).status_code == 303
    page = shown()
    assert 'value="3"' in page
    assert 'name="question-1" value="2"' not in page
    assert visitor.sign(**{"question-1": "2"}).status_code == 422, "a form that was open meanwhile"


def test_ending_says_its_number_first_and_keeps_the_answers(me, visitor, answers, shown):
    add(me)
    visitor.sign(**{"question-1": "1"})
    page = me.get(f"{FORM}/1/end").get_data(as_text=True)
    assert "1 person answered it." in page
    assert me.post(f"{FORM}/1/end").status_code == 303
    assert "Where do you shop?" not in shown()
    assert answers() == ['{"1":"1"}']
    assert "Wendy’s" in visitor.client.get(visitor.last_link("confirm")).get_data(as_text=True)
    assert me.post(f"{FORM}/1/again").status_code == 303
    assert "Where do you shop?" in shown()


def test_two_at_once_never_overwrite_one_another(me, organizer):
    add(me)
    change = {**SHOPS, "version": "1", "option-0-key": "1", "option-1-key": "2"}
    assert me.post(f"{FORM}/1", {**change, "label-en": "Where do you buy food?"}).status_code == 303
    other = organizer("owner").post(f"{FORM}/1", {**change, "label-en": "Which store?"})
    page = other.get_data(as_text=True)
    assert other.status_code == 422
    assert "Where do you buy food?" in page
    assert 'value="Which store?"' in page
    assert 'name="version" value="2"' in page


def test_ten_are_enough(me):
    for n in range(10):
        add(me, **{"label-en": f"Question {n}?"})
    answer = me.post(f"{FORM}/new", SHOPS)
    assert answer.status_code == 422
    assert "A form asks at most 10 questions." in answer.get_data(as_text=True)
    assert "Where do you shop?" in answer.get_data(as_text=True)


def test_they_change_places(me, shown):
    add(me)
    add(me, **{"label-en": "What do you cook?"})
    assert me.post(f"{FORM}/2/move", to="up").status_code == 303
    page = shown()
    assert page.index("What do you cook?") < page.index("Where do you shop?")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"label-en": ""}, "Write the question in the campaign’s first language."),
        ({"label-en": "", "label-es": ""}, "Write the question"),
        ({"label-en": "x" * 151}, "Use at most 150 characters."),
        ({"purpose-en": ""}, "Say what the answers are for"),
        ({"sort": "secret"}, "Choose how people answer."),
        ({"option-1-en": ""}, "Offer at least 2 answers."),
        ({"option-1-en": "wendy’s "}, "This answer is there twice."),
        ({"option-1-en": "", "option-1-es": "Kroger"}, "first language"),
    ],
)
def test_a_wrong_question_is_told_and_nothing_is_lost(me, values, words):
    answer = me.post(f"{FORM}/new", {**SHOPS, **values})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert words in page
    assert "So we know which stores to visit." in page or "purpose-en" in values


def test_a_high_safety_campaign_asks_nothing_else(organizer, visitor, sessions):
    with sessions() as session:
        row = session.execute(
            text("""SELECT c.slug, o.slug AS organization FROM campaigns c JOIN organizations o ON o.id = c.organization_id
                    WHERE is_high_safety AND status = 'open'""")
        ).first()
    me = organizer("owner", row.organization)
    room = f"/organize/{row.organization}/campaigns/{row.slug}/form"
    assert "and nothing else" in me.get(room).get_data(as_text=True)
    assert me.post(f"{room}/new", SHOPS).status_code == 409


def test_a_question_of_anothers_campaign_is_none(me, organizer):
    add(me)
    them = organizer("owner", OTHER)
    for path in ("", "/new?kind=pledge", "/1", "/1/end"):
        assert them.get(f"/organize/{OTHER}/campaigns/fair-food/form{path}").status_code == 404
    assert them.post(f"/organize/{OTHER}/campaigns/fair-food/form/1/end").status_code == 404
    assert organizer("viewer").get(FORM).status_code == 403


def test_what_is_typed_into_the_form_of_the_wrong_address_is_sent_on(me, visitor, answers):
    add(me, is_required="yes")
    page = visitor.client.get(visitor.sign(email="wrong@typo.example", **{"question-1": "2"}).location).get_data(
        as_text=True
    )
    assert "&#34;2&#34;" in page
    assert visitor.sign(email="right@typo.example", answers='{"1":"2"}').status_code == 303
    assert answers()[-1] == '{"1":"2"}'
    for hostile in ("[" * 7000, '{"1":"\\ud800"}', "{", '{"1":{"2":3}}'):
        assert visitor.sign(email="other@typo.example", answers=hostile).status_code == 422


def test_they_are_columns_of_the_export(me, visitor, sessions):
    add(me)
    visitor.sign(**{"question-1": "2"})
    visitor.press(visitor.last_link("confirm"))
    out = StringIO()
    with sessions() as session, session.begin():
        write_signers(session, OPERATOR, begin_export(session, OPERATOR, "fair-food"), out)
    head, row, *_ = out.getvalue().splitlines()
    assert head.endswith('"answer_1: Where do you shop?"')
    assert row.endswith('"Kroger"')
