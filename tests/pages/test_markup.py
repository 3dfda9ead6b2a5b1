"""The Nu HTML checker finds no error in any page, state or style sheet."""

import json
import subprocess
import urllib.request
from pathlib import Path

import pytest

from campaign.kernel.languages import INTERFACE
from tests.tools.node import from_npm, java

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", INTERFACE)
def test_no_page_has_an_error_of_markup(seen, language, tmp_path):
    walk = seen(language)
    for name, state in walk.states.items():
        (tmp_path / f"{name}.html").write_text(state.html)
    assert walk.states
    assert not (found := _errors(tmp_path)), "\n".join(found)


@pytest.mark.parametrize("language", ["en"])
def test_no_style_sheet_has_an_error(running, seen, language, tmp_path):
    sheets = {
        part.split('"')[0]
        for state in seen(language).states.values()
        for tag in state.html.split("<link ")[1:]
        if 'rel="stylesheet"' in tag.split(">")[0]
        for part in tag.split(">")[0].split('href="')[1:]
    }
    assert sheets
    for at, path in enumerate(sorted(sheets)):
        with urllib.request.urlopen(running.url + path, timeout=30) as answer:
            (tmp_path / f"{at}.css").write_bytes(answer.read())
    assert not (found := _errors(tmp_path, "--css")), "\n".join(found)


def _errors(folder: Path, *options: str) -> list[str]:
    """Return the checker's errors about the files of a folder."""
    jar = from_npm("vnu-jar/build/dist/vnu.jar")
    # It is over before Java has the good of its second compiler and of a collector with threads.
    quick = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
    command = [
        java(),
        "-Xss2m",
        *quick,
        "-jar",
        jar,
        "--format",
        "json",
        "--errors-only",
        "--stdout",
        "--exit-zero-always",
    ]
    files = sorted(folder.iterdir())
    done = subprocess.run([*command, *options, *files], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return [
        f"{Path(told['url']).name}:{told.get('lastLine')}: {told['message']}: {told.get('extract', '').strip()}"
        for told in json.loads(done.stdout)["messages"]
    ]
