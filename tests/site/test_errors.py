"""Every error has words, in the reader's language, and a way on."""

import logging

import pytest
from sqlalchemy.exc import IntegrityError, InternalError, OperationalError, ProgrammingError

from campaign.kernel.errors import ConflictError, GoneError, InvalidError, LimitedError, TryLaterError
from tests.site.conftest import MAX_FORM_BYTES


def test_unknown_address_in_either_language(client):
    assert "Page not found" in client.get("/none").get_data(as_text=True)
    spanish = client.get("/es/none")
    assert spanish.status_code == 404
    assert "Página no encontrada" in spanish.get_data(as_text=True)
    assert 'href="/es/"' in spanish.get_data(as_text=True)
    asked = client.get("/none", headers={"Accept-Language": "es"})
    assert "Página no encontrada" in asked.get_data(as_text=True)


def test_programs_get_json(client):
    assert client.get("/campaigns/none/count.json").json == {"error": "not_found"}
    assert client.get("/webhooks/none").json == {"error": "not_found"}
    assert client.get("/none", headers={"Accept": "application/json"}).json == {"error": "not_found"}
    assert client.get("/none", headers={"Accept": "text/html,application/json;q=0.9"}).mimetype == "text/html"
    assert client.get("/none", headers={"Accept": "*/*"}).mimetype == "text/html"


def test_visiting_a_form_address_leads_to_the_form(client):
    answer = client.get("/campaigns/fair-food/stand-in")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    assert 'href="/campaigns/fair-food"' in answer.get_data(as_text=True)


def test_too_large_a_form_leads_back_to_its_page_in_the_readers_language(client):
    answer = client.post(
        "/campaigns/fair-food/stand-in",
        data={"comment": "x" * MAX_FORM_BYTES},
        headers={"Accept-Language": "es"},
    )
    html = answer.get_data(as_text=True)
    assert answer.status_code == 413
    assert "lo que escribió sigue ahí" in html
    assert 'href="/es/campaigns/fair-food"' in html


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ConflictError("inside"), (409, "You can’t do that right now", None)),
        (GoneError("inside"), (410, "This link has expired", None)),
        (InvalidError("inside", {"email": "bad"}), (422, "There is a problem with the form", None)),
        (LimitedError("inside", 60), (429, "Too many requests", "60")),
        (TryLaterError("inside", 7), (503, "We’re very busy right now", "7")),
        (OperationalError("SELECT secret", {}, Exception("inside")), (503, "We can’t save anything", "5")),
    ],
)
def test_errors_of_ours_have_words_and_tell_nothing_else(app, client, error, expected):
    status, words, retry_after = expected

    def door():
        raise error

    app.view_functions["doors.broken"] = door
    for path, accept in (("/broken", "text/html"), ("/broken", "application/json")):
        answer = client.get(path, headers={"Accept": accept})
        assert answer.status_code == status
        assert answer.headers.get("Retry-After") == retry_after
        assert "inside" not in answer.get_data(as_text=True)
        assert "secret" not in answer.get_data(as_text=True)
    assert answer.json["error"] == getattr(error, "code", None) or status == 503
    assert words in client.get("/broken").get_data(as_text=True)


def planted(kind, sqlstate):
    """An error of the database, as it comes from PostgreSQL."""
    return kind("SELECT secret", {}, type("Planted", (Exception,), {"sqlstate": sqlstate})("inside"))


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (planted(OperationalError, "57P01"), 503, "We can’t save anything"),
        (planted(OperationalError, "53100"), 503, "We can’t save anything"),
        (planted(InternalError, "25006"), 503, "We can’t save anything"),
        (planted(OperationalError, "40P01"), 503, "We’re very busy right now"),
        (planted(OperationalError, "55P03"), 503, "We’re very busy right now"),
        (planted(IntegrityError, "23505"), 500, "Something went wrong"),
        (planted(ProgrammingError, "42601"), 500, "Something went wrong"),
    ],
)
def test_what_is_wrong_with_the_database_is_told_as_it_is(app, client, error, status, words):
    def door():
        raise error

    app.view_functions["doors.broken"] = door
    answer = client.get("/broken")
    assert answer.status_code == status
    assert words in answer.text
    assert "secret" not in answer.text


def test_what_breaks_shows_no_trace_but_a_reference_that_stands_in_the_log(client, caplog):
    with caplog.at_level(logging.ERROR):
        answer = client.get("/broken")
    html = answer.get_data(as_text=True)
    assert answer.status_code == 500
    assert "RuntimeError" not in html
    assert "secret of the inside" not in html
    reference = next(record.args[-1] for record in caplog.records if "reference" in record.msg)
    assert reference in html
