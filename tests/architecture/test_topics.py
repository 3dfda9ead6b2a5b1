"""Every outbox topic has a composer: what is appended can be sent."""

import pytest

from campaign.features import KINDS, MAIL_TOPICS
from campaign.kernel.lanes import LANES
from tests.architecture.rules import topics_without_composer

KNOWN = {topic.name for topic in MAIL_TOPICS}


def test_every_topic_in_the_code_has_a_composer():
    assert topics_without_composer(KNOWN) == []


def test_every_composer_is_needed():
    """A topic left out of the list is missed: so the code is really read."""
    for topic in KNOWN:
        found = topics_without_composer(KNOWN - {topic})
        assert found, topic
        assert all(entry.endswith(topic) for entry in found)


def test_topics_are_named_once_and_travel_by_a_lane():
    assert len(KNOWN) == len(MAIL_TOPICS)
    assert {topic.lane for topic in MAIL_TOPICS} <= set(LANES)
    features = {"accounts", "actions", "cards", *{"pledges", "letters", "events"}}
    assert {topic.name.partition(".")[0] for topic in MAIL_TOPICS} <= features
    assert len({kind.name for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize(
    "source",
    [
        "def bad():\n    return NewMessage(lane='critical', topic='letters.nobody')",
        "NOBODY = 'letters.nobody'\ndef bad():\n    return NewMessage(lane='critical', topic=NOBODY)",
        "def bad(topic):\n    return NewMessage(lane='critical', topic=topic)\nbad('letters.nobody')",
        "def bad(topic):\n    return NewMessage(lane='critical', topic=topic)",
        "def bad(row):\n    return NewMessage.about_action(row, lane='critical', topic='letters.nobody')",
        "from campaign.actions.planted import NOBODY\ndef bad():\n    return NewMessage('critical', topic=NOBODY)",
    ],
)
def test_a_planted_topic_without_composer_is_found(copy, source):
    copy.plant("actions/planted.py", "NOBODY = 'letters.nobody'")
    copy.plant("letters/service.py", source)
    assert len(topics_without_composer(KNOWN, copy.package)) == 1
