"""Everybody here stands on one stage: the demonstration, and a visitor who signs, reads mail and presses buttons."""

from tests.actions.stage import *  # noqa: F403 - fixtures
