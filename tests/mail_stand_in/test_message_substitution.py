"""What each recipient reads, out of a content shared by many."""

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.mail_stand_in.messages import Call, messages_of, substitute
from tests.mail_stand_in.bodies import body, personalization

AT = datetime(2026, 3, 14, tzinfo=UTC)


def messages(**changes):
    return list(messages_of(Call("call", AT, body(**changes))))


def test_each_reads_text_html_and_subject_of_their_own():
    both = [
        personalization("a@example.org", substitutions={"-name-": "Ana", "-html-": "Ana"}),
        personalization("b@example.org", substitutions={"-name-": "<b>", "-html-": "&lt;b&gt;"}),
    ]
    ana, bob = messages(personalizations=both, subject="For -name-")
    assert (ana.subject, ana.text, ana.html) == ("For Ana", "Hello Ana", "<p>Hello Ana</p>")
    assert (bob.subject, bob.text, bob.html) == ("For <b>", "Hello <b>", "<p>Hello &lt;b&gt;</p>")


def test_reply_to_is_substituted_and_custom_args_are_not():
    block = personalization(substitutions={"-w-": "maria"}, custom_args={"mail": "-w-"})
    (message,) = messages(personalizations=[block], reply_to={"email": "-w-@example.org"})
    assert message.reply_to[0].email == "maria@example.org"
    assert message.custom_args == {"mail": "-w-"}


def test_a_personalization_overrides_the_call():
    block = personalization(subject="Mine", custom_args={"a": "2"}, headers={"X-A": "2"})
    (message,) = messages(personalizations=[block], custom_args={"a": "1", "b": "1"}, headers={"X-A": "1"})
    assert (message.subject, message.custom_args, message.headers) == ("Mine", {"a": "2", "b": "1"}, {"X-A": "2"})


def test_every_recipient_has_a_message_with_a_name_of_its_own():
    block = personalization("a@example.org", cc=[{"email": "b@example.org"}], bcc=[{"email": "c@example.org"}])
    found = messages(personalizations=[block, personalization("d@example.org")])
    assert [(message.to.email[0], message.role) for message in found] == [
        ("a", "to"),
        ("b", "cc"),
        ("c", "bcc"),
        ("d", "to"),
    ]
    assert [message.id for message in found] == ["call.0", "call.1", "call.2", "call.3"]


def test_a_value_that_holds_a_later_tag_is_replaced_again():
    assert substitute("-a-", {"-a-": "-b-", "-b-": "!"}) == "!"


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["-a-", "-b-", "-c-"]), st.text(alphabet="xyz<&é ", max_size=9)))
def test_values_without_tags_land_where_their_tags_stood(pairs):
    whole = "|".join(f"{tag}" for tag in pairs)
    assert substitute(whole, pairs) == "|".join(pairs.values())
