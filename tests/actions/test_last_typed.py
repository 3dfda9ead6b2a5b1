"""The words typed last hold, in whatever order their links are confirmed, alone or together."""

from itertools import permutations

import pytest
from sqlalchemy import text

from campaign.actions.commands import ConfirmAction
from campaign.actions.service.confirming import confirm
from campaign.actions.service.reviewing import release
from campaign.actions.service.taking_back import erase_action
from campaign.features import KINDS
from campaign.kernel.actors import OPERATOR
from tests.actions.visitor import HIGH_SAFETY, OPEN
from tests.another import Other

BY_NAME = {kind.name: kind for kind in KINDS}
OTHER = "milk-with-dignity"
OLD = {"given_name": "Ana", "family_name": "Ruiz", "show_name": "yes", "comment": "old", "language": "es"}
NEW = {"given_name": "Anna", "family_name": "Ruiz Soto", "comment": "new", "language": "en", "postal_code": "33430"}
WORDS = "SELECT given_name, family_name, show_name, comment, language, postal_code, number FROM actions"
HELD = ("Anna", "Ruiz Soto", False, "new", "en", "33430", 1)


def links_of(visitor, slug, *typed):
    """Post forms one after the other; the paths of their links, in that order."""
    for values in typed:
        assert visitor.sign(slug, **values).status_code == 303
    return [mail.link("confirm") for mail in visitor.mails()]


def give_to_one_organization(visitor):
    visitor.do(
        "UPDATE campaigns SET organization_id = (SELECT organization_id FROM campaigns WHERE slug = :slug) "
        "WHERE slug = :other",
        slug=OPEN,
        other=OTHER,
    )


def what_holds(visitor):
    return (
        visitor.all(f"{WORDS} WHERE state = 'confirmed'"),
        visitor.all("SELECT given_name, family_name, postal_code FROM supporters"),
        visitor.all("SELECT language FROM people"),
        visitor.tally(),
    )


def test_the_older_link_pressed_after_the_newer_brings_no_old_word_back(visitor):
    older, newer = links_of(visitor, OPEN, OLD, NEW)
    assert visitor.confirm(newer).status_code == 303
    before = what_holds(visitor)
    answer = visitor.confirm(older)
    assert what_holds(visitor) == before == ([HELD], [("Anna", "Ruiz Soto", "33430")], [("en",)], (1, 1))
    assert visitor.one("SELECT count(*) FROM actions WHERE state = 'merged'") == 1
    assert answer.status_code == 200
    assert "Already confirmed" in answer.text
    assert "You’re supporter number 1" in answer.text


def test_what_is_typed_once_more_is_typed_last(visitor):
    first, second = links_of(visitor, OPEN, NEW, OLD)
    visitor.sign(OPEN, **NEW)
    for link in (first, second):
        visitor.confirm(link)
    assert what_holds(visitor)[0] == [HELD]


def test_asking_for_the_link_anew_types_nothing(visitor):
    older, newer = links_of(visitor, OPEN, OLD, NEW)
    visitor.client.post(f"{older}/again")
    visitor.confirm(newer)
    visitor.confirm(older)
    assert what_holds(visitor)[0] == [HELD]


def test_a_consent_that_was_typed_before_a_newer_form_without_it_is_not_taken_from_the_older_link(visitor):
    older, newer = links_of(visitor, OPEN, {**OLD, "consent": "yes"}, NEW)
    visitor.confirm(newer)
    visitor.confirm(older)
    assert visitor.one("SELECT count(*) FROM consents") == 0
    assert visitor.one("SELECT count(*) FROM actions WHERE state = 'confirmed' AND wording_id IS NOT NULL") == 0


ORDERS = [(order, cut) for order in permutations(range(3)) for cut in ((3,), (1, 2), (2, 1), (1, 1, 1))]
IDS = "SELECT a.public_id FROM actions a JOIN people p ON p.id = a.person_id WHERE p.email = :email ORDER BY a.id"
END = """
SELECT a.given_name, a.comment, a.language, s.given_name AS known, p.language AS spoken
FROM actions a JOIN people p ON p.id = a.person_id JOIN supporters s ON s.person_id = p.id
WHERE p.email = :email AND a.state = 'confirmed'
"""


