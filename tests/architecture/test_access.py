"""Every route says who may use it, or the application is not built."""

import pytest
from flask import Flask

from campaign.kernel.access import Access, UndeclaredAccessError, access, declared, require_declared


def test_every_route_declares_its_access(app):
    require_declared(app)
    for rule in app.url_map.iter_rules():
        assert rule.endpoint == "static" or declared(app.view_functions[rule.endpoint]) in Access


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_planted_route_without_access_stops_the_application(method):
    app = Flask("planted")
    app.add_url_rule("/open", "open", access(Access.PUBLIC)(lambda: "yes"))
    require_declared(app)
    app.add_url_rule("/planted/<x>", "planted", lambda x: x, methods=[method])
    with pytest.raises(UndeclaredAccessError, match="/planted/<x>"):
        require_declared(app)


def test_a_planted_kind_with_an_undeclared_door_stops_create_app(settings):
    from flask import Blueprint

    from campaign.actions.kind import ActionKind
    from campaign.app import create_app

    def doors():
        blueprint = Blueprint("planted", __name__)
        blueprint.add_url_rule("/planted", "door", lambda: "in")
        return blueprint

    with pytest.raises(UndeclaredAccessError, match="/planted"):
        create_app(settings, [ActionKind("planted", lambda *_: [], blueprint=doors)])


def test_declaring_does_not_wrap_the_view():
    def view():
        return "x"

    assert access(Access.TOKEN)(view) is view
    assert declared(view) is Access.TOKEN
    assert declared(lambda: "") is None
