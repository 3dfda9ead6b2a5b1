"""The demonstration, as on every other stage."""

from tests.actions.stage import *  # noqa: F403 - fixtures
