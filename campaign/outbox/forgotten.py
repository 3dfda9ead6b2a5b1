"""What a message keeps, column by column, once who it went to is forgotten: it stays as a count, tied to nobody.

The provider has our public id, the time and its own id beside the address. A letter stays a record: it went to an
executive, whose bounces find it (ADR 0028).
"""

from campaign.kernel.personal import declare, emptied, emptying, ended_by, kept
from campaign.kernel.scattered import SCATTERED_PUBLIC_ID, to_the_day
from campaign.outbox.models import Message

FORGOTTEN = "forgotten"

_WORK = "what was to be done, of what sort, in which turn"
_ABOUT = "what it was about: whole campaigns, companies, offices"
_TIMES = "how long mail took, for whole lanes; the action whose times it would tell has them no more"
_LETTERS_MAILBOX = "an office's, never a supporter's"
_WENT = "how it went; the provider's words are kept without addresses"

declare(
    Message,
    ended_by(FORGOTTEN),
    id=kept(_WORK),
    public_id=kept(
        "a letter's bounce finds it by it",
        forgotten=f"CASE WHEN {{row}}.lane = 'letters' THEN {{column}} ELSE {SCATTERED_PUBLIC_ID} END",
    ),
    lane=kept(_WORK),
    stream=kept(_WORK),
    topic=kept(_WORK),
    state=kept(_WORK),
    held_reason=kept(_WORK),
    campaign_id=kept(_ABOUT),
    organization_id=kept(_ABOUT),
    company_id=kept(_ABOUT),
    executive_id=kept(_ABOUT),
    action_id=emptied(forgotten="CASE WHEN {row}.lane = 'letters' THEN {column} END"),
    person_id=emptied(),
    recipient_key=emptied(),
    is_high_safety=kept(_ABOUT),
    mailbox=kept(_LETTERS_MAILBOX),
    domain=kept(_LETTERS_MAILBOX),
    payload=kept("ids and words of ours, never a text of somebody's"),
    attempts=kept(_WENT),
    blind_count=kept(_WENT),
    available_at=kept(_TIMES),
    lease_token=kept(_WORK),
    lease_until=kept(_WORK),
    begun_at=kept(_TIMES),
    provider_id=emptied(),
    reason=kept(_WENT),
    created_at=kept(_TIMES, forgotten=to_the_day("{column}")),
    sent_at=kept(_TIMES),
    settled_at=kept(_TIMES),
)

UNTIED = emptying(Message, FORGOTTEN, "m")
"""What is set of a message `m` when who it went to is forgotten; the one place."""
