"""Everybody here has a visitor, who signs, reads mail and presses buttons."""

from tests.actions.visitor import fresh_doorsteps, visitor

__all__ = ["fresh_doorsteps", "visitor"]
