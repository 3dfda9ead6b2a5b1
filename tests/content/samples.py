"""A small content file, and ways to change one line of it."""

from datetime import UTC, datetime

from campaign.content.loading import Loading
from campaign.content.reading import read_content
from campaign.content.service import load
from campaign.features import SECTIONS
from campaign.kernel.actors import OPERATOR

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)

SAMPLE = """\
organizations:
  - {slug: ciw, name: Coalition of Immokalee Workers, place: Immokalee, donate_url: "https://ciw.example/give"}
agreements:
  - {slug: fair-food-program, name: Fair Food Program, since: 2011, signatories: 14}
companies:
  - {slug: kroger, name: Kroger, sector: supermarkets, country: US, timezone: America/New_York}
  - {slug: publix, name: Publix, country: US, timezone: America/New_York, letters_per_hour: 12}
executives:
  - {office: Chief Executive Officer, local_part: Chief.Executive}
executive_address: "{local_part}@{company_slug}.example"
campaigns:
  - slug: fair-food
    organization: ciw
    agreement: fair-food-program
    companies:
      - {company: kroger, stance: holdout, as_of: 2023-12-31, evidence: {en: Marched on., es: Se marchó.}}
      - {company: publix}
    goal: 50000
    art: tomato
    status: open
    title: {en: Join, es: Únanse}
    demand: {en: Sign., es: Firmen.}
    story: {en: Water and shade.}
    letter:
      subjects: {en: [One, Two], es: [Uno]}
      body: {en: "Dear {executive}, {personal}", es: "{personal}"}
      talking_points: {en: [Name your store.]}
    updates:
      - {days_ago: 20, title: {en: Another season}, body: {en: Heat standards hold.}}
"""


def load_text(session, text=SAMPLE, now=NOW, *, has_actions=False, **options):
    """Load `text` as a file; return what it changed."""
    loading = Loading(session, OPERATOR, now, lambda _session, _campaign_id: has_actions, **options)
    lines = load(loading, read_content(text.encode(), now, SECTIONS), SECTIONS)
    session.flush()
    session.expire_all()
    return lines
