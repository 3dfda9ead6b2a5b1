"""The one job there is, as it may come back from Valkey: exactly as `nudge.enqueue` wrote it, or not at all.

Whoever can write into Valkey can write jobs. RQ runs more of a job than its function: callbacks by name on success, on
failure and, for one it finds abandoned, out of its own upkeep; web hooks, to any address; repeats, retries, dependents.
So it is not the function's name that is allowed but the whole record, wherever RQ reads one. Everything else is dropped
unread and logged; to RQ it is as if it had never been.
"""

import logging
import re
import zlib
from collections.abc import Iterable, Mapping

from redis import Redis
from rq.exceptions import NoSuchJobError
from rq.job import Job, JobStatus
from rq.serializers import JSONSerializer, Serializer

from campaign.outbox.nudge import DRAIN, JOB_SECONDS, queue_name

_log = logging.getLogger(__name__)

_LANE = re.compile(r"lane\.([a-z]{1,30})")
_MOST_DATA = 256  # bytes, packed as unpacked: ours has some sixty
_INSTANT = re.compile(r"|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")
_WORD = re.compile(r"[\w.-]{0,100}", re.ASCII)
_EMPTY = re.compile("")
_STATUS = re.compile("|".join(status.value for status in JobStatus))
_SHAPES = {
    "status": _STATUS,
    "worker_name": _WORD,
    **dict.fromkeys(("created_at", "enqueued_at", "started_at", "ended_at", "last_heartbeat"), _INSTANT),
    **dict.fromkeys(
        ("success_callback_name", "failure_callback_name", "stopped_callback_name", "group_id"), _EMPTY
    ),
}  # fmt: skip
"""The fields whose value changes, each with all it may be."""


class NudgeJob(Job):
    """An RQ job that is a nudge. Give this class to whatever reads jobs."""

    @classmethod
    def fetch(cls, id: str, connection: Redis | None = None, serializer: Serializer | None = None) -> "Job":  # noqa: A002 - RQ's name
        """Return the job; raises `NoSuchJobError` where there is none, or one that is not ours."""
        try:
            return super().fetch(id, connection=connection, serializer=serializer)
        except ValueError as error:  # an id that no job can have
            raise NoSuchJobError(f"refused: {type(error).__name__}") from None

    @classmethod
    def fetch_many(
        cls, job_ids: Iterable[str], connection: Redis, serializer: Serializer | None = None
    ) -> list[Job | None]:
        """Return the jobs in their order, None in the place of each that is none of ours."""
        found: list[Job | None] = []
        for job_id in job_ids:
            try:
                found.append(cls.fetch(job_id, connection=connection, serializer=serializer))
            except NoSuchJobError:
                found.append(None)
        return found

    def restore(self, raw_data: Mapping[bytes, bytes]) -> None:
        """Take over what Valkey holds.

        Raises:
            NoSuchJobError: it is not what we write; then it is deleted.
        """
        if not is_nudge(raw_data):
            _log.error("refused job %s, which is not ours", self.id)
            self.connection.delete(self.key)
            raise NoSuchJobError("refused")
        super().restore(raw_data)


def is_nudge(record: Mapping[bytes, bytes]) -> bool:
    """Say whether a job's record in Valkey is one that `nudge.enqueue` wrote and RQ carried on."""
    try:
        fields = {name.decode(): value for name, value in record.items()}
        data = _unpacked(fields.pop("data", b""))
        texts = {name: value.decode() for name, value in fields.items()}
    except ValueError:
        return False
    lane = _LANE.fullmatch(texts.get("origin", ""))
    if lane is None or data != JSONSerializer.dumps((DRAIN, None, (lane[1],), {})):  # type: ignore[no-untyped-call]
        return False
    fixed = {
        "origin": queue_name(lane[1]),
        "description": f"{DRAIN}({lane[1]!r})",
        "timeout": "-1",
        "result_ttl": "0",
        "failure_ttl": str(JOB_SECONDS),
        "ttl": str(JOB_SECONDS),
    }
    return all(
        value == fixed[name] if name in fixed else name in _SHAPES and _SHAPES[name].fullmatch(value)
        for name, value in texts.items()
    )


def _unpacked(data: bytes) -> bytes:
    """Return the call; nothing where it is longer than ours could be, which a short record may unpack to."""
    if len(data) > _MOST_DATA:
        return b""
    try:
        return zlib.decompressobj().decompress(data, _MOST_DATA)
    except zlib.error:
        return b""
