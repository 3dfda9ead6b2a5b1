import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.kernel.settings import (
    DEFAULT_LIMITS,
    Limit,
    SettingsError,
    StrangerSizes,
    examine_settings,
    read_settings,
)

GOOD = {
    "DATABASE_URL": "postgres://u:p@h/d",
    "REDIS_URL": "redis://h/0",
    "SECRET_KEY": "s" * 32,
    "PRIVACY_KEY": "p" * 32,
    "PUBLIC_URL": "https://campaigns.example/",
    "MAIL_FROM": "Campaign <mail@example.org>",
    "SENDGRID_API_KEY": "SG.secret",
    "SENDGRID_WEBHOOK_PUBLIC_KEY": "aGVsbG8=",
}


def problems(**changed):
    environ = {name: value for name, value in {**GOOD, **changed}.items() if value is not None}
    with pytest.raises(SettingsError) as caught:
        read_settings(environ)
    return caught.value.problems


def test_reads_what_is_needed_and_defaults_the_rest():
    settings = read_settings(GOOD)
    assert settings.database_url == "postgresql+psycopg://u:p@h/d"
    assert settings.public_url == "https://campaigns.example"
    assert settings.is_https
    assert settings.mail_from_letters == settings.mail_from_bulk == settings.mail_from
    assert settings.sendgrid_base_url == "https://api.sendgrid.com"
    assert settings.metrics_token is None
    assert settings.limits == (Limit("ip", 600, 600), Limit("network", 3000, 600))
    assert settings.limits_url is None
    assert not settings.is_demo


def test_tells_all_that_is_missing_at_once():
    with pytest.raises(SettingsError) as caught:
        read_settings({})
    words = "\n".join(caught.value.problems)
    for name in GOOD:
        assert f"{name} is missing" in words


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DATABASE_URL", "mysql://x/y", "DATABASE_URL must be a URL"),
        ("DATABASE_URL", "postgres://[", "DATABASE_URL must be a URL"),
        ("REDIS_URL", "localhost", "REDIS_URL must be a URL"),
        ("LIMITS_URL", "localhost", "LIMITS_URL must be a URL"),
        ("SECRET_KEY", "short", "SECRET_KEY must be at least 32"),
        ("SECRET_KEY", "s" * 32 + " short", "SECRET_KEY must be at least 32"),
        ("PRIVACY_KEY", "short", "PRIVACY_KEY must be at least 32"),
        ("PUBLIC_URL", "ftp://x", "PUBLIC_URL must be a URL"),
        ("PUBLIC_URL", "http://[", "PUBLIC_URL must be a URL"),
        ("PUBLIC_URL", "https://me@campaigns.example", "PUBLIC_URL must be scheme, host and port alone"),
        ("PUBLIC_URL", "https://campaigns.example/here", "PUBLIC_URL must be scheme, host and port alone"),
        ("PUBLIC_URL", "https://campaigns.example?a=1", "PUBLIC_URL must be scheme, host and port alone"),
        ("PUBLIC_URL", "https://campaigns.example/#top", "PUBLIC_URL must be scheme, host and port alone"),
        ("PUBLIC_URL", "https://campaigns.example:none", "PUBLIC_URL must be scheme, host and port alone"),
        ("PUBLIC_URL", "https://campaigns.example\\@evil.example", "PUBLIC_URL must be scheme, host and port alone"),
        ("PUBLIC_URL", "https://two hosts.example", "PUBLIC_URL must be scheme, host and port alone"),
        ("MAIL_FROM", "nobody", "MAIL_FROM must look like"),
        ("MAIL_FROM", "Zoë <zoë@example.org>", "MAIL_FROM: mail goes only from an address in unaccented letters"),
        ("MAIL_FROM_BULK", "Zoë <zoe@☃-.example>", "MAIL_FROM_BULK: mail goes only from an address"),
        ("MAIL_FROM", "Campaign campaign@mail.example", "MAIL_FROM must look like"),
        ("MAIL_FROM", "Campaign <campaign@mail.example", "MAIL_FROM must look like"),
        ("MAIL_FROM", "Campaign <campaign@mail>", "MAIL_FROM must look like"),
        ("MAIL_FROM", "Campaign <campaign@mail..example>", "MAIL_FROM must look like"),
        ("MAIL_FROM", "Campaign <.campaign@mail.example>", "MAIL_FROM must look like"),
        ("MAIL_FROM", "Justice, Now <campaign@mail.example>", "MAIL_FROM must look like"),
        ("MAIL_FROM", "a@mail.example, b@mail.example", "MAIL_FROM must look like"),
        ("MAIL_FROM", "Campaign\n <campaign@mail.example>", "MAIL_FROM must look like"),
        ("MAIL_FROM", "Campaign <me and you@mail.example>", "MAIL_FROM must look like"),
        ("MAIL_FROM", "Campaign <campaign@-mail.example>", "MAIL_FROM must look like"),
        ("MAIL_FROM", "Campaign (unfinished <campaign@mail.example>", "MAIL_FROM must look like"),
        ("MAIL_FROM_LETTERS", "nobody", "MAIL_FROM_LETTERS must look like"),
        ("MAIL_FROM_BULK", "News <news@>", "MAIL_FROM_BULK must look like"),
        ("SENDGRID_WEBHOOK_PUBLIC_KEY", "not base64!", "must be base64"),
        ("TRUSTED_PROXIES", "10.0.0.0/8, nowhere", "'nowhere' is not a network"),
        ("LIMITS", "ip=300/m,email", "'email' is not like"),
        ("LIMITS", "ip=0/m", "'ip=0/m' is not like"),
        ("STRANGERS", "domain=5", "'domain=5' is not like"),
        ("LOG_FORMAT", "xml", "LOG_FORMAT must be one of text, json"),
        ("PREPARED_STATEMENTS", "maybe", "must be one of on, off"),
    ],
)
def test_each_bad_value_is_told_in_words(name, value, words):
    found = problems(**{name: value})
    assert len(found) == 1
    assert words in found[0]


