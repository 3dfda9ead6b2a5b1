"""Longest first; a file stays whole unless it is large; what waits for the same thing stays together."""

from types import SimpleNamespace

from tests.timekeeping.durations import Durations
from tests.timekeeping.scheduling import LARGE_SECONDS, LongestFirst

WHEEL = "tests/embedded/test_wheel.py"
RECORDED = Durations(
    {
        WHEEL: {"test_it_serves": 2 * LARGE_SECONDS},
        "tests/short.py": {"the rest": 2.0},
        "tests/long.py": {"test_a": LARGE_SECONDS / 2 - 1, "the rest": 1.0},
        "tests/large.py": {"test_one": LARGE_SECONDS, "test_two": 1.5, "test_three": 3.0},
    }
)
COLLECTED = [
    "tests/new.py::test_unknown",
    "tests/short.py::test_a",
    "tests/short.py::test_b",
    "tests/large.py::test_one",
    "tests/large.py::test_two",
    "tests/large.py::test_three",
    "tests/long.py::test_a",
    "tests/long.py::test_b",
]


class Process:
    """Takes what it is given."""

    def __init__(self, name):
        self.gateway, self.given, self.shutting_down = SimpleNamespace(id=name), [], False

    def send_runtest_some(self, indices):
        self.given += [COLLECTED[index] for index in indices]

    def shutdown(self):
        self.shutting_down = True


class Silence:
    """A log that nobody reads."""

    def __getattr__(self, _name):
        return self

    def __call__(self, *_words):
        return None


def scheduled(processes):
    """Have a run begin for so many processes."""
    config = SimpleNamespace(
        getvalue=lambda _name: ["popen"] * processes, option=SimpleNamespace(loadscopereorder=True)
    )
    scheduler = LongestFirst(config, Silence(), RECORDED)
    made = [Process(f"gw{number}") for number in range(processes)]
    for process in made:
        scheduler.add_node(process)
        scheduler.add_node_collection(process, COLLECTED)
    scheduler.schedule()
    return scheduler, made


def test_a_process_alone_gets_all_of_it_the_longest_first():
    scheduler, (process,) = scheduled(1)
    done = 0
    while done < len(COLLECTED):
        assert len(process.given) > done, "nothing is given out any more"
        scheduler.mark_test_complete(process, COLLECTED.index(process.given[done]))
        done += 1
    assert process.given == [
        "tests/large.py::test_one",
        *("tests/long.py::test_a", "tests/long.py::test_b"),
        "tests/large.py::test_three",
        "tests/large.py::test_two",
        *("tests/short.py::test_a", "tests/short.py::test_b"),
        "tests/new.py::test_unknown",
    ]
    assert scheduler.tests_finished
    assert process.shutting_down


def test_two_processes_begin_with_the_two_longest():
    _, (one, other) = scheduled(2)
    assert one.given[0] == "tests/large.py::test_one"
    assert other.given[:2] == ["tests/long.py::test_a", "tests/long.py::test_b"]


def test_what_a_process_left_undone_when_it_died_is_given_to_another():
    scheduler, (one, other) = scheduled(2)
    assert scheduler.remove_node(one) == "tests/large.py::test_one"
    given = 0
    while given < len(other.given):
        scheduler.mark_test_complete(other, COLLECTED.index(other.given[given]))
        given += 1
    assert sorted(other.given) == sorted(COLLECTED)


def test_what_looks_at_the_walk_of_a_language_is_one_piece_of_work():
    scheduler, _ = scheduled(1)
    pages, markup = "tests/pages/test_every_page.py", "tests/pages/test_markup.py"
    of_walk = scheduler._split_scope(f"{pages}::test_axe_finds_nothing[en]")
    assert scheduler._split_scope(f"{markup}::test_no_page_has_an_error_of_markup[en]") == of_walk
    assert scheduler._split_scope(f"{pages}::test_axe_finds_nothing[ur]") != of_walk
    assert scheduler._split_scope(f"{pages}::test_without_any") != of_walk


def test_what_makes_something_for_all_its_tests_stays_whole_however_long_it_takes():
    scheduler, _ = scheduled(1)
    assert scheduler._split_scope(f"{WHEEL}::test_it_serves") == WHEEL
    assert scheduler._split_scope("tests/large.py::test_one") == "tests/large.py::test_one"
