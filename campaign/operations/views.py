"""`/healthz` (this process), `/readyz` (database, queue, migrations) and `/metrics` (Prometheus)."""

import hmac
import ipaddress

from flask import Blueprint, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from campaign.kernel.access import Access, access
from campaign.kernel.db import db
from campaign.kernel.errors import NotFoundError
from campaign.kernel.settings import Settings
from campaign.kernel.valkey import Breaker, ValkeyAwayError
from campaign.migrating import missing_migrations
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
    checks = {"database": _check_database(), "migrations": _check_migrations(), "queue": _check_queue()}
    # Without its queue the service goes on: the ticker finds what is due, limits let everybody pass.
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


def _check_database() -> str:
    try:
        # A write that leaves nothing: it fails on a replica or a full disk, as a pledge would.
        db.session().execute(text("CREATE TEMPORARY TABLE readyz ON COMMIT DROP AS SELECT 1 AS one"))
        db.session().rollback()
    except DBAPIError as error:
        db.session().rollback()
        return f"cannot write: {type(error.orig).__name__}"
    return "ok"


def _check_migrations() -> str:
    try:
        missing = missing_migrations(db.session().connection())
    except DBAPIError:
        db.session().rollback()
        return "unknown"
    return "ok" if not missing else f"missing: {', '.join(missing)}"


def _check_queue() -> str:
    breaker: Breaker = current_app.extensions["campaign.valkey"]
    try:
        breaker.call(lambda client: client.ping())
    except ValkeyAwayError as error:
        return f"away: {error}"
    return "ok"
