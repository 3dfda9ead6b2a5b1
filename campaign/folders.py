"""Where the files are that are no Python: beside the package in a checkout, inside it once installed from a wheel.

`templates/`, `static/`, `migrations/` and `wsgi.py` stand at the top of a checkout. `campaign.packing` puts them into
the package when a wheel is built, so that nothing of ours lies loose among other people's packages.
"""

from importlib.resources import files
from pathlib import Path

PACKAGE = Path(str(files("campaign")))
ROOT = PACKAGE.parent
"""What processes start in: the checkout, or the folder of installed packages. Both hold `campaign`, and neither is the
folder somebody happens to stand in, where a file could take the place of a module."""

IS_INSTALLED = (PACKAGE / "templates").is_dir()

_HOLDER = PACKAGE if IS_INSTALLED else ROOT

TEMPLATES = _HOLDER / "templates"
STATIC = _HOLDER / "static"
MIGRATIONS = _HOLDER / "migrations"
TRANSLATIONS = PACKAGE / "translations"

WSGI = "campaign.wsgi:app" if IS_INSTALLED else "wsgi:app"
"""What the web server imports."""
