"""No slug stands where a page of ours does: forms, files and commands refuse each, and none is forgotten."""

import pytest
import yaml

from campaign.campaigns.service import add_organization
from campaign.content.errors import ContentError
from campaign.content.reading import read_content
from campaign.features import SECTIONS
from campaign.kernel.actors import OPERATOR
from campaign.kernel.clock import now
from campaign.kernel.errors import InvalidError
from campaign.kernel.slugs import RESERVED, RESERVED_ORGANIZATIONS

PLACES = {
    "/organize/": RESERVED_ORGANIZATIONS,
    "/organizations/": RESERVED_ORGANIZATIONS,
    "/organize/<organization>/campaigns/": RESERVED,
    "/organize/<organization>/agreements/": RESERVED,
    "/organize/<organization>/companies/": RESERVED,
    "/organize/<organization>/events/": RESERVED,
    "/campaigns/": RESERVED,
    "/companies/": RESERVED,
    "/events/": RESERVED,
}
"""Where a slug of an organizer's or the operator's stands in an address."""


@pytest.mark.parametrize("place", PLACES)
def test_every_word_that_stands_where_a_slug_does_is_reserved(app, place):
    behind = [rule.rule.removeprefix(place) for rule in app.url_map.iter_rules() if rule.rule.startswith(place)]
    words = {rest.partition("/")[0] for rest in behind}
    assert any("<" in word for word in words)
    assert {word for word in words if word and "<" not in word and "." not in word} <= PLACES[place]


SLUG, NAMED = {"slug": "new"}, {"slug": "new", "name": "New"}
FILES = {
    "organizations": [{**NAMED, "slug": slug} for slug in sorted(RESERVED_ORGANIZATIONS)],
    "companies": [{**NAMED, "country": "US", "timezone": "America/New_York"}],
    "campaigns": [{**SLUG, "organization": "ciw", "title": {"en": "T"}, "demand": {"en": "D"}, "goal": 1}],
    "events": [{**SLUG, "campaign": "fair-food", "kind": "march", "title": {"en": "T"}, "summary": {"en": "S"}}],
}


@pytest.mark.parametrize(("section", "entry"), [(name, one) for name, entries in FILES.items() for one in entries])
def test_a_file_is_refused_at_the_line(section, entry):
    with pytest.raises(ContentError) as refused:
        read_content(yaml.dump({section: [entry]}).encode(), now(), SECTIONS)
    assert any("stands for a page of ours" in problem.text for problem in refused.value.problems)


@pytest.mark.parametrize("slug", sorted(RESERVED_ORGANIZATIONS))
def test_a_command_adds_no_organization_of_such_a_name(sessions, demo, slug):
    with sessions() as session, pytest.raises(InvalidError, match="page"):
        add_organization(session, OPERATOR, slug, "New")


def test_forms_say_it_at_the_box(organizer):
    me = organizer("owner")
    company = {"slug": "new", "name": "New", "country": "US", "timezone": "America/New_York"}
    for path, typed in (("campaigns/new", {"slug": "new"}), ("companies/new", company)):
        page = me.post(f"/organize/ciw/{path}", typed)
        assert page.status_code == 422
        said = page.get_data(as_text=True)
        assert "A page of ours has this address. Choose another." in said
        assert 'id="field-slug-error"' in said
