"""Looks all the time whether more is taken of the march than there is, from a connection of its own."""

import threading
from contextlib import closing
from typing import Self

from tests.chaos.books import Books
from tests.chaos.installation import Installation

LOOK_SECONDS = 0.1


class Counting:
    """Counts places while people come and processes die. `looks`: how often the database answered."""

    def __init__(self, installation: Installation) -> None:
        self.over: list[str] = []
        self.looks = 0
        self._installation = installation
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, name="counting", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        with closing(Books(self._installation)) as books:
            while not self._stop.wait(LOOK_SECONDS):
                over = books.find_over()
                if over is not None:
                    self.looks += 1
                    self.over += over
