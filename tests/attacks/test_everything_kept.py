"""Tries to find a high-safety signer in all that is kept: tables, dead rows, write-ahead log, Valkey's file, logs.

The mail stand-in is not here: it is the provider, who is told the address and the links, and keeps what it keeps.
"""

import logging

import pytest

from campaign.actions.keys import recipient_key, signer_key
from campaign.delivery.suppression import address_key
from tests.actions.visitor import HIGH_SAFETY
from tests.attacks.kept import Kept, pg_dump
from tests.attacks.own import OwnInstallation

LOCAL, DOMAIN, NAME, TYPED = "zq17xkept", "garment-hall.example", "Zoryakept", "Qaddishkept"
ADDRESS = f"{LOCAL}@{DOMAIN}"


@pytest.fixture(scope="module")
def own():
    with OwnInstallation(LIMITS="ip=600/10m,network=3000/10m") as made:
        yield made


def sign(visitor, **values):
    form = {"given_name": NAME, "family_name": TYPED, "comment": TYPED, "email": ADDRESS, **values}
    return visitor.sign(HIGH_SAFETY, **form)


@pytest.fixture(scope="module")
def left(own):
    """What is left of somebody who signed, confirmed, refused another's signature, and erased: files, dump, our log."""
    said = []
    handler = logging.Handler()
    handler.emit = lambda record: said.append(handler.format(record))
    logging.getLogger().addHandler(handler)
    try:
        live(own.visitor)
        dump = pg_dump(own.settings.database_url)
        own.stop()
    finally:
        logging.getLogger().removeHandler(handler)
    return Kept(own.files, {"dump": dump, "our log": "\n".join(said).encode()})


def live(visitor):
    """Somebody's whole way, and the ways on which things go wrong."""
    assert sign(visitor, stamp="stale").status_code == 422
    assert sign(visitor, given_name="").status_code == 422
    assert sign(visitor).status_code == 303
    mine = visitor.mails()[0]
    assert visitor.client.get(mine.link("confirm")).status_code == 200
    assert visitor.confirm(mine.link("confirm")).status_code == 303
    assert sign(visitor, given_name="Mallory").status_code == 303  # another, in their name
    refused = visitor.mails()[0]
    assert visitor.client.post(refused.link("not-me")).status_code == 200
    assert visitor.client.post(f"{mine.link('my')}/erase", data={"sure": "yes"}).status_code == 303
    assert visitor.tally(HIGH_SAFETY) == (0, 1), "it counts no longer, and its number is not given again"


@pytest.mark.parametrize("word", [ADDRESS, LOCAL, DOMAIN, NAME, TYPED])
def test_nothing_that_is_kept_holds(left, tell, word):
    found = left.find(word)
    tell(f"places that hold {word}", len(found))
    assert found == []


def test_no_key_of_the_address_is_kept_but_on_the_disk_that_of_the_signature_itself(own, left, tell):
    """No table has any; what PostgreSQL has not written over yet may have the campaign's own, which joins nothing."""
    hashes = own.visitor.installation.hashes
    campaigns = own.campaigns
    keys = {"address": address_key(hashes, ADDRESS), "mailbox": recipient_key(hashes, ADDRESS)}
    keys |= {slug: signer_key(hashes, number, ADDRESS) for slug, number in campaigns.items()}
    held = {name: places for name, key in keys.items() if (places := left.find(key))}
    tell("keys of the address that are kept", len(held))
    assert set(held) <= {HIGH_SAFETY}, held
    assert not any("dump" in place for places in held.values() for place in places), held


def test_the_search_finds_what_is_there(left):
    """What a search cannot find would pass: the campaign's name is in the tables, and so in the log of writes."""
    places = left.find(HIGH_SAFETY)
    for part in ("/base/", "/pg_wal/", "dump"):
        assert any(part in place for place in places), part
    assert len(left) > 100
