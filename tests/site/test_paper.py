"""Flyer and petition sheet: what stands on them, when they exist, and that no list of names is made where none must be."""

import re

import pytest

from campaign.site.paper import SHEET_LINES

OPEN, SAFE, WON = "fair-food", "justice-for-shahidul", "trax-apparel"


@pytest.mark.parametrize("prefix", ["", "/es", "/ur"])
@pytest.mark.parametrize("paper", ["flyer", "petition-sheet"])
def test_paper_says_who_asks_for_what_and_where(client, paper, prefix):
    answer = client.get(
        f"{prefix}/campaigns/{OPEN}/{paper}?lang=en" if not prefix else f"{prefix}/campaigns/{OPEN}/{paper}"
    )
    assert answer.status_code == 200
    page = answer.get_data(as_text=True)
    assert "Coalition of Immokalee Workers" in page
    assert f"/campaigns/{OPEN}/qr.svg" in page
    assert re.search(rf'dir="ltr">[^<]*/campaigns/{OPEN}<', page)
    assert '<meta name="robots" content="noindex">' in page
    assert "<form" not in page.partition("<main")[2].partition("</main>")[0]


def test_the_sheet_has_its_lines_and_tells_who_reads_them_before_the_first(client):
    page = client.get(f"/campaigns/{OPEN}/petition-sheet").get_data(as_text=True)
    assert page.count("<tr>") == SHEET_LINES + 1
    assert page.index("Everyone who signs after you can read this sheet") < page.index("<table")
    assert all(company in page for company in ("Kroger", "Publix"))


def test_high_safety_has_a_flyer_and_never_a_list_of_names(client):
    assert client.get(f"/campaigns/{SAFE}/petition-sheet").status_code == 404
    assert client.get(f"/es/campaigns/{SAFE}/petition-sheet").status_code == 404
    assert client.get(f"/campaigns/{SAFE}/flyer").status_code == 200
    page = client.get(f"/campaigns/{SAFE}").get_data(as_text=True)
    assert f"/campaigns/{SAFE}/flyer" in page
    assert "petition-sheet" not in page


@pytest.mark.parametrize("slug", [WON, "no-such"])
def test_what_takes_no_names_has_no_paper(client, slug):
    assert client.get(f"/campaigns/{slug}/flyer").status_code == 404
    assert client.get(f"/campaigns/{slug}/petition-sheet").status_code == 404


def test_the_campaigns_page_leads_to_both(client):
    page = client.get(f"/campaigns/{OPEN}").get_data(as_text=True)
    assert f'href="/campaigns/{OPEN}/flyer' in page
    assert f'href="/campaigns/{OPEN}/petition-sheet' in page
