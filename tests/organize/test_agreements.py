"""Agreements on the organizers' side: changed by who has the care, proposed by others; signatories by the table."""

import csv
from io import BytesIO, StringIO

import pytest
from sqlalchemy import text
from werkzeug.datastructures import FileStorage

from campaign.campaigns.agreement_care import give_agreement_care
from campaign.campaigns.commands import SaveAgreement
from campaign.campaigns.saving import save_agreement
from campaign.kernel.actors import OPERATOR
from campaign.kernel.clock import now
from campaign.revisions.service import Edit

LIST = "/organize/ciw/agreements"
FFP = f"{LIST}/fair-food-program"
FILE = f"{FFP}/signatories/file"


@pytest.fixture
def care(sessions, demo):
    with sessions() as session, session.begin():
        give_agreement_care(session, OPERATOR, agreement="fair-food-program", organization="ciw")
        command = SaveAgreement("fair-food-program", {}, {"Subway": 2008, "Whole Foods": None})
        save_agreement(session, OPERATOR, command, Edit("file", now()))


def _page(answer):
    return answer.get_data(as_text=True)


def _signed(sessions):
    with sessions() as session:
        query = (
            "SELECT s.name, s.since FROM signatories s JOIN agreements a ON a.id = s.agreement_id"
            " WHERE a.slug = 'fair-food-program'"
        )
        return dict(session.execute(text(query)).all())


def _one(sessions, query):
    with sessions() as session:
        return session.execute(text(query)).one()


def _send(me, content, path=FILE, **more):
    sent = content if isinstance(content, bytes) else content.encode()
    return me.post(path, {"file": FileStorage(BytesIO(sent), "../../x.csv"), **more})


def test_who_has_the_care_changes_it_and_the_public_page_says_so(organizer, care, sessions, visitor):
    me = organizer("editor")
    assert ">Yes<" in _page(me.get(LIST))
    typed = {"name": "Fair Food Program", "since": "2011", "signatories": "15", "as_of": "2026-11-01"}
    answer = me.post(f"{FFP}/edit", typed)
    assert (answer.status_code, answer.location) == (303, f"{FFP}?done=kept")
    assert me.post(f"{FFP}/signatories", {"signatory": "Aldi", "signed_in": "2026"}).status_code == 303
    page = _page(me.get(FFP))
    assert "15 companies have signed it" in page
    assert "Aldi" in page
    assert _signed(sessions)["Aldi"] == 2026
    public = _page(visitor.client.get("/campaigns/fair-food"))
    assert "Aldi" in public
    assert "November 1, 2026" in public


def test_a_count_without_a_day_is_of_today_and_one_taken_away_is_none(organizer, care, sessions):
    me = organizer("editor")
    typed = {"name": "Fair Food Program", "since": "", "signatories": "99", "as_of": ""}
    query = "SELECT since, signatories_count AS count, signatories_as_of = current_date AS is_today FROM agreements WHERE slug = 'fair-food-program'"
    assert me.post(f"{FFP}/edit", typed).status_code == 303
    assert tuple(_one(sessions, query)) == (None, 99, True)
    assert me.post(f"{FFP}/edit", {**typed, "signatories": ""}).status_code == 303
    assert tuple(_one(sessions, query)) == (None, None, None)


def test_signatories_go_after_a_page_that_says_how_many(organizer, care, sessions):
    me = organizer("editor")
    gone, *kept = sorted(_signed(sessions))
    assert "Tick at least one" in _page(me.post(f"{FFP}/signatories/remove", {}))
    asked = me.post(f"{FFP}/signatories/remove", {"gone": [gone, "Nobody Inc."]})
    assert "Remove 1 signatory?" in _page(asked)
    assert gone in _signed(sessions)
    assert me.post(f"{FFP}/signatories/remove", {"gone": gone, "step": "confirmed"}).status_code == 303
    assert sorted(_signed(sessions)) == kept
    with sessions() as session:
        changes = session.scalars(text("SELECT changes FROM revisions WHERE thing = 'agreement'")).all()
    assert gone in str(changes)


def test_who_has_no_care_proposes_and_who_has_accepts(organizer, care, sessions):
    them, before = organizer("editor", "migrant-justice"), _signed(sessions)
    theirs = "/organize/migrant-justice/agreements/fair-food-program"
    assert them.post(f"{theirs}/signatories", {"signatory": "Aldi", "signed_in": "2026"}).location.endswith("=proposed")
    assert _signed(sessions) == before
    proposal = _one(sessions, "SELECT public_id FROM proposals").public_id
    me, path = organizer("editor"), f"/organize/ciw/proposals/{proposal}"
    assert "A change from" in _page(me.get(FFP))
    page = _page(me.get(path))
    assert "Aldi (2026)" in page
    assert them.post(f"/organize/migrant-justice/proposals/{proposal}/accept").status_code == 403
    assert me.post(f"{path}/accept").status_code == 303
    assert _signed(sessions) == before | {"Aldi": 2026}


def test_a_new_one_is_for_the_operator(organizer, care, sessions):
    me = organizer("editor")
    answer = me.post(f"{LIST}/new", {"name": "Milk with Pride", "since": "2027", "note": "Signed last week"})
    assert answer.location == "/organize/ciw/proposals?done=proposed"
    proposal = _one(sessions, "SELECT public_id, slug FROM proposals")
    assert proposal.slug == "milk-with-pride"
    assert organizer("owner").post(f"/organize/ciw/proposals/{proposal.public_id}/accept").status_code == 403


