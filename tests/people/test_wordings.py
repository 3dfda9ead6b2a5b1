from campaign.actions.wording import consent_wording
from campaign.people.service import Wordings


def test_each_wording_is_stored_once_and_remembered(visitor):
    organization = visitor.one("SELECT id FROM organizations ORDER BY id LIMIT 1")
    before = visitor.one("SELECT count(*) FROM consent_wordings")
    first = Wordings(visitor.sessions).id_of(organization, "en", "These very words.")
    wordings = Wordings(visitor.sessions)
    assert wordings.id_of(organization, "en", "These very words.") == first
    assert wordings.id_of(organization, "es", "These very words.") != first
    assert wordings.id_of(organization, "en", "Other words.") != first
    assert visitor.one("SELECT count(*) FROM consent_wordings") == before + 3
    assert visitor.one("SELECT text FROM consent_wordings WHERE id = :id", id=first) == "These very words."


def test_the_words_name_the_organization_in_the_language_of_the_page(app):
    from campaign.kernel.localized import use_language

    words = {}
    for language in ("en", "es"):
        with app.test_request_context("/"):
            use_language(language)
            words[language] = consent_wording("Coalition <of> Workers")
    assert all("Coalition <of> Workers" in text for text in words.values()), "escaped where it is shown, not before"
    assert words["en"] != words["es"]


def test_words_are_kept_under_the_language_they_were_shown_in(visitor):
    """A campaign's own language may be one that the interface does not speak: its form is in English."""
    visitor.do("UPDATE campaigns SET languages = '[\"st\", \"en\"]' WHERE slug = 'fair-food'")
    for post in (visitor.sign, visitor.write):
        assert post(language="st", consent="yes").status_code == 303
    assert visitor.all(
        "SELECT w.language FROM actions a JOIN consent_wordings w ON w.id = a.wording_id ORDER BY a.id"
    ) == [("en",), ("en",)]
