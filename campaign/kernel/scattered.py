"""SQL for rows that must not tell when they were written, nor in what order: those of high safety.

An id from a sequence stands between the ids of its neighbours, whose times are known; a UUIDv7 begins with its time in
milliseconds; and `now()` is the same to the microsecond in all that one transaction writes. Whoever holds the tables
and the mail provider's log would need no more than that to lay names beside pseudonyms.

Source: RFC 9562, section 5.7 (UUIDv7), 5.4 (UUIDv4).
"""

FIRST_SCATTERED_ID = 1 << 62

SCATTERED_ID = f"(hashtextextended(gen_random_uuid()::text, 0) & {FIRST_SCATTERED_ID - 1} | {FIRST_SCATTERED_ID})"
"""An id in no order, of the upper half of all ids, where no sequence comes. Two equal ones among a million: one case in
ten million; the statement fails then, and is run again."""

SCATTERED_PUBLIC_ID = "gen_random_uuid()"
"""A public id (UUIDv4) that tells no time."""


def id_beside(owner: str, sequence: str) -> str:
    """Return the expression of the id of a row that belongs to another: scattered where `owner`, its id, is."""
    return f"CASE WHEN {owner} >= {FIRST_SCATTERED_ID} THEN {SCATTERED_ID} ELSE nextval('{sequence}') END"


def to_the_day(column: str) -> str:
    """Return the expression of an instant's day (UTC): all who came that day have it in common."""
    return f"date_trunc('day', {column}, 'UTC')"
