"""Tests are of their usual size, of a multiple of it, or of their full size."""

import pytest

from tests.sizes import VARIABLE, sized


@pytest.mark.parametrize(("scale", "size"), [("", 100), ("1", 100), ("2.5", 250), ("99", 5000), ("full", 5000)])
def test_a_size_follows_the_scale_and_is_never_larger_than_full(monkeypatch, scale, size):
    monkeypatch.setenv(VARIABLE, scale)
    assert sized(100, full=5000) == size


def test_at_least_one_is_made(monkeypatch):
    monkeypatch.setenv(VARIABLE, "0.001")
    assert sized(10, full=20) == 1


def test_a_scale_that_is_none_is_refused(monkeypatch):
    monkeypatch.setenv(VARIABLE, "large")
    with pytest.raises(ValueError, match="large"):
        sized(10, full=20)
