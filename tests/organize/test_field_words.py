"""Fields that logs and versions name, in words."""

import pytest

from campaign.campaigns.models import Campaign, Organization
from campaign.organize.field_words import FIELDS

UNTOLD = {"id", "public_id", "is_demo", "created_at", "updated_at"}
"""What no save changes, or what no one is told of."""


@pytest.mark.parametrize("model", [Campaign, Organization])
def test_each_column_that_an_organizer_changes_has_words(model):
    columns = {column.key for column in model.__mapper__.columns} - UNTOLD
    assert columns <= FIELDS.keys()
