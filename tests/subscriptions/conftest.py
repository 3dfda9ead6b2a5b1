"""A visitor in front of the demonstration's organizations."""

from tests.actions.stage import *  # noqa: F403 - fixtures