def test_a_sender_s_domain_is_kept_as_mail_servers_know_it():
    settings = read_settings({**GOOD, "MAIL_FROM": "Grønt <post@grønt.example>"})
    assert settings.mail_from == "Grønt <post@xn--grnt-hra.example>"
    assert settings.mail_from_letters == settings.mail_from


@pytest.mark.parametrize(
    "value",
    [
        "Campaign <campaign@mail.example>",
        '"Justice, Now" <campaign@mail.example>',
        "Worker-driven campaigns (demonstration) <campaign@mail.example>",
        "Fair. Food. <o'neil+x@a-b.mail.example>",
        "Über uns <a@xn--bcher-kva.example>",
        "campaign@mail.example",
    ],
)
def test_a_sender_that_mail_can_be_made_of_is_taken(value):
    settings = read_settings({**GOOD, "MAIL_FROM": value, "MAIL_FROM_LETTERS": value, "MAIL_FROM_BULK": value})
    assert settings.mail_from == settings.mail_from_letters == settings.mail_from_bulk == value


def test_networks_of_ipv4_are_such_however_they_are_written():
    written = examine_settings({"TRUSTED_PROXIES": "::ffff:10.0.0.0/104 ::ffff:0:0/96 10.0.0.0/8 fd00::/8"})[0]
    assert [str(network) for network in written.trusted_proxies] == [
        "10.0.0.0/8",
        "0.0.0.0/0",
        "10.0.0.0/8",
        "fd00::/8",
    ]


def test_several_keys_rotate():
    assert read_settings({**GOOD, "SECRET_KEY": f"{'n' * 32}  {'o' * 32}"}).secret_keys == ("n" * 32, "o" * 32)


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("off", ()),
        ("", read_settings({**GOOD, "LIMITS": DEFAULT_LIMITS}).limits),
        ("ip=300/m,email=5/d", (Limit("ip", 300, 60),)),  # read as ever, and nobody is counted by address
        (" network=2/30s , ip=1/2h ", (Limit("network", 2, 30), Limit("ip", 1, 7200))),
    ],
)
def test_limits_are_read(text, limits):
    assert read_settings({**GOOD, "LIMITS": text}).limits == limits


def test_no_secret_is_shown():
    settings = read_settings({**GOOD, "METRICS_TOKEN": "metricsecret", "LIMITS_URL": "redis://:limitsecret@h"})
    shown = repr(settings)
    for secret in ("s" * 32, "p" * 32, "SG.secret", "u:p@h", "metricsecret", "limitsecret"):
        assert secret not in shown


@given(st.dictionaries(st.sampled_from([*GOOD, "LIMITS", "TRUSTED_PROXIES", "LOG_FORMAT"]), st.text(max_size=40)))
def test_whatever_the_environment_holds_is_read_or_refused_in_words(changed):
    try:
        problems = [] if read_settings({**GOOD, **changed}) else ["nothing"]
    except SettingsError as error:
        problems = error.problems or ["nothing"]
    assert "nothing" not in problems
    assert all(isinstance(problem, str) and problem for problem in problems)


@pytest.mark.parametrize(
    ("changed", "sizes"),
    [
        ({}, StrangerSizes(domain=300, provider=2000, all=10000)),
        ({"STRANGERS": "domain=5,provider=6,all=7"}, StrangerSizes(domain=5, provider=6, all=7)),
        ({"STRANGERS": "off"}, None),
        ({"LIMITS": "off"}, None),
        ({"CAMPAIGN_DEMO": "1"}, None),
        ({"CAMPAIGN_DEMO": "1", "STRANGERS": "domain=5,provider=6,all=7"}, StrangerSizes(domain=5, provider=6, all=7)),
    ],
)
def test_mail_to_strangers_is_bounded_where_it_reaches_any(changed, sizes):
    assert read_settings({**GOOD, **changed}).strangers == sizes
