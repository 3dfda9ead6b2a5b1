"""Finds the files of font packages, without importing them."""

import importlib.util
from pathlib import Path

from campaign.folders import ROOT

_NODE = ROOT / "node_modules"


def package_folder(package: str) -> Path:
    """Return the folder of an installed package that holds fonts.

    Args:
        package: a Python module, or a package of npm by its whole name (`@fontsource/…`).

    Raises:
        FileNotFoundError: it is not installed.
    """
    if package.startswith("@"):
        return _node_folder(package)
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError(f"the font package {package} is not installed")
    return Path(found.submodule_search_locations[0])


def is_installed(package: str) -> bool:
    """Whether a font package is installed: those of npm are only where Node is."""
    try:
        package_folder(package)
    except FileNotFoundError:
        return False
    return True


def _node_folder(package: str) -> Path:
    if not (_NODE / package).is_dir():
        raise FileNotFoundError(f"the font package {package} is not installed")
    return _NODE / package
