"""No process that serves pages, works in the background or runs a command pays for what only checking content needs."""

import os
import subprocess
import sys

from tests.architecture.rules import ROOT


def loads_pydantic(modules):
    source = f"import sys, {modules}; print('pydantic' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.check_output([sys.executable, "-c", source], cwd=ROOT, env=environment, text=True).strip()


def test_nothing_is_imported_for_checking():
    assert loads_pydantic("campaign.app, campaign.features, campaign.worker, campaign.ticker, campaign.cli") == "False"


def test_it_would_be_noticed():
    assert loads_pydantic("campaign.events.rules") == "True"
