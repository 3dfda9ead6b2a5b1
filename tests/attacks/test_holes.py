"""Each attack finds what is planted for it: an attack that cannot fail would tell nothing."""

import random
from datetime import UTC, datetime

import pytest

from campaign.mail_stand_in.messages import Call, messages_of
from tests.attacks.__main__ import modules, read_logs
from tests.attacks.asking import in_process
from tests.attacks.checks import form_fields, mail_bomb, shared_pages
from tests.attacks.forms import Form, read, walk
from tests.attacks.holes import Holes
from tests.attacks.outcomes import Outcome, table
from tests.attacks.payloads import MARKUP


def _found(outcome, words):
    return [what for what in outcome.findings if words in what]


@pytest.mark.parametrize(
    "words",
    [
        "the next reader gets a stranger's words",
        "a shared answer sets a cookie",
        "a shared answer repeats what it is not kept by",
        "the page is another one afterwards",
        "answered 500",
    ],
)
def test_the_cache_attack_finds(words):
    """A page that keeps the host it was first asked for, a cookie in a shared answer, a number that falls over."""
    outcome = shared_pages.probe(in_process(Holes()), ["/page", "/other?lang=es"], random.Random(1))
    assert _found(outcome, words), outcome.findings


@pytest.mark.parametrize("appended", ["&utm_source={mark}", "Cookie: _ga={mark}"])
def test_the_cache_attack_finds_what_is_kept_and_has_no_part_in_the_key(appended):
    outcome = shared_pages.probe(in_process(Holes()), ["/page", "/other?lang=es"], random.Random(1))
    found = [what for what in _found(outcome, "the next reader gets a stranger's words") if what.startswith(appended)]
    assert found, outcome.findings


@pytest.mark.parametrize("words", ["a personal page may be shared", "shows another's"])
def test_the_attack_on_personal_pages_finds(words):
    pages = {"Amparo": ["/my/amparo"], "Berenice": ["/my/berenice"]}
    outcome = Outcome("personal")
    shared_pages.probe_personal(in_process(Holes()), pages, outcome)
    assert _found(outcome, words), outcome.findings


@pytest.mark.parametrize(
    "words",
    ["markup comes back as markup", "a template computed", "became a header", "answered 500"],
)
def test_the_attack_on_fields_finds(words):
    form = Form("/", "POST", "/take", {"name": "", "stamp": ""})
    outcome = form_fields.probe(in_process(Holes()), [form], random.Random(1), most=1_000)
    assert _found(outcome, words), outcome.findings


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"content": [{"type": "text/html", "value": MARKUP}]}, "markup"),
        ({"subject": "Hello 54173879"}, "computed"),
        ({"subject": "Hello\r\nBcc: x@y.z"}, "another line"),
        ({"headers": {"X-zq9x7": "1"}}, "another line"),
        ({"personalizations": [{"to": [{"email": "zq9x7@evil.example"}]}]}, "named beside"),
        ({"personalizations": [{"to": [{"email": "a@b.c"}], "bcc": [{"email": "d@e.f"}]}]}, "further recipients"),
    ],
)
def test_the_look_at_mails_finds(changed, words):
    body = {"personalizations": [{"to": [{"email": "a@b.c"}]}], "subject": "Hello", "content": [], **changed}
    outcome = Outcome("mails")
    for mail in messages_of(Call("1", datetime(2027, 1, 1, tzinfo=UTC), body)):
        form_fields.judge_mail(mail, outcome)
    assert _found(outcome, words), outcome.findings


def test_the_spellings_are_many_and_one_mailbox():
    made = list(mail_bomb.spellings(random.Random(1), 1_000))
    assert len(set(made)) > 950
    assert all(mail_bomb._is_ours(one) for one in made)
    assert not mail_bomb._is_ours("victim@gmail.com")
    assert not mail_bomb._is_ours("victimmail@example.org")


def test_the_look_into_logs_finds():
    logs = {"postgres.log": "x ERROR:  syntax error at or near\nERROR:  duplicate key value\n", "up.log": "fine"}
    assert len(read_logs(logs).findings) == 1
    assert read_logs({"up.log": "Traceback (most recent call last):"}).findings
    assert read_logs({"up.log": "ERROR: of ours"}).findings == []


PAGE = b"""<a href="/b?near=1#x">b</a><a href="https://evil.example/">c</a><a href="sms:?body=x">s</a>
<form method="post" action="/take?lang=en#f"><input name="a" value="1"><textarea name="b">two</textarea>
<select name="c"><option value="x"><option value="y" selected></select>
<input type="checkbox" name="d" value="1"><input type="checkbox" name="d" value="2">
<input name="guests-01a22831-76dd-7ed4-bc69-681993dd066e"><input name="guests-01a22831-76dd-7ed4-bc69-681993dd066f">
</form>"""


def test_forms_and_queries_are_found_on_the_pages():
    links, (form,) = read("/", PAGE)
    assert links == ["/b?near=1#x"]
    assert (form.method, form.action) == ("POST", "/take?lang=en")
    assert {name: form.fields[name] for name in "abcd"} == {"a": "1", "b": "two", "c": "y", "d": "1"}
    assert len(form.names) == 5, "fields that differ in an id are one"


def test_a_walk_follows_links_and_stays_at_home():
    asked = []

    def ask(method, target, headers, body):
        asked.append(target)
        return in_process(_page)(method, target, headers, body)

    found = walk(ask, ["/"])
    assert asked == ["/", "/b?near=1"]
    assert [form.action for form in found.forms] == ["/take?lang=en"]
    assert [query.fields for query in found.queries] == [{"near": "1"}]
    assert found.shared == ["/", "/b?near=1"]


def _page(_environ, start_response):
    start_response("200 OK", [("Content-Type", "text/html"), ("Cache-Control", "public, max-age=5")])
    return [PAGE]


def test_every_attack_has_a_name_and_a_way_to_run():
    found = modules()
    assert {"form_fields", "shared_pages", "mail_bomb", "patience", "sql"} <= set(found)
    assert all(callable(module.run) for module in found.values())
    assert list(found)[-1] in ("patience", "sql"), "what takes all the time there is comes last"


def test_the_table_lists_what_was_found():
    said = table([Outcome("one", 5, 2, ["a hole"], "half of it"), Outcome("two", 1)], [1.0, 2.0])
    assert "FOUND: one: a hole" in said
    assert "one: half of it" in said
    assert said.splitlines()[3].split() == ["all", "6", "2", "1", "3.0"]
