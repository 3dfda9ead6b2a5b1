"""Finds the files of font packages, without importing them."""

import importlib.util
from pathlib import Path


def package_folder(package: str) -> Path:
    """Return the folder of an installed package that holds fonts.

    Raises:
        FileNotFoundError: it is not installed.
    """
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError(f"the font package {package} is not installed")
    return Path(found.submodule_search_locations[0])
