"""`/healthz` (this process), `/readyz` (database, queue, migrations) and `/metrics` (Prometheus)."""

from flask import Blueprint, Response, current_app, jsonify
from flask.typing import ResponseReturnValue

from campaign.kernel.access import Access, access
from campaign.kernel.db import db
from campaign.kernel.guards import from_this_machine
from campaign.kernel.settings import Settings
from campaign.operations.checks import Checks, Looks, check_database, check_migrations, check_queue
from campaign.operations.numbers import gather

_LOOKS = "campaign.looks"


def create_blueprint() -> Blueprint:
    """Return the blueprint of the doors for operators."""
    blueprint = Blueprint("operations", __name__)
    blueprint.record_once(lambda state: state.app.extensions.setdefault(_LOOKS, Looks(_look)))
    for view in (healthz, readyz, metrics):
        blueprint.add_url_rule(f"/{view.__name__}", view_func=view)
    return blueprint


@access(Access.PUBLIC)
def healthz() -> ResponseReturnValue:
    """Say that this process answers."""
    return Response("ok\n", mimetype="text/plain")


@access(Access.PUBLIC)
def readyz() -> ResponseReturnValue:
    """Say whether what this process needs is there: `{"database": "ok", …}`, 503 where something is not."""
    looks: Looks = current_app.extensions[_LOOKS]
    checks = looks.now()
    # Without its queue the service goes on: the ticker finds what is due.
    is_ready = checks["database"] == "ok" and checks["migrations"] == "ok"
    return jsonify(checks), 200 if is_ready else 503


@access(Access.LOOPBACK, from_this_machine)
def metrics() -> ResponseReturnValue:
    """Give all numbers of the installation, to this machine or to who knows METRICS_TOKEN."""
    return Response(gather(db.session()), mimetype="text/plain; version=0.0.4")


def _look() -> Checks:
    settings: Settings = current_app.config["SETTINGS"]
    return {
        "database": check_database(db.session()),
        "migrations": check_migrations(settings.database_url),
        "queue": check_queue(current_app.extensions["campaign.valkey"]),
    }
