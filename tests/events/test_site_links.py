"""From every page there is a way to the pages that kinds have of their own, in the reader's language."""

import re

import pytest

WORDS = {"en": "Events", "es": "Eventos", "ur": "تقریبات"}


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("path", ["/", "/campaigns/fair-food", "/my", "/privacy", "/events/build-a-new-world"])
def test_every_page_leads_to_the_events_at_its_head_and_foot(client, fresh, language, path):
    prefix = "" if language == "en" else f"/{language}"
    page = client.get(prefix + path, headers={"Accept-Language": language}).text
    link = rf'<a[^>]* href="{prefix}/events(?:\?lang=en)?">{WORDS[language]}</a>'
    head, foot = page.split("<main", 1)[0], page.rpartition("</main>")[2]
    assert re.search(link, head)
    assert re.search(link.replace("<a[^>]* ", "<a "), foot)


def test_an_error_page_leads_there_too(client, fresh):
    answer = client.get("/campaigns/none")
    assert answer.status_code == 404
    assert 'href="/events"' in answer.text
