"""The request's session, when its server dies under it."""

from flask import Flask
from sqlalchemy import text

from campaign.kernel.access import Access, access
from campaign.kernel.db import db
from tests.conftest import admin


def test_answer_stands_when_the_connection_died_after_the_view_read(app: Flask, server_url: str) -> None:
    def view() -> str:
        (pid,) = db.session.execute(text("SELECT pg_backend_pid()")).one()
        admin(server_url, f"SELECT pg_terminate_backend({pid}, 5000)")
        return "committed elsewhere"

    public = access(Access.PUBLIC)
    app.add_url_rule("/dies", view_func=public(view))
    app.add_url_rule("/lives", "lives", public(lambda: str(db.session.scalar(text("SELECT 42")))))
    client = app.test_client()

    assert client.get("/dies").text == "committed elsewhere"
    assert client.get("/lives").text == "42"
