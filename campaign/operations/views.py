"""`/healthz` (this process), `/readyz` (database, queue, migrations) and `/metrics` (Prometheus)."""

import hmac
import ipaddress

from flask import Blueprint, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from campaign.kernel.access import Access, access
from campaign.kernel.db import db
from campaign.kernel.errors import NotFoundError
from campaign.kernel.settings import Settings
from campaign.operations.checks import check_database, check_migrations, check_queue
from campaign.operations.numbers import gather

operations = Blueprint("operations", __name__)

_FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via")


@operations.get("/healthz")
@access(Access.PUBLIC)
def healthz() -> ResponseReturnValue:
    """Say that this process answers."""
    return Response("ok\n", mimetype="text/plain")


@operations.get("/readyz")
@access(Access.PUBLIC)
def readyz() -> ResponseReturnValue:
    """Say whether what this process needs is there: `{"database": "ok", …}`, 503 where something is not."""
    settings: Settings = current_app.config["SETTINGS"]
    checks = {
        "database": check_database(db.session()),
        "migrations": check_migrations(settings.database_url),
        "queue": check_queue(current_app.extensions["campaign.valkey"]),
    }
    # Without its queue the service goes on: the ticker finds what is due.
    is_ready = checks["database"] == "ok" and checks["migrations"] == "ok"
    return jsonify(checks), 200 if is_ready else 503


@operations.get("/metrics")
@access(Access.LOOPBACK)
def metrics() -> ResponseReturnValue:
    """Give all numbers of the installation, to this machine or to who knows METRICS_TOKEN."""
    if not _may_measure():
        raise NotFoundError("no such page")
    return Response(gather(db.session()), mimetype="text/plain; version=0.0.4")


def _may_measure() -> bool:
    settings: Settings = current_app.config["SETTINGS"]
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if settings.metrics_token and hmac.compare_digest(token.encode(), settings.metrics_token.encode()):
        return True
    if any(name in request.headers for name in _FORWARDED):
        return False  # came through a proxy: the address says nothing of who asks
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
