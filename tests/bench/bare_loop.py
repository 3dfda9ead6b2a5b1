"""What we compare delivery with: the same HTTP calls from as many connections, and nothing else."""

import http.client
import threading
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

_HEADERS = {"Authorization": "Bearer SG.bench", "Content-Type": "application/json"}


def calls_per_second(url: str, bodies: Sequence[bytes], connections: int) -> float:
    """POST every body once; return how many calls were accepted in a second."""
    waiting = iter(bodies)
    taking = threading.Lock()
    refused: list[object] = []

    def work() -> None:
        connection = http.client.HTTPConnection(urlsplit(url).netloc)
        while True:
            with taking:
                body = next(waiting, None)
            if body is None:
                return
            connection.request("POST", "/v3/mail/send", body, _HEADERS)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 202:
                refused.append(answer.status)

    threads = [threading.Thread(target=work) for _ in range(connections)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - started
    if refused:
        raise RuntimeError(f"the sink refused {len(refused)} calls: {refused[0]}")
    return len(bodies) / seconds
