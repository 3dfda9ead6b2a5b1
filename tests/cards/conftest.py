"""The demonstration, as on every other stage: nobody here loads it for one test."""

from tests.actions.stage import *  # noqa: F403 - fixtures
