"""Signed and sealed tokens, the form's stamp, keyed hashes: what they prove, and what they refuse."""

import base64
import re
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.actions.keys import digest, recipient_key, signer_key
from campaign.kernel.keyed_hash import KeyedHash
from campaign.kernel.stamp import MAX_AGE_MINUTES, Stamp
from campaign.kernel.tokens import ExpiredTokenError, ForgedTokenError, Sealer, ShortCodes, Signer

OLD, NEW = "o" * 32, "n" * 32
CLAIMS = st.recursive(st.none() | st.integers(-1000, 1000) | st.text(max_size=20), st.lists, max_leaves=5)


@given(CLAIMS)
def test_a_claim_comes_back_as_it_was(claim):
    for proof in (Signer([NEW], "x", 60), Sealer([NEW], "x", 60)):
        make, read = (proof.sign, proof.read) if isinstance(proof, Signer) else (proof.seal, proof.open)
        assert read(make(claim)) == claim


def test_rotating_keys_breaks_no_link_and_the_newest_signs():
    old = Signer([OLD], "confirm", 60).sign(["a"])
    sealed = Sealer([OLD], "journey", 60).seal({"a": 1})
    assert Signer([NEW, OLD], "confirm", 60).read(old) == ["a"]
    assert Sealer([NEW, OLD], "journey", 60).open(sealed) == {"a": 1}
    new = Signer([NEW, OLD], "confirm", 60).sign(["a"])
    assert Signer([NEW], "confirm", 60).read(new) == ["a"]
    for token, keys in ((old, [NEW]), (new, [OLD])):
        with pytest.raises(ForgedTokenError):
            Signer(keys, "confirm", 60).read(token)
    with pytest.raises(ForgedTokenError):
        Sealer([NEW], "journey", 60).open(sealed)


def test_a_token_is_good_for_its_purpose_alone():
    signed, sealed = Signer([NEW], "confirm", 60).sign("a"), Sealer([NEW], "journey", 60).seal("a")
    with pytest.raises(ForgedTokenError):
        Signer([NEW], "my", 60).read(signed)
    with pytest.raises(ForgedTokenError):
        Sealer([NEW], "other", 60).open(sealed)


def test_its_time_ends(monkeypatch):
    import cryptography.fernet
    import itsdangerous.timed

    signed, sealed = Signer([NEW], "x", 60).sign(["claim"]), Sealer([NEW], "x", 60).seal("a")
    later = time.time() + 62
    monkeypatch.setattr(itsdangerous.timed.time, "time", lambda: later)
    monkeypatch.setattr(cryptography.fernet.time, "time", lambda: later)
    with pytest.raises(ExpiredTokenError) as caught:
        Signer([NEW], "x", 60).read(signed)
    assert caught.value.claim == ["claim"]
    with pytest.raises(ForgedTokenError):
        Sealer([NEW], "x", 60).open(sealed)


@pytest.mark.parametrize(("ahead", "is_good"), [(0, True), (2, True), (59, True), (90, False), (3600, False)])
def test_what_a_machine_signed_whose_clock_is_a_little_ahead_is_as_good_as_new(ahead, is_good):
    signer = Signer([NEW], "x", 600)
    token = signer.sign(["claim"], at=datetime.now(UTC) + timedelta(seconds=ahead))
    if is_good:
        assert signer.read(token) == ["claim"]
    else:
        with pytest.raises(ExpiredTokenError):
            signer.read(token)


def test_what_is_just_ahead_of_its_end_is_still_over():
    with pytest.raises(ExpiredTokenError):
        Signer([NEW], "x", 600).read(Signer([NEW], "x", 600).sign("a", at=datetime.now(UTC) - timedelta(seconds=602)))


@given(st.text(max_size=60), st.integers(0, 200), st.characters(codec="ascii", categories=["L", "N"]))
def test_nothing_made_up_is_believed(text, place, character):
    signer, sealer = Signer([NEW], "x", 60), Sealer([NEW], "x", 60)
    for read, good in ((signer.read, signer.sign("a")), (sealer.open, sealer.seal("a"))):
        place %= len(good) - 2  # the last characters of base64 may carry unused bits
        changed = good[:place] + character + good[place + 1 :]
        for token in (text, good + character, changed):
            if base64_equal(token, good):
                continue
            with pytest.raises(ForgedTokenError):
                read(token)


def base64_equal(left, right):
    def raw(token):
        try:
            return [base64.urlsafe_b64decode(part + "==") for part in token.split(".")]
        except ValueError:
            return token

    return raw(left) == raw(right)