@pytest.mark.parametrize(("order", "cut"), ORDERS)
def test_every_order_in_every_batching_ends_the_same(visitor, order, cut):
    for name, language in (("Ana", "en"), ("Anna", "es"), ("Anne", "es"), ("Ana", "en")):  # the first again, last
        visitor.sign(given_name=name, language=language, comment=name)
    todo = [visitor.all(IDS, email="ana@example.org")[place].public_id for place in order]
    for size in cut:
        batch, todo = todo[:size], todo[size:]
        with visitor.sessions() as session, session.begin():
            confirm(session, [ConfirmAction(public_id) for public_id in batch], BY_NAME)
    assert visitor.all(END, email="ana@example.org") == [("Ana", "Ana", "en", "Ana", "en")]
    assert visitor.tally() == (1, 1)


def test_what_an_organization_knows_of_one_is_what_they_typed_last_in_any_of_its_campaigns(visitor):
    visitor.do(
        "UPDATE campaigns SET organization_id = (SELECT organization_id FROM campaigns WHERE slug = :slug) WHERE slug = :other",
        slug=OPEN,
        other=OTHER,
    )
    visitor.sign(OPEN, **OLD)
    visitor.write(OPEN, **OLD)
    visitor.sign(OTHER, **NEW)
    *older, newer = [mail.link("confirm") for mail in visitor.mails()]
    for link in (newer, *older):
        assert visitor.confirm(link).status_code == 303
    assert visitor.all("SELECT given_name, postal_code FROM supporters") == [("Anna", "33430")]
    assert visitor.all("SELECT language FROM people") == [("en",)]
    assert visitor.all("SELECT given_name FROM actions WHERE state = 'confirmed' AND kind = 'letter'") == [("Ana",)]


def test_what_is_released_after_review_does_not_overrule_what_was_typed_since(visitor):
    held, newer = links_of(visitor, OPEN, {**OLD, "fax_number": "x"}, NEW)
    visitor.confirm(held)
    visitor.confirm(newer)
    ids = [row.public_id for row in visitor.all("SELECT public_id FROM actions WHERE state = 'held'")]
    with visitor.sessions() as session, session.begin():
        assert release(session, OPERATOR, ids, BY_NAME) == 1
    assert what_holds(visitor) == ([HELD], [("Anna", "Ruiz Soto", "33430")], [("en",)], (1, 1))


def test_words_that_were_erased_overrule_nothing(visitor):
    """On a high-safety campaign what waits of the same signer is not erased with the one that counts."""
    older, newer = links_of(visitor, HIGH_SAFETY, {"given_name": "Moon"}, {"given_name": "Sun"})
    visitor.confirm(newer)
    (sun,) = visitor.all("SELECT id FROM actions WHERE state = 'confirmed'")
    with visitor.sessions() as session, session.begin():
        erase_action(session, sun.id, BY_NAME)
    visitor.confirm(older)
    assert [row.state for row in visitor.named("Moon")] == ["confirmed"]
    assert visitor.one("SELECT count(*) FROM actions WHERE given_name IS NOT NULL") == 1
    assert visitor.tally(HIGH_SAFETY) == (1, 2)


def test_two_batches_at_once_leave_what_was_typed_last(visitor):
    """The older is confirmed in a transaction that waits for the newer's, and began before it was done."""
    links_of(visitor, OPEN, OLD)
    links_of(visitor, OTHER, NEW)
    visitor.do(
        "UPDATE campaigns SET organization_id = (SELECT organization_id FROM campaigns WHERE slug = :slug) WHERE slug = :other",
        slug=OPEN,
        other=OTHER,
    )
    older, newer = [row.public_id for row in visitor.all("SELECT public_id FROM actions ORDER BY id")]
    with visitor.sessions() as session:
        confirm(session, [ConfirmAction(newer)], BY_NAME)
        other = Other(visitor.sessions, lambda session: confirm(session, [ConfirmAction(older)], BY_NAME))
        other.wait_until_it_waits("%INSERT INTO supporters%")
        session.commit()
    assert other.result()[0].outcome == "confirmed"
    assert visitor.all("SELECT given_name FROM supporters") == [("Anna",)]
    with visitor.sessions() as session:
        assert session.scalar(text("SELECT language FROM people")) == "en"
