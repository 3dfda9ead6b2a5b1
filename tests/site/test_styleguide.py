"""The style guide: every component once, campaigns at their limits, and nothing of it where real people sign."""

import pytest
from werkzeug.test import Client

from campaign.site.styleguide import CAMPAIGNS
from tests.site.conftest import make_app


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
    for name in ("button-primary", "field-wrong", "error-summary", "count-0", "stance-holdout", "notice-warning"):
        assert f'data-specimen="{name}"' in answer.text


@pytest.mark.parametrize("name", sorted(CAMPAIGNS))
def test_campaigns_at_their_limits_are_pages(guide, name):
    answer = guide.get(f"/styleguide/campaigns/{name}")
    assert answer.status_code == 200
    assert 'class="poster__line' in answer.text


def test_another_name_is_no_page(guide):
    assert guide.get("/styleguide/campaigns/nothing").status_code == 404
