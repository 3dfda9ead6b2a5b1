"""The colours that cards and mails take from the pages' style sheet."""

import pytest

from campaign.kernel.palettes import light_colours


def test_colours_are_those_of_daylight():
    tomato = light_colours("tomato")
    assert tomato["poster"] == "#a11b14"
    assert {"poster-deep", "poster-ink", "poster-mark", "button", "button-ink"} <= set(tomato)


def test_an_unknown_palette_is_told():
    with pytest.raises(KeyError):
        light_colours("nobody's")
