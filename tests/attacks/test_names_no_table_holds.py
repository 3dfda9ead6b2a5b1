"""Tries to make the service fall over by names that PostgreSQL cannot hold, in paths and in queries."""

import pytest

NAMES = ("%00", "x%00", "%00.json", "%ed%a0%80", "a%ff")
PATHS = (
    "/{}", "/campaigns/{}", "/campaigns/{}/pledge", "/campaigns/{}/letter", "/campaigns/{}/count.json",
    "/campaigns/{}/thanks", "/campaigns/{}/qr.svg", "/campaigns/{}/updates.atom", "/companies/{}", "/events/{}",
    "/events/{}.ics", "/events/{}/rsvp", "/organizations/{}/privacy", "/confirm/{}", "/not-me/{}", "/my/{}", "/rsvp/{}",
    "/marshal/{}", "/es/campaigns/{}", "/assets/{}", "/events?campaign={}", "/events?kind={}", "/events?near={}",
    "/campaigns/fair-food/thanks?t={}", "/campaigns/fair-food/thanks?step={}", "/campaigns/fair-food/qr.svg?via={}",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_a_name_that_no_table_holds_is_not_found(client, fresh, tell, path):
    statuses = [client.get(path.format(name)).status_code for name in NAMES]
    tell(f"answers to {path}", statuses)
    assert max(statuses) < 500


@pytest.mark.parametrize("path", ["/campaigns/{}/pledge", "/events/{}/rsvp", "/confirm/{}", "/my/{}/erase"])
def test_nor_is_it_posted_to(client, fresh, path):
    assert max(client.post(path.format(name)).status_code for name in NAMES) < 500
