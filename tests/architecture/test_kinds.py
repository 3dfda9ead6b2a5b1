"""Only the registry knows a kind of action by its name, and none is forgotten; planted, each violation is found."""

import shutil
from pathlib import Path

import pytest

from campaign.features import KINDS
from campaign.outbox.models import LANES
from tests.architecture.rules import (
    ROOT,
    kinds_called_by_name,
    kinds_without_layers,
    templates_that_call_a_kind,
)

FOLDERS = {kind.name: Path(kind.take.__code__.co_filename).parent.name for kind in KINDS}


def test_nobody_but_the_registry_names_a_kind():
    assert kinds_called_by_name(FOLDERS, LANES) == []


@pytest.mark.parametrize(
    ("place", "source"),
    [
        ("actions/queries.py", "_X = text(\"SELECT id FROM actions WHERE kind = 'letter'\")"),
        ("actions/intake.py", "def pledges_of(kind): return kind"),
        ("campaigns/models.py", "class Rsvps: pass\nrsvp_count = 0"),
        ("site/queries.py", "def f(campaign): return campaign.has_letter"),
        ("content/reading.py", "KEYS = ['letter']"),
        ("people/service.py", "def f(g): g(pledge=1)"),
        ("pledges/queries.py", "def f(letter): return letter"),
        ("letters/queries.py", "_X = text('DELETE FROM rsvps')"),
    ],
)
def test_a_planted_name_is_found(copy, place, source):
    before = kinds_called_by_name(FOLDERS, LANES, copy.package)
    copy.plant(place, source)
    assert before == []
    assert any(place in line for line in kinds_called_by_name(FOLDERS, LANES, copy.package))


def test_prose_and_ones_own_name_are_free(copy):
    copy.plant("site/queries.py", 'def f():\n    """Return the letter."""\n    return \'a letter of yours\'')
    copy.plant("letters/queries.py", "letter = 1")
    assert kinds_called_by_name(FOLDERS, LANES, copy.package) == []


def test_no_template_of_a_face_leads_to_a_kind():
    assert templates_that_call_a_kind(FOLDERS) == []


@pytest.mark.parametrize("line", ["{{ url_for('letters.page') }}", '{% include "mail/letter/offer.html" %}'])
def test_a_template_that_does_is_found(tmp_path, line):
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    with (tmp_path / "templates/site/home.html").open("a") as file:
        file.write(line)
    assert len(templates_that_call_a_kind(FOLDERS, tmp_path / "templates")) == 1


def test_every_kind_has_its_layers():
    assert kinds_without_layers(FOLDERS.values()) == []


def test_a_kind_without_layers_is_found():
    assert kinds_without_layers([*FOLDERS.values(), "calls"]) == ["campaign.calls"]
    others = [folder for folder in FOLDERS.values() if folder != "letters"]
    assert kinds_without_layers(["letters"]) == sorted(f"campaign.{folder}" for folder in others)
