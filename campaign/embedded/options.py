"""What `campaign up` was asked for."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class UpOptions:
    """The options of `campaign up`; None means "as the contract says when nothing is given".

    Attributes:
        host: Address to listen on; loopback when None, and always loopback under `demo`.
        port: 8000 when None or, under `demo`, the remembered or next free one.
        data: The data directory; `homes.default_data_dir()` when None.
        demo: Make what is missing: secrets, content, a local mail stand-in.
        web_workers: Processes that serve pages; by the machine's cores when None.
        queue_workers: Processes for each lane.
    """

    host: str | None = None
    port: int | None = None
    data: Path | None = None
    demo: bool = False
    web_workers: int | None = None
    queue_workers: int = 1
