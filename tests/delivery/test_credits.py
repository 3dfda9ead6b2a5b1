"""Confirmations lower the levels of their domains, however many came since the last look."""

from sqlalchemy import text

from campaign.delivery.strangers import settle_credits
from campaign.kernel.installation import Installation
from tests.actions.stage import settings_of

_CONFIRMED = text("""
INSERT INTO stranger_credits (key, amount) SELECT sha256((n % 7)::text::bytea), 1 FROM generate_series(1, 25000) n
""")


def test_the_work_goes_on_until_none_is_left(engine, session):
    url = engine.url.render_as_string(hide_password=False)
    sessions = Installation(settings_of(url, STRANGERS="domain=9,provider=9,all=9")).sessions(engine)
    session.execute(_CONFIRMED)
    session.commit()
    counts = []
    while not counts or counts[-1]:
        with sessions() as other, other.begin():
            counts.append(settle_credits(other))
    assert counts == [10_000, 10_000, 5_000, 0]
    assert session.scalar(text("SELECT count(*) FROM stranger_credits")) == 0
