"""Made-up supporters for the demonstration campaigns: some 400 each, who signed within two months.

Names are drawn with a fixed seed from common given and family names of many origins. High-safety campaigns get none.
"""

import random
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.actions.made_up import MadeUp, seed, take_back
from campaign.kernel.clock import now
from campaign.pledges.service import KIND

_SEED = 2023
_LEAST, _MOST = 380, 420
_GIVEN = """
Ana Luis María José Rosa Juan Carmen Pedro Lucía Miguel Elena Diego Sofía Andrés Grace Thomas Emily Daniel
Hannah Marcus Aisha Omar Fatima Yusuf Mei Wei Linh Minh Priya Arjun Nadège Jean Marie Claude Chantal Pierre
Thandiwe Sipho
""".split()  # noqa: SIM905 - reads better than a column of strings
_FAMILY = """
García Hernández López Martínez Cruz Zúñiga Álvarez Ramírez Torres Flores Johnson Baker Nguyen Tran Chen Wang
Patel Rahman Hossain Begum Baptiste Joseph Pierre Silva Souza Mokoena Khumalo O'Connor Murphy Larson Olson
Haddad Khan
""".split()  # noqa: SIM905 - reads better than a column of strings
_PLACES = """
34142 33430 33401 05401 05478 04101 03431 55401 55407 55104 32301 45202 45219 02139 10025 60614 94110 98105
78704
""".split()  # noqa: SIM905 - reads better than a column of strings

_CAMPAIGNS = text("""
SELECT id, languages FROM campaigns c
WHERE is_demo AND status IN ('open', 'won') AND NOT is_high_safety
  AND NOT EXISTS (SELECT FROM actions a WHERE a.campaign_id = c.id AND a.is_made_up) ORDER BY id
""")
_DAYS = text("""
INSERT INTO campaign_days (campaign_id, day, confirmed)
SELECT :campaign_id, d::date, (
    SELECT count(*) FROM actions a WHERE a.campaign_id = :campaign_id AND a.state = 'confirmed' AND a.is_counted
      AND a.confirmed_at < d + interval '1 day')
FROM generate_series(date_trunc('day', now()) - interval '61 days', date_trunc('day', now()), interval '1 day') AS d
ON CONFLICT (campaign_id, day) DO UPDATE SET confirmed = excluded.confirmed
""")
_OPENED = text("""
UPDATE campaigns SET opened_at = least(opened_at, (
    SELECT min(confirmed_at) FROM actions a WHERE a.campaign_id = campaigns.id AND a.is_made_up))
WHERE id = :campaign_id
""")
_CLEAR_DAYS = text("""
DELETE FROM campaign_days d WHERE EXISTS (
    SELECT FROM actions a WHERE a.campaign_id = d.campaign_id AND a.is_made_up AND a.kind = :kind)
""")


def load_demo(session: Session) -> int:
    """Load made-up pledges for each demonstration campaign that has none; return how many."""
    loaded = 0
    for campaign in session.execute(_CAMPAIGNS).all():
        dice = random.Random(_SEED + campaign.id)  # noqa: S311 - made-up names, not secrets
        people = _draw(campaign.id, campaign.languages, dice)
        seed(session, KIND, campaign.id, people, is_counted=True)
        session.execute(_DAYS, {"campaign_id": campaign.id})
        session.execute(_OPENED, {"campaign_id": campaign.id})
        loaded += len(people)
    return loaded


def clear_demo(session: Session) -> None:
    """Take back what `load_demo` loaded, and nothing else."""
    session.execute(_CLEAR_DAYS, {"kind": KIND})
    take_back(session, KIND)


def _draw(campaign_id: int, languages: Sequence[str], dice: random.Random) -> list[MadeUp]:
    count, today = dice.randint(_LEAST, _MOST), now()
    given = dice.choices(_GIVEN, k=count)
    family = dice.choices(_FAMILY, k=count)
    places = dice.choices(_PLACES, k=count)
    spoken = dice.choices(languages, k=count)
    times = sorted(today - timedelta(days=60 * dice.random() ** 2, minutes=5) for _ in range(count))
    return [
        MadeUp(
            email=f"supporter{n + 1}.campaign{campaign_id}@demo.example",
            given_name=given[n],
            family_name=family[n],
            language=spoken[n],
            postal_code=places[n],
            at=times[n],
            show_name=dice.random() < 0.4,
        )
        for n in range(count)
    ]
