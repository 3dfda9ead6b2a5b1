"""Puts into the wheel what stands beside the package: templates, static files with fonts cut, migrations, `wsgi.py`.

Named in `pyproject.toml`, so that `make dist`, `pip wheel .` and `pip install .` all make the same. An editable
installation takes nothing: there the files are read where they stand.
"""

import shutil
from pathlib import Path

from setuptools.command.build_py import build_py

_FOLDERS = ("templates", "static", "migrations")
_MADE = ("static/css/fonts.css", "campaign/translations/*/LC_MESSAGES/*.mo")
"""What `make setup` makes. Without it a wheel would work, in other letters, in English only, and nobody knew why."""


class PackAll(build_py):  # type: ignore[misc]  # no types published
    """`build_py`, and then the folders beside the package."""

    def run(self) -> None:
        """Build.

        Raises:
            FileNotFoundError: what `make setup` makes is not there.
        """
        super().run()
        if self.editable_mode:
            return
        root = Path.cwd()  # where pyproject.toml is: builders start there
        missing = [pattern for pattern in _MADE if not any(root.glob(pattern))]
        if missing:
            raise FileNotFoundError(f"{', '.join(missing)}: not made yet; run `make setup` first, or `make dist`")
        within = Path(self.build_lib) / "campaign"
        for folder in _FOLDERS:
            shutil.rmtree(within / folder, ignore_errors=True)
            shutil.copytree(root / folder, within / folder, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy2(root / "wsgi.py", within / "wsgi.py")
