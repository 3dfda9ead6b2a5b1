"""Types each payload into each field of each form: no error of ours, nothing unescaped, no header, no further recipient.

Forms and fields are those the pages have. What is accepted is followed to the page that answers, and to the mails.
"""

import random
import zlib
from collections.abc import Callable, Iterable, Sequence
from urllib.parse import quote_from_bytes, urlsplit

from campaign.mail_stand_in.messages import Message
from tests.attacks.asking import FORM, Answer, Ask
from tests.attacks.forms import Form
from tests.attacks.outcomes import Outcome
from tests.attacks.payloads import BODIES, MARK, PAYLOADS, PRODUCT
from tests.attacks.target import PERSON, Target

CHECK = "every field of every form"
_TOO_LONG = "too long"
_RAW = (f"<{MARK}".encode(), f'"><{MARK}'.encode())


def run(target: Target, rng: random.Random, *, is_quick: bool) -> Outcome:
    """Attack all forms and queries of the installation; then look at every mail that came of it."""
    site_map = target.map
    before = target.site.requests
    outcome = probe(target.site, [*site_map.forms, *site_map.queries], rng, most=1_200 if is_quick else 12_000)
    for mail in target.mails():
        judge_mail(mail, outcome)
    outcome.requests = target.site.requests - before
    outcome.note = (
        f"{len(site_map.forms)} forms, {len(site_map.queries)} queries, {sum(1 for _ in target.mails())} mails"
    )
    return outcome


def probe(ask: Ask, forms: Sequence[Form], rng: random.Random, most: int) -> Outcome:
    """Send at most `most` of all attempts, each payload as often as the others, in an order by `rng`."""
    outcome = Outcome(CHECK, payloads=len(PAYLOADS) + len(BODIES))
    attempts: list[Callable[[], tuple[str, Answer]]] = []
    for form in forms:
        attempts += [_typed(ask, form, name, payload) for name in form.names for payload in PAYLOADS]
        if form.method == "POST":
            attempts += [_whole(ask, form, body) for body in BODIES]
    rng.shuffle(attempts)
    for attempt in attempts[:most]:
        where, answer = attempt()
        outcome.requests += 1
        if answer.status or _TOO_LONG not in where:  # who sends too much is cut off, and may not see the 413
            for what in faults(answer):
                outcome.find(f"{where}: {what}")
        location = urlsplit(answer.header("Location"))
        if answer.status == 303 and location.path:
            followed = ask("GET", location.path + (f"?{location.query}" if location.query else ""), (), b"")
            outcome.requests += 1
            for what in faults(followed):
                outcome.find(f"{where}, followed: {what}")
    return outcome


def _typed(ask: Ask, form: Form, name: str, payload: str) -> Callable[[], tuple[str, Answer]]:
    def send() -> tuple[str, Answer]:
        where = f"{form.method} {form.shape[1]} {name}: {payload}"
        fields = {key: PERSON.get(key, value).encode() for key, value in form.fields.items() if key != "fax_number"}
        fields["email"] = (
            fields.get("email", b"") and f"fuzz{zlib.crc32(f'{name} {payload}'.encode())}@example.org".encode()
        )
        fields[name] = PAYLOADS[payload]
        body = b"&".join(f"{quote_from_bytes(k.encode())}={quote_from_bytes(v)}".encode() for k, v in fields.items())
        if form.method == "POST":
            return where, ask("POST", form.action, [FORM], body)
        return where, ask("GET", f"{form.action.partition('?')[0]}?{body.decode()[:7000]}", (), b"")

    return send


def _whole(ask: Ask, form: Form, body: str) -> Callable[[], tuple[str, Answer]]:
    kind, held = BODIES[body]
    headers = [("Content-Type", kind)] if kind else []
    return lambda: (f"POST {form.shape[1]}: {body}", ask("POST", form.action, headers, held))


def faults(answer: Answer) -> Iterable[str]:
    """Return what is wrong with an answer to a payload."""
    yield from answer.faults()
    if any(raw in answer.body for raw in _RAW):
        yield "its markup comes back as markup"
    if str(PRODUCT).encode() in answer.body:
        yield "a template computed what was typed"
    if b"root:x:0:" in answer.body:
        yield "shows a file of the server"
    if any(MARK in name.lower() or (MARK in value and name.lower() != "location") for name, value in answer.headers):
        yield "what was typed became a header"


def judge_mail(mail: Message, outcome: Outcome) -> None:
    """Add what is wrong with a mail that came of the payloads."""
    where = f"mail {' '.join(mail.categories)}"
    if f"<{MARK}" in mail.html:
        outcome.find(f"{where}: markup comes back as markup")
    if str(PRODUCT) in mail.html + mail.text + mail.subject:
        outcome.find(f"{where}: a template computed what was typed")
    lines = [mail.subject, mail.to.name, mail.sender.name, *mail.headers, *mail.headers.values()]
    if any("\r" in line or "\n" in line for line in lines) or any(MARK in name.lower() for name in mail.headers):
        outcome.find(f"{where}: a header holds another line")
    if mail.to.email.count("@") != 1 or (MARK in mail.to.email.rpartition("@")[0] and "evil" in mail.to.email):
        outcome.find(f"{where}: went to whom the form named beside")
    if mail.role != "to":
        outcome.find(f"{where}: has further recipients")
