"""Every route says who may use it, or the application is not built; and what it says is kept before the view runs."""

from datetime import UTC, datetime

import pytest
from flask import Blueprint, Flask

from campaign.actions.kind import ActionKind
from campaign.app import create_app
from campaign.kernel.access import Access, GuardedFlask, UndeclaredAccessError, access, declared, require_declared
from campaign.kernel.errors import NotFoundError
from campaign.kernel.guards import opened_by
from campaign.kernel.keeping import cache_page

_LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)


def _signer(purpose):
    return lambda installation: installation.signer(purpose, 60)


def test_every_route_declares_its_access(app):
    require_declared(app)
    for rule in app.url_map.iter_rules():
        assert declared(app.view_functions[rule.endpoint]) in Access


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_planted_view_without_access_cannot_be_registered(method):
    app = GuardedFlask("planted", static_folder=None)
    app.add_url_rule("/open", "open", access(Access.PUBLIC)(lambda: "yes"))
    with pytest.raises(UndeclaredAccessError, match="/planted/<x>"):
        app.add_url_rule("/planted/<x>", "planted", lambda x: x, methods=[method])
    with pytest.raises(UndeclaredAccessError, match="/decorated"):
        app.get("/decorated")(lambda: "yes")
    assert [rule.rule for rule in app.url_map.iter_rules()] == ["/open"]


def test_a_planted_view_that_comes_in_by_another_way_stops_the_application():
    app = GuardedFlask("planted", static_folder=None)
    app.add_url_rule("/planted", "planted")
    app.view_functions["planted"] = lambda: "in"
    with pytest.raises(UndeclaredAccessError, match="/planted"):
        require_declared(app)


def test_a_planted_kind_with_an_undeclared_door_stops_create_app(settings):
    def doors():
        blueprint = Blueprint("planted", __name__)
        blueprint.add_url_rule("/planted", "door", lambda: "in")
        return blueprint

    with pytest.raises(UndeclaredAccessError, match="/planted"):
        create_app(settings, [ActionKind("planted", lambda *_: [], blueprint=doors)])


@pytest.mark.parametrize("who", sorted(set(Access) - {Access.PUBLIC}, key=str))
def test_nobody_but_the_public_is_declared_without_a_guard(who):
    with pytest.raises(TypeError, match="guard"):
        access(who)
    assert declared(access(who, lambda: None)(lambda: "x")) is who


def test_the_public_has_no_guard_that_nobody_would_expect():
    with pytest.raises(TypeError, match="guard"):
        access(Access.PUBLIC, lambda: None)
    assert declared(lambda: "") is None


def test_a_guarded_page_cannot_be_kept_for_everybody():
    app = GuardedFlask("planted", static_folder=None)
    kept = cache_page(10)(access(Access.TOKEN, lambda: None)(lambda token: token))
    with pytest.raises(UndeclaredAccessError, match="not for the public"):
        app.add_url_rule("/planted/<token>", "planted", kept)


@pytest.fixture
def guarded():
    """An application with one view behind a guard that a test gives; `ran` tells whether the view ran."""
    app = Flask("planted")
    app.register_error_handler(NotFoundError, lambda _error: ("nothing here", 404))

    def build(guard):
        ran = []
        view = access(Access.TOKEN, guard)(lambda token: ran.append(token) or "in")
        app.add_url_rule("/room/<token>", "room", view, methods=["GET", "POST"])
        return app, ran

    return build


def test_a_guard_is_asked_before_the_view_and_its_refusal_is_the_answer(guarded):
    app, ran = guarded(lambda: ("refused", 403))
    for method in ("get", "head", "post"):
        assert getattr(app.test_client(), method)("/room/x").status_code == 403
    assert ran == []


def test_who_is_let_through_gets_the_views_answer(guarded):
    app, ran = guarded(lambda: None)
    assert app.test_client().get("/room/x").text == "in"
    assert ran == ["x"]


def test_a_link_opens_the_rooms_of_its_purpose_and_runs_no_other_view(guarded, installation):
    app, ran = guarded(opened_by(_signer("one"), _signer("two")))
    app.extensions["campaign.installation"] = installation
    client = app.test_client()
    for purpose, status in (("one", 200), ("two", 200), ("three", 404)):
        token = _signer(purpose)(installation).sign("claim")
        assert client.get(f"/room/{token}").status_code == status
        assert client.get(f"/room/{token}x").status_code == 404
    assert len(ran) == 2
    expired = _signer("one")(installation).sign("claim", at=_LONG_AGO)
    assert client.get(f"/room/{expired}").status_code == 200, "its page says what can still be done"
