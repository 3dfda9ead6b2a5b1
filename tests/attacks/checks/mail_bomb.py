"""Signs with a thousand spellings of one mailbox: at most three mails come to it.

Three more may come from each high-safety campaign, whose counts nothing may compare with the others'.
"""

import contextlib
import random
from collections.abc import Iterator

from tests.attacks.outcomes import Outcome
from tests.attacks.target import Target
from tests.chaos.waiting import WaitedInVainError, until

CHECK = "a thousand spellings of one mailbox"
MOST_MAILS = 3
_LOCAL, _DOMAINS = "victimmail", ("gmail.com", "googlemail.com", "Gmail.com", "GMAIL.COM")
_QUIET_LOOKS = 10


def run(target: Target, rng: random.Random, *, is_quick: bool) -> Outcome:
    """Sign, take part and ask for a link under each spelling; count what came."""
    count = 300 if is_quick else 1_000
    outcome = Outcome(CHECK, payloads=count)
    before = target.site.requests
    forms = [*target.pledge_forms(), target.form_at("/my")]
    for spelling, form in zip(spellings(rng, count), rng.choices(forms, k=count), strict=True):
        answer = target.post(form, {"email": spelling})
        for what in answer.faults():
            outcome.find(f"{spelling}: {what}")
    mails, apart = _settled(target), sum("family_name" not in form.fields for form in forms[:-1])
    outcome.note = f"{mails} mails to one mailbox, {apart} high-safety campaigns"
    if mails > MOST_MAILS * (1 + apart):
        outcome.find(f"{mails} mails came to one mailbox from {count} spellings")
    outcome.requests = target.site.requests - before
    return outcome


def spellings(rng: random.Random, count: int) -> Iterator[str]:
    """Yield `count` addresses that Gmail takes for one: dots, tags, letters' cases, its other domain."""
    for number in range(count):
        local = "".join(
            (letter.upper() if rng.random() < 0.3 else letter) + ("." if rng.random() < 0.3 else "")
            for letter in _LOCAL
        ).rstrip(".")
        tag = f"+{number}" if rng.random() < 0.7 else ""
        yield f"{local}{tag}@{rng.choice(_DOMAINS)}"


def _is_ours(address: str) -> bool:
    local, _, domain = address.lower().rpartition("@")
    return local.partition("+")[0].replace(".", "") == _LOCAL and domain in ("gmail.com", "googlemail.com")


def _settled(target: Target) -> int:
    """Return how many mails came, once no more do; a brake may hold some back, and they do not come either."""
    counts: list[int] = []

    def is_quiet() -> bool:
        counts.append(sum(_is_ours(mail.to.email) for mail in target.mails()))
        return len(counts) > _QUIET_LOOKS and len(set(counts[-_QUIET_LOOKS:])) == 1

    with contextlib.suppress(WaitedInVainError):
        until(is_quiet, "no more mails come", 60, poll_seconds=0.5)
    return counts[-1]
