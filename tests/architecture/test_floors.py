"""Imports go down only; planted, each violation is found."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.rules import ROOT, hidden_imports


def lint(folder):
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [program, "--no-logo", "--cache-dir", str(folder / "cache") if folder != ROOT else ".import_linter_cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "300"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_imports_go_down_only():
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("place", "source", "words"),
    [
        ("pledges/service.py", "from flask import request", "campaign.pledges.service -> flask"),
        ("actions/service/asking.py", "from wtforms import Field", "campaign.actions.service.asking -> wtforms"),
        ("actions/fields.py", "from flask import request", "campaign.actions.fields -> flask"),
        ("events/fields.py", "from wtforms import Field", "campaign.events.fields -> wtforms"),
        ("kernel/problems.py", "from flask_babel import gettext", "campaign.kernel.problems -> flask_babel"),
        ("letters/queries.py", "import urllib3", "campaign.letters.queries -> urllib3"),
        ("campaigns/texts.py", "import flask", "campaign.campaigns.texts -> flask"),  # a query imports it
        (
            "letters/panels.py",
            "from campaign.pledges.service import sign",
            "campaign.letters.panels -> campaign.pledges",
        ),
        ("actions/views/mine.py", "import campaign.letters.queries", "campaign.actions.views.mine -> campaign.letters"),
        ("kernel/text.py", "import campaign.people.models", "campaign.kernel.text -> campaign.people.models"),
        ("outbox/service.py", "import campaign.delivery.topics", "campaign.outbox.service -> campaign.delivery.topics"),
        ("letters/service.py", "import campaign.letters.views", "campaign.letters.service -> campaign.letters.views"),
        ("campaigns/rules.py", "import yaml", "campaign.campaigns.rules -> yaml"),
        ("events/rules.py", "from wtforms import Field", "campaign.events.rules -> wtforms"),
        ("kernel/fields.py", "from flask import request", "campaign.kernel.fields -> flask"),
        ("targets/rules.py", "import campaign.content.nodes", "campaign.targets.rules -> campaign.content"),
        ("calls/__init__.py", '"""Calls."""', "calls"),  # a folder without a place in the contract
    ],
)
def test_a_planted_import_is_found(copy, place, source, words):
    copy.plant(place, source)
    result = lint(copy.folder)
    assert result.returncode == 1, result.stdout + result.stderr
    assert "BROKEN" in result.stdout or "Missing layers" in result.stdout, result.stdout
    assert words in result.stdout + result.stderr


def test_an_untouched_copy_passes(copy):
    assert lint(copy.folder).returncode == 0


def test_an_import_inside_a_function_says_why():
    assert hidden_imports() == []


def test_a_planted_hidden_import_is_found(copy):
    copy.plant("people/service.py", "def late():\n    import campaign.actions.intake\n")
    assert len(hidden_imports(copy.package)) == 1