@pytest.mark.parametrize(
    ("path", "wrong", "box", "words"),
    [
        (f"{LIST}/new", {"name": "Fair food: program!"}, "name", "is already here"),
        (f"{LIST}/new", {"name": ""}, "name", "This is needed"),
        (f"{FFP}/edit", {"since": "MMXI"}, "since", "Enter a year"),
        (f"{FFP}/edit", {"signatories": "-3"}, "signatories", "whole number"),
        (f"{FFP}/edit", {"as_of": "2199-01-01"}, "as_of", "still to come"),
        (f"{FFP}/signatories", {"signatory": ""}, "signatory", "This is needed"),
        (f"{FFP}/signatories", {"signatory": "x" * 201}, "signatory", "at most 200"),
        (f"{FFP}/signatories", {"signatory": "Aldi", "signed_in": "20111"}, "signed_in", "Enter a year"),
    ],
)
def test_what_is_wrong_stands_beside_its_box(organizer, care, path, wrong, box, words):  # noqa: PLR0917 - cases
    typed = {"name": "Fair Food Program", "since": "2011", "signatories": "14", "as_of": "2026-01-01", **wrong}
    answer = organizer("editor").post(path, typed)
    page = _page(answer)
    assert answer.status_code == 422
    assert f'href="#field-{box}"' in page
    assert words in page.partition(f'id="field-{box}-error"')[2][:300]


TABLE = """\ufeffEmpresa;Año;Notas
{known};;as it is
{dated};1999;another year
Ben & Jerry’s;2020;new
ben & jerry's;2021;twice
=HYPERLINK("http://evil.example");2020;a formula
Kroger;soon;no year
;2020;no name
"""


def _table(sessions):
    known, dated = sorted(_signed(sessions))[:2]
    return known, dated, TABLE.format(known=known.upper(), dated=dated)


def test_a_table_is_shown_line_by_line_and_all_that_is_right_is_saved_at_once(organizer, care, sessions):
    before, me = _signed(sessions), organizer("editor")
    known, dated, table = _table(sessions)
    shown = _send(me, table)
    page = _page(shown)
    assert shown.status_code == 200
    assert page.count("badge--wrong") == 4
    for words in ("2 lines change something", "4 lines are wrong", "Line 4 says this already", "like a spreadsheet formula", "Enter a year",
                  "This is needed", "Nothing changes"):  # fmt: skip
        assert words in page, words
    assert _signed(sessions) == before, "nothing is stored yet"
    assert me.post(FILE, {"table": table, "step": "confirmed"}).location == f"{FFP}?done=kept"
    assert _signed(sessions) == before | {dated: 1999, "Ben & Jerry’s": 2020}
    assert known in before


def test_wrong_lines_come_back_as_a_file_that_is_safe_in_a_spreadsheet(organizer, care, sessions):
    answer = organizer("editor").post(FILE, {"table": _table(sessions)[2], "step": "refused"})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="fair-food-program-signatories-refused.csv"'
    titles, *rows = csv.reader(StringIO(answer.get_data().decode("utf-8-sig")))
    assert titles == ["company", "since", "line", "what is wrong"]
    assert [row[2] for row in rows] == ["5", "6", "7", "8"]
    assert rows[1][0].startswith("'=HYPERLINK")
    assert "Enter a year" in rows[2][3]


def test_who_has_no_care_proposes_a_table_as_one(organizer, care, sessions):
    them = organizer("editor", "migrant-justice")
    path = "/organize/migrant-justice/agreements/fair-food-program/signatories/file"
    table = "company,since\nAldi,2026\nLidl,2026\n"
    assert "Propose 2 signatories" in _page(_send(them, table, path))
    assert them.post(path, {"table": table, "step": "confirmed"}).location.endswith("?done=proposed")
    assert "Aldi" not in _signed(sessions)
    assert _one(sessions, "SELECT content -> 'signatories' AS one FROM proposals").one == {"Aldi": 2026, "Lidl": 2026}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Choose a file"),
        (b"PK\x03\x04" + b"\0" * 90, "spreadsheet program’s own file"),
        ("company\nCaf\u00e9\n".encode("latin-1"), "CSV UTF-8"),
        (b"company\na\x00b\n", "CSV UTF-8"),
        (b'company\n"never closed', "a quotation mark is not closed"),
        (b"since\n2011\n", "Needed: company"),
        (b"company,name\na,b\n", "each once"),
        (b"company\n\n", "nothing below the first line"),
        (b"company\n" + b"a\n" * 2001, "At most 2,000 lines"),
        (b"company\n" + b"Aldi\n" * 1_000_000, "too large"),
        (b"company\n" + b"x" * 140_000, "a cell is too long"),
    ],
)
def test_what_is_no_table_is_told_beside_its_box(organizer, care, content, words):
    me = organizer("editor")
    address = _page(me.get(FILE)).partition(f'action="{FILE}')[2].partition('"')[0].replace("&amp;", "&")
    answer = _send(me, content, FILE + address)
    assert answer.status_code == 422
    assert words in _page(answer).partition('id="field-file-error"')[2][:300]


def test_unicode_text_of_a_spreadsheet_is_read(organizer, care):
    shown = _send(organizer("editor"), "company\tsince\nCafé Ñandú\t2020\n".encode("utf-16"))
    assert "Café Ñandú" in _page(shown)
    assert "1 line changes something" in _page(shown)


def test_what_is_not_there_is_not_found(organizer, care):
    me = organizer("editor")
    for path in ("", "/edit", "/signatories/file"):
        assert me.get(f"{LIST}/nobody{path}").status_code == 404
    assert organizer("viewer").get(FFP).status_code == 403


def test_agreements_are_found_by_name(organizer):
    sorts = organizer("editor").get("/organize/ciw/find?q=fair+food+prog").json["sorts"]
    assert {"Agreements"} <= {sort["words"] for sort in sorts}
