"""Content files with events in them, and how a test loads them."""

from datetime import UTC, datetime

from campaign.content.loading import Loading
from campaign.content.reading import read_content
from campaign.content.service import load
from campaign.features import SECTIONS
from campaign.kernel.actors import OPERATOR
from tests.events.days import friday

MARCH = """
events:
  - slug: long-march
    campaign: fair-food
    kind: march
    timezone: America/New_York
    starts: {starts}
    title: {{en: "Long; march, <i>north</i>", es: "Marcha larga"}}
    summary: {{en: "Walk with us.", es: "Caminen con nosotros."}}
    bring: {{en: "Shoes."}}
    legs:
      - {{day: 1, title: {{en: "To the lake", es: "Al lago"}}, miles: 10, starts: "08:00", ends: "16:00", from: [26.82, -80.66], to: [26.68, -80.66], capacity: {capacity}, meal: true, lodging: 12}}
      - {{day: 2, title: {{en: "To the sea", es: "Al mar"}}, miles: 20, starts: "{clock}", ends: "16:30", from: [26.68, -80.66], to: [26.68, -80.47]}}
"""

ACTION = """
events:
  - slug: at-the-stores
    campaign: {campaign}
    kind: day-of-action
    timezone: America/Chicago
    starts_in_days: 9
    title: {{en: "At the stores"}}
    summary: {{en: "Take a shift."}}
    places:
      - {{title: "Elm Street, Springfield", at: [39.78, -89.65], shifts: ["10:00-12:00", "12:00-14:00"], capacity: 3}}
      - {{title: "Oak Street", shifts: ["11:00-13:00"]}}
"""


def march(*, starts=None, capacity=20, clock="07:30"):
    """The file of a march of two days, from a day on that is to come."""
    return MARCH.format(starts=starts or friday(), capacity=capacity, clock=clock)


def action(campaign="milk-with-dignity"):
    """The file of a day of action with two places."""
    return ACTION.format(campaign=campaign)


def load_file(session, text, now=None):
    """Load a file into a session; return what changed."""
    now = now or datetime.now(UTC)
    loading = Loading(session, OPERATOR, now, lambda *_: False)
    return load(loading, read_content(text.encode(), now, SECTIONS), SECTIONS)
