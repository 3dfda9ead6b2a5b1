"""Everybody here stands on one stage: the demonstration, and organizers who are signed in."""

from tests.organize.stage import *  # noqa: F403 - fixtures
