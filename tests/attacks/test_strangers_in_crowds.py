"""Tries to use a form against many mailboxes of one domain, or of all, and to shut the others out by it."""

import pytest

from campaign.actions.commands import ConfirmAction
from campaign.actions.service.confirming import confirm
from campaign.actions.service.recording import record
from campaign.delivery.lanes import Lane, options_of
from campaign.delivery.sendgrid import SendGridSender
from campaign.delivery.service import metrics
from campaign.delivery.strangers import lift, list_brakes
from campaign.features import KINDS, MAIL_TOPICS
from campaign.kernel.actors import OPERATOR
from campaign.kernel.installation import Installation
from tests.actions.batches import command_for
from tests.actions.stage import settings_of
from tests.sink import Sink

SIZES = "domain=20,provider=60,all=100"
BY_NAME = {kind.name: kind for kind in KINDS}
TOPICS = {topic.name: topic for topic in MAIL_TOPICS}


@pytest.fixture
def post(visitor, engine, database_url):
    """Sign by addresses, and send what may go: `post(["a@b.example"])` returns how many mails have gone, by domain."""
    sessions = Installation(settings_of(database_url, STRANGERS=SIZES)).sessions(engine)

    def post_all(addresses=(), confirming=0):
        with sessions() as session, session.begin():
            if addresses:
                record(session, [command_for(visitor, address) for address in addresses])
            ids = visitor.all(
                "SELECT a.public_id FROM actions a JOIN outbox_messages m ON m.action_id = a.id WHERE a.state = 'waiting' "
                "AND m.state = 'sent' ORDER BY a.id LIMIT :most",
                most=confirming,
            )
            confirm(session, [ConfirmAction(row.public_id) for row in ids], BY_NAME)
        visitor.do("UPDATE outbox_messages SET available_at = now() WHERE state = 'due'")
        with Sink() as sink:
            Lane(
                sessions,
                SendGridSender("SG.test", sink.url),
                TOPICS,
                visitor.installation.hashes,
                options_of("critical"),
            ).drain(20)
        gone = visitor.all(
            "SELECT split_part(p.email, '@', 2) AS domain, count(*) AS count FROM outbox_messages m "
            "JOIN people p ON p.id = m.person_id WHERE m.state = 'sent' AND m.topic = 'actions.confirm' GROUP BY 1 ORDER BY 1"
        )
        return {row.domain: row.count for row in gone}

    post_all.sessions = sessions
    return post_all


def people(domain, count, name="p"):
    return [f"{name}{number}@{domain}" for number in range(count)]


def test_a_domain_gets_its_size_and_keeps_nobody_else_waiting(visitor, post, tell):
    gone = post([*people("victim.example", 200), *people("other.example", 5), *people("gmail.com", 30)])
    tell("mails to 200 strangers at one domain", gone["victim.example"])
    assert gone == {"gmail.com": 30, "other.example": 5, "victim.example": 20}
    waiting = visitor.all("SELECT DISTINCT state, reason FROM outbox_messages WHERE state <> 'sent'")
    assert waiting == [("due", "too few confirm, mail to strangers waits")], "nothing is lost"
    with post.sessions() as session:
        assert [brake.name for brake in list_brakes(session)] == ["victim.example"]
        assert metrics(session)['campaign_strangers_wait{domain="victim.example"}'] == 1
    assert post() == gone, "nor does trying again help"


def test_an_honest_crowd_lets_itself_through(visitor, post, tell):
    campus = people("campus.example", 200)
    assert post(campus)["campus.example"] == 20
    rounds = 1
    while (gone := post(confirming=8)["campus.example"]) < len(campus):
        rounds += 1
        assert rounds < 10
    tell("rounds, of eight who confirm, until 200 of one campus had their mail", rounds)
    assert gone == len(campus)


def test_many_domains_fill_what_there_is_for_all(visitor, post, tell):
    addresses = [address for number in range(30) for address in people(f"d{number}.example", 10)]
    gone = sum(post(addresses).values())
    tell("mails to 300 strangers at thirty domains", gone)
    assert gone == 100
    with post.sessions() as session, session.begin():
        assert [brake.name for brake in list_brakes(session)] == ["all"]
        assert lift(session, OPERATOR, "all")
        assert not lift(session, OPERATOR, "nobody.example")
    assert sum(post().values()) == 200


def test_whoever_confirmed_before_is_no_stranger(visitor, post):
    with post.sessions() as session, session.begin():
        record(session, [command_for(visitor, "known@victim.example", slug="milk-with-dignity")])
    post()
    post(confirming=1)
    visitor.do("UPDATE stranger_levels SET level = 1000")
    gone = post(["known@victim.example", "unknown@victim.example"])
    assert gone == {"victim.example": 2}, "the known one's second"


def test_a_day_empties_what_nobody_confirmed(visitor, post):
    assert post(people("victim.example", 60))["victim.example"] == 20
    visitor.do("UPDATE stranger_levels SET at = at - interval '12 hours'")
    assert post()["victim.example"] == 30
