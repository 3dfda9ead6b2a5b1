"""Every word of code and templates is said in every interface language, with the same names in it."""

import re

import pytest

from campaign.kernel.languages import INTERFACE
from campaign.translations.catalogues import extract, missing, read, translated_languages

NAMES = re.compile(r"%\((\w+)\)[sd]")


@pytest.fixture(scope="module")
def found():
    return extract()


@pytest.mark.parametrize("language", translated_languages())
def test_nothing_is_missing_or_guessed(found, language):
    assert list(missing(read(language), found)) == []


@pytest.mark.parametrize("language", translated_languages())
def test_translations_use_the_names_of_their_source(language):
    for message in read(language):
        if not message.id:
            continue
        sources = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        wanted = {name for source in sources for name in NAMES.findall(source)}
        for string in strings:
            assert set(NAMES.findall(string)) <= wanted, message.id
        assert wanted <= {name for string in strings for name in NAMES.findall(string)}, message.id


def test_the_extraction_finds_words_of_code_templates_and_mails(found):
    assert "Campaigns that need people" in found
    assert "There is nothing at this address" in found
    assert len(found) > 150
    assert len(INTERFACE) >= 2
