"""Made-up supporters for the demonstration campaigns: some 400 each, confirmed, marked as made up.

Names are drawn with a fixed seed from common given and family names of many origins; addresses are reserved ones that
no mail can reach (RFC 2606). High-safety campaigns get none.
"""

import random
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.actions.keys import signer_key
from campaign.kernel.clock import now
from campaign.kernel.installation import installation_of
from campaign.kernel.text import sort_key

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
SELECT id, organization_id, languages FROM campaigns c
WHERE is_demo AND status IN ('open', 'won') AND NOT is_high_safety
  AND NOT EXISTS (SELECT FROM actions a WHERE a.campaign_id = c.id AND a.is_made_up) ORDER BY id
""")
_PEOPLE = text("""
INSERT INTO people (email, email_display, language, is_made_up)
SELECT email, email, language, true FROM unnest(CAST(:email AS text[]), CAST(:language AS text[])) AS u(email, language)
ON CONFLICT (email) DO NOTHING
""")
_ACTIONS = text("""
INSERT INTO actions (kind, campaign_id, person_id, signer_key, digest, state, is_counted, number, given_name,
    family_name, language, postal_code, country, show_name, door, is_made_up, created_at, asked_at, confirmed_at)
SELECT 'pledge', :campaign_id, p.id, u.signer_key, u.signer_key, 'confirmed', true, u.number, u.given_name,
    u.family_name, u.language, u.postal_code, 'US', u.show_name, 'demo', true, u.at, u.at, u.at
FROM unnest(CAST(:email AS text[]), CAST(:signer_key AS bytea[]), CAST(:number AS bigint[]),
    CAST(:given_name AS text[]), CAST(:family_name AS text[]), CAST(:language AS text[]), CAST(:postal_code AS text[]),
    CAST(:show_name AS boolean[]), CAST(:at AS timestamptz[]))
    AS u(email, signer_key, number, given_name, family_name, language, postal_code, show_name, at)
JOIN people p ON p.email = u.email
""")
_SUPPORTERS = text("""
INSERT INTO supporters (organization_id, person_id, given_name, family_name, sort_key, postal_code, country, updated_at)
SELECT :organization_id, p.id, u.given_name, u.family_name, u.sort_key, u.postal_code, 'US', now()
FROM unnest(CAST(:email AS text[]), CAST(:given_name AS text[]), CAST(:family_name AS text[]),
    CAST(:sort_key AS text[]), CAST(:postal_code AS text[])) AS u(email, given_name, family_name, sort_key, postal_code)
JOIN people p ON p.email = u.email ON CONFLICT DO NOTHING
""")
_TALLY = text("""
UPDATE campaign_tallies SET confirmed = confirmed + :count, last_number = last_number + :count, as_of = now()
WHERE campaign_id = :campaign_id RETURNING last_number
""")
_DAYS = text("""
INSERT INTO campaign_days (campaign_id, day, confirmed)
SELECT :campaign_id, d::date, (
    SELECT count(*) FROM actions a WHERE a.campaign_id = :campaign_id AND a.state = 'confirmed' AND a.is_counted
      AND a.confirmed_at < d + interval '1 day')
FROM generate_series(date_trunc('day', now()) - interval '8 days', date_trunc('day', now()), interval '1 day') AS d
ON CONFLICT (campaign_id, day) DO UPDATE SET confirmed = excluded.confirmed
""")
_CLEAR = (
    text("""
        DELETE FROM campaign_days d WHERE EXISTS (
            SELECT FROM actions a WHERE a.campaign_id = d.campaign_id AND a.is_made_up AND a.kind = 'pledge')
    """),
    text("""
        UPDATE campaign_tallies t SET confirmed = t.confirmed - s.count, as_of = now()
        FROM (SELECT campaign_id, count(*) AS count FROM actions
              WHERE is_made_up AND kind = 'pledge' AND state = 'confirmed' AND is_counted GROUP BY campaign_id) s
        WHERE t.campaign_id = s.campaign_id
    """),
    text("DELETE FROM actions WHERE is_made_up AND kind = 'pledge'"),
    text("DELETE FROM supporters s USING people p WHERE p.id = s.person_id AND p.is_made_up"),
    text("""
        DELETE FROM people p WHERE p.is_made_up AND NOT EXISTS (SELECT FROM actions a WHERE a.person_id = p.id)
        AND NOT EXISTS (SELECT FROM consents c WHERE c.person_id = p.id)
    """),
)


def load_demo(session: Session) -> int:
    """Load made-up pledges for each demonstration campaign that has none; return how many."""
    loaded = 0
    for campaign in session.execute(_CAMPAIGNS).all():
        dice = random.Random(_SEED + campaign.id)  # noqa: S311 - made-up names, not secrets
        loaded += _load_campaign(session, campaign.id, campaign.organization_id, campaign.languages, dice)
    return loaded


def clear_demo(session: Session) -> None:
    """Take back what `load_demo` loaded, and nothing else."""
    for statement in _CLEAR:
        session.execute(statement)


def _load_campaign(
    session: Session, campaign_id: int, organization_id: int, languages: list[str], dice: random.Random
) -> int:
    count = dice.randint(_LEAST, _MOST)
    hashes, today = installation_of(session).hashes, now()
    emails = [f"supporter{n}.campaign{campaign_id}@demo.example" for n in range(1, count + 1)]
    given = dice.choices(_GIVEN, k=count)
    family = dice.choices(_FAMILY, k=count)
    places = dice.choices(_PLACES, k=count)
    spoken = dice.choices(languages, k=count)
    times = sorted(today - timedelta(days=60 * dice.random() ** 2, minutes=5) for _ in range(count))
    last = session.execute(_TALLY, {"count": count, "campaign_id": campaign_id}).scalar_one()
    session.execute(_PEOPLE, {"email": emails, "language": spoken})
    session.execute(
        _ACTIONS,
        {
            "campaign_id": campaign_id,
            "email": emails,
            "signer_key": [signer_key(hashes, campaign_id, email) for email in emails],
            "number": list(range(last - count + 1, last + 1)),
            "given_name": given,
            "family_name": family,
            "language": spoken,
            "postal_code": places,
            "show_name": [dice.random() < 0.4 for _ in range(count)],
            "at": times,
        },
    )
    session.execute(
        _SUPPORTERS,
        {
            "organization_id": organization_id,
            "email": emails,
            "given_name": given,
            "family_name": family,
            "sort_key": [sort_key(f"{f} {g}") for f, g in zip(family, given, strict=True)],
            "postal_code": places,
        },
    )
    session.execute(_DAYS, {"campaign_id": campaign_id})
    return count
