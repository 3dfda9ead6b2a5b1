"""What is wrong with what tables say of the personal data they hold, and where data is emptied by hand."""

import re
from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import LargeBinary, Table

from campaign.kernel.personal import Endings, Stays, declared, endings_of
from campaign.revisions.differences import concealed
from tests.architecture.rules import PACKAGE

ABOUT_NOBODY = frozenset(
    """
    agreement_care agreements audit_entries campaign_cards campaign_days campaign_old_slugs campaign_questions campaign_tallies campaign_targets campaign_updates campaigns
    companies company_care consent_wordings event_cards event_legs event_places events executives
    leg_resources letter_templates organizations outbox_census outbox_enqueuings outbox_switches outbox_turns pace_slots proposals
    campaign_documents campaign_pictures document_files picture_files
    receipt_marks revisions signatories stances tally_audits ticker_leases ticker_runs update_drafts
    """.split()  # noqa: SIM905 - reads better than a column of strings
)
"""Tables that hold nothing of any supporter: what is asked, of whom, and how the machine stands."""

_OF_SOMEBODY = re.compile(r"(person|action|rsvp|supporter|signer|writer|message)s?_id|.*(_key|_hash)|email.*|phone")
_REACHES = re.compile(r"(mail_)?address|e?mail|phone")
_UPDATE = re.compile(r"UPDATE (?P<table>\w+)(?P<sets>.*?)(?=\bWHERE\b|\bFROM\b|\"\"\"|UPDATE |\Z)", re.DOTALL)
_EMPTIED = re.compile(r"\b(\w+) = (?:NULL|false|'\[\]'|'{+}+')")

_NO_ENDINGS = frozenset(
    {
        "campaign/events/capacity/counting.py until",  # the hold or the offer is over
        "campaign/events/revisions/settling.py until",  # the leg is cancelled
        "campaign/events/capacity/counting.py network_key",  # nothing is held any more
        "campaign/events/service.py network_key",  # what was held is confirmed
        "campaign/events/erasing.py name",  # of a walk-up, which it becomes and never had one
        "campaign/actions/service/restoring.py undo_until",  # it is undone
        "campaign/actions/service/taking_back.py referred_by_id",  # of others, whom somebody erased brought along
    }
)
"""Columns that are emptied in the middle of a row's life, and where."""

_PICTURES = {("campaign_cards", "png"), ("event_cards", "png"), ("picture_files", "body"), ("document_files", "body")}


def problems_of(tables: Iterable[Table]) -> list[str]:
    """List each table and column whose endings nobody declared, or declared in a way that does nothing."""
    tables = list(tables)
    found = []
    for table in tables:
        says = endings_of(table)
        if table.name in ABOUT_NOBODY:
            found += [f"{table.name}: hangs on somebody by {name}" for name in _ties(table)]
        elif says is None:
            found.append(f"{table.name}: says of no ending what it does to a row")
        elif isinstance(says, Endings):
            found += _columns_of(table, says)
        elif not says.when.strip():
            found.append(f"{table.name}: does not say when its rows go")
    return found


def told_to_histories(tables: Iterable[Table]) -> list[str]:
    """List the addresses of somebody's mailbox or telephone, in tables about nobody, that a history would keep."""
    return [
        f"{table.name}.{column.name}"
        for table in tables
        if table.name in ABOUT_NOBODY
        for column in table.columns
        if _REACHES.fullmatch(column.name) and column.info != concealed()
    ]


def _ties(table: Table) -> list[str]:
    """Return what ties the rows of a table to somebody: a key to a table that holds people, an id, a keyed hash."""
    by_key = {key.parent.name for key in table.foreign_keys if key.column.table.name not in ABOUT_NOBODY}
    by_name = {column.name for column in table.columns if _OF_SOMEBODY.fullmatch(column.name)}
    hashes = {column.name for column in table.columns if isinstance(column.type, LargeBinary)}
    return sorted((by_key | by_name | hashes) - {name for where, name in _PICTURES if where == table.name})


def _columns_of(table: Table, says: Endings) -> list[str]:
    said = declared(table)
    known = {*says.whole, *says.partly}
    found = [f"{table.name}.{name}: says nothing" for name in table.columns.keys() - said.keys()]
    for name, column in said.items():
        place, nullable = f"{table.name}.{name}", table.columns[name].nullable
        reasons = [does.why for does in column.unlike.values() if isinstance(does, Stays)]
        reasons += [column.why_kept] if column.why_kept is not None else []
        found += [f"{place}: gives no reason" for reason in reasons if not reason.strip()]
        found += [f"{place}: no ending is called {ending}" for ending in column.unlike.keys() - known]
        sets = [does for does in column.unlike.values() if isinstance(does, str)]
        sets += [column.nothing] if column.why_kept is None else []
        found += [f"{place}: cannot hold NULL" for does in sets if does == "NULL" and not nullable]
        if column.why_kept is None and all(isinstance(column.unlike.get(ending), Stays) for ending in says.whole):
            found.append(f"{place}: is emptied by nothing")
    return found


def emptied_by_hand(tables: Iterable[Table], package: Path = PACKAGE) -> list[str]:
    """List where a statement in the sources empties a declared column by itself, and not by what it declares."""
    columns = {
        table.name: {name for name, column in declared(table).items() if column.why_kept is None}
        for table in tables
        if isinstance(endings_of(table), Endings)
    }
    found = []
    for path in sorted(package.rglob("*.py")):
        source, place = path.read_text(), path.relative_to(package.parent)
        for update in _UPDATE.finditer(source):
            line, known = source[: update.start()].count("\n") + 1, columns.get(update["table"], ())
            found += [
                f"{place}:{line} {name}"
                for name in _EMPTIED.findall(update["sets"])
                if name in known and f"{place} {name}" not in _NO_ENDINGS
            ]
    return found
