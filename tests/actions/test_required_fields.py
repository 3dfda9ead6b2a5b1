"""Which fields of a form are required, as the page says it, and the order in which mistakes are listed."""

import re

import pytest

from campaign.actions.forms import in_order_of
from campaign.kernel.countries import WITHOUT_POSTAL_CODES
from tests.actions.visitor import HIGH_SAFETY, OPEN


def boxes(page):
    """Return the attributes of each box of the pledge's form, by name."""
    form = re.search(r'<form[^>]*data-action-kind="pledge".*?</form>', page, re.DOTALL)[0]
    found = re.findall(r"<(?:input|select|textarea)\b([^>]*)>", form)
    return {re.search(r'name="([\w-]+)"', attributes)[1]: attributes for attributes in found}


def is_required(attributes):
    return bool(re.search(r"\srequired\b", attributes))


def test_the_browser_knows_what_the_server_needs(visitor):
    found = boxes(visitor.client.get(f"/campaigns/{OPEN}?lang=en").text)
    needed = {name for name, attributes in found.items() if is_required(attributes)}
    assert needed == {"given_name", "email", "postal_code"}
    assert set(re.search(r'data-without-postal-code="([A-Z ]+)"', found["country"])[1].split()) == WITHOUT_POSTAL_CODES
    safe = boxes(visitor.client.get(f"/campaigns/{HIGH_SAFETY}?lang=en").text)
    assert {name for name, attributes in safe.items() if is_required(attributes)} == {"given_name", "email"}


def test_a_page_that_gives_back_a_country_without_codes_asks_for_none(visitor):
    page = visitor.sign(country="QA", postal_code="", email="")
    assert page.status_code == 422
    assert not is_required(boxes(page.text)["postal_code"])


@pytest.mark.parametrize("dash", ["-", "\u2013", " - ", "--"])
def test_a_dash_says_that_there_is_no_code(visitor, dash):
    assert visitor.sign(country="QA", postal_code=dash).status_code == 303
    assert visitor.one("SELECT postal_code FROM actions") == ""
    page = visitor.sign(country="US", postal_code=dash, email="eva@example.org")
    assert page.status_code == 422
    assert "Enter your ZIP or postal code." in page.text


def test_mistakes_are_listed_in_the_order_of_the_page(visitor):
    page = visitor.sign(given_name="", family_name="", email="", postal_code="", country="XX", stamp="").text
    listed = re.findall(r'<a href="#(field-[\w-]+)">', page)
    assert len(listed) == 4
    assert listed == sorted(listed, key=lambda name: page.index(f'id="{name}"'))
    assert page.index("<li>This page was open") < page.index('<li><a href="#field-')


def test_what_a_page_does_not_have_is_listed_last():
    page = '<input id="field-b"><input id="field-a">'
    assert list(in_order_of({"a": "1", "c": "2", "": "3", "b": "4"}, page)) == ["", "b", "a", "c"]