def test_a_sealed_token_tells_nothing():
    token = Sealer([NEW], "journey", 60).seal({"email": "ana@example.org"})
    assert "ana" not in token
    assert b"ana@" not in base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    assert len(Sealer([NEW], "j", 60).seal({"e": "ana@example.org"})) == len(
        Sealer([NEW], "j", 60).seal({"e": "eva@example.org"})
    )


def test_a_stamp_is_the_same_for_everybody_for_a_minute():
    stamp = Stamp([NEW])
    assert stamp.make(600) == stamp.make(659.9)
    assert stamp.make(600) != stamp.make(660)


@pytest.mark.parametrize(
    ("age_minutes", "is_good"),
    [(0, True), (1, True), (MAX_AGE_MINUTES, True), (MAX_AGE_MINUTES + 1, False), (-1, True), (-2, False)],
)
def test_a_stamp_is_good_for_48_hours_and_not_before_its_time(age_minutes, is_good):
    at = 10_000_000 * 60.0
    assert Stamp([NEW]).is_good(Stamp([NEW]).make(at), at + age_minutes * 60) is is_good


def test_a_stamp_outlives_a_change_of_keys():
    stamp = Stamp([OLD]).make(600)
    assert Stamp([NEW, OLD]).is_good(stamp, 600)
    assert not Stamp([NEW]).is_good(stamp, 600)


@given(st.text(max_size=50))
def test_no_made_up_stamp_is_good_and_none_breaks_anything(text):
    assert not Stamp([NEW]).is_good(text)
    assert not Stamp([NEW]).is_good(f"{int(time.time() // 60)}.{text}")


@pytest.mark.parametrize(
    "text", ["", ".", "1.", ".a", "١٢٣.a", "9" * 40 + ".a", "-1.a", "1e3.a", "1.é", "\0.\0", "²5.x"]
)
def test_a_strange_stamp_is_no_stamp(text):
    assert not Stamp([NEW]).is_good(text)


def test_keyed_hashes_cannot_be_compared_across_campaigns_purposes_or_keys():
    hashes = KeyedHash("p" * 32)
    values = {
        signer_key(hashes, 1, "a@example.org"),
        signer_key(hashes, 2, "a@example.org"),
        signer_key(KeyedHash("q" * 32), 1, "a@example.org"),
        recipient_key(hashes, "a@example.org"),
        hashes.of("limit.email.2023-06-01", "a@example.org"),
    }
    assert len(values) == 5
    assert {len(value) for value in values} == {16}
    assert signer_key(hashes, 1, "a@example.org") == signer_key(hashes, 1, "a@example.org")


def test_a_digest_tells_fields_apart():
    hashes = KeyedHash("p" * 32)
    assert digest(hashes, ["ab", "c"]) != digest(hashes, ["a", "bc"])


CODES = ShortCodes(KeyedHash("k" * 32), "share")


@given(number=st.integers(0, 2**40 - 1))
def test_a_short_code_brings_its_number_back_and_looks_like_one(number):
    code = CODES.write(number)
    assert CODES.read(code) == number
    assert re.fullmatch(ShortCodes.PATTERN, code)
    assert ShortCodes(KeyedHash("k" * 32), "other").read(code) is None
    assert ShortCodes(KeyedHash("l" * 32), "share").read(code) is None


@given(number=st.integers(0, 2**40 - 1), place=st.integers(0, 13), letter=st.sampled_from("ABgwQ-_z09"))
def test_a_short_code_changed_in_one_place_is_nobodys(number, place, letter):
    code = CODES.write(number)
    changed = code[:place] + letter + code[place + 1 :]
    assert CODES.read(changed) == (number if changed == code else None)


@given(text=st.text(max_size=20))
def test_a_strange_short_code_is_nobodys_and_never_an_error(text):
    assert CODES.read(text) is None
    assert CODES.read(CODES.write(7) + text) == (None if text else 7)


def test_neighbouring_numbers_have_codes_without_likeness():
    codes = [CODES.write(number) for number in range(500)]
    assert len({code[:6] for code in codes}) == 500
    assert len({code[6:] for code in codes}) == 500


def test_the_time_of_a_token_runs_from_the_instant_it_is_given():
    signer = Signer([NEW], "confirm", 60)
    at = datetime.now(UTC)
    assert signer.read(signer.sign("a", at=at - timedelta(seconds=50))) == "a"
    with pytest.raises(ExpiredTokenError):
        signer.read(signer.sign("a", at=at - timedelta(seconds=70)))
