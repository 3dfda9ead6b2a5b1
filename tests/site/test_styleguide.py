"""The style guide: every component once, campaigns at their limits, and nothing of it where real people sign."""

import re

import pytest
from werkzeug.test import Client

from campaign.site.styleguide import CAMPAIGNS
from tests.site.conftest import ROOT, make_app


@pytest.fixture(scope="module")
def guide(site_database) -> Client:
    return make_app(site_database, with_styleguide=True).test_client()


def test_is_for_demonstrations_only(client):
    assert client.get("/styleguide").status_code == 404
    assert client.get("/styleguide/campaigns/usual").status_code == 404


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_shows_every_component(guide, direction):
    answer = guide.get(f"/styleguide?dir={direction}")
    assert answer.status_code == 200
    assert f'dir="{direction}"' in answer.text
    specimens = re.findall(r'data-specimen="([^"]+)"', answer.text)
    assert len(specimens) == len(set(specimens)) > 60


ELSEWHERE = {
    "figure": "a picture needs one that is stored: tests/organize/test_pictures.py",
    "picture_url": "its address",
    "illustrated": "a story as `prose` shows it, with such pictures",
    "campaign_card": "in a `card_list`",
    "cut_edge": "of the poster's own",
    "footer": "at the foot of this page, too",
    "lang": "an attribute; `inline` shows it",
    "language_switch": "at the head of this page, too",
    "private_address": "in the head; there is nothing to see",
    "thermometer": "of the counts' own",
}


def test_calls_every_component_there_is():
    """A new one is to be shown here, or stands above with the reason."""
    files = (ROOT / "templates/components").glob("*.html")
    macros = {name for file in files for name in re.findall(r"{% macro ([a-z]\w*)\(", file.read_text())}
    guide = (ROOT / "templates/site/styleguide.html").read_text()
    called = {name for name in macros if re.search(rf"{{{{[^}}]*\b{name}\(|{{% call {name}\(", guide)}
    assert macros - called == set(ELSEWHERE)


@pytest.mark.parametrize("name", sorted(CAMPAIGNS))
def test_campaigns_at_their_limits_are_pages(guide, name):
    answer = guide.get(f"/styleguide/campaigns/{name}")
    assert answer.status_code == 200
    assert 'class="poster__line' in answer.text


def test_another_name_is_no_page(guide):
    assert guide.get("/styleguide/campaigns/nothing").status_code == 404
