"""Companies from a spreadsheet: each line is shown first; what is theirs is saved, the rest is proposed, or nothing is."""

import csv
from io import BytesIO, StringIO

import pytest
from sqlalchemy import text
from werkzeug.datastructures import FileStorage

from campaign.kernel.actors import OPERATOR
from campaign.targets.care import give_care

FILE = "/organize/ciw/companies/file"


@pytest.fixture
def care(sessions, demo):
    with sessions() as session, session.begin():
        give_care(session, OPERATOR, company="kroger", organization="ciw")


@pytest.fixture
def offices(sessions, demo):
    """The offices of Kroger and Publix: names and addresses, by company."""
    query = text(
        "SELECT c.slug, e.office, e.address FROM executives e JOIN companies c ON c.id = e.company_id"
        " WHERE c.slug IN ('kroger', 'publix') ORDER BY e.id DESC"
    )
    with sessions() as session:
        return {slug: (office, address) for slug, office, address in session.execute(query)}


def _page(answer):
    return answer.get_data(as_text=True)


def _all(sessions, query):
    with sessions() as session:
        return session.execute(text(query)).all()


def _send(me, table):
    return me.post(FILE, {"file": FileStorage(BytesIO(table.encode()), "companies.csv")})


def _table(offices):
    (office, address), (_, other) = offices["kroger"], offices["publix"]
    return f"""company;country;time zone;sector;office;email;source;checked on
KROGER;;;food;{office.upper()};{address};Annual report;2026-11-01
Kroger;;;;Chair;chair@kroger.example;Web page;
Ben & Jerry’s;United States;America/New_York;ice cream;CEO;CEO@BenJerrys.example;;
ben & jerry's;;;;Chair;chair@benjerrys.example;;
Ben & Jerry’s;France;;;CFO;cfo@benjerrys.example;;
Aldi;DE;Europe/Berlin;;CEO;{other};;
Lidl;;;;CEO;ceo@lidl.example;;01/02/2026
=1+1;US;America/New_York;;;;;
Tesco;GB;Europe/London;;;tesco@tesco.example;;
Kroger;;;;Chair;other@kroger.example;;
"""


def test_each_line_is_shown_and_what_is_right_is_done_at_once(organizer, care, offices, sessions):
    me, table = organizer("editor"), _table(offices)
    shown = _send(me, table)
    page = _page(shown)
    assert shown.status_code == 200
    for words in ("1 company changes at once", "2 proposals are made", "6 lines are wrong", "Checked again", "Details change", "New company",
                  "New office", "country: Line 4 says “US” for this company", "is the address of another company: Publix",
                  "country: This is needed", "checked on: Enter a date", "company: This looks like a spreadsheet formula",
                  "office: This is needed", "office: Line 3 says this already"):  # fmt: skip
        assert words in page, words
    assert _all(sessions, "SELECT 1 FROM proposals") == []
    answer = me.post(FILE, {"table": table, "step": "confirmed", "note": "From the fall list"})
    assert (answer.status_code, answer.location) == (303, "/organize/ciw/proposals?done=proposed")
    saved = _all(
        sessions,
        "SELECT c.name, c.sector, e.source, e.checked_on::text FROM executives e JOIN companies c ON c.id = e.company_id"
        " WHERE c.slug = 'kroger' AND e.source <> ''",
    )
    assert [tuple(row) for row in saved] == [("Kroger", "food", "Annual report", "2026-11-01")]
    proposed = dict(_all(sessions, "SELECT slug, content -> 'offices' FROM proposals"))
    assert proposed == {
        "kroger": {"Chair": "chair@kroger.example"},
        "ben-jerrys": {"CEO": "ceo@benjerrys.example", "Chair": "chair@benjerrys.example"},
    }


def test_who_has_no_care_proposes_and_the_same_again_is_nothing(organizer, offices, sessions):
    me, (office, address) = organizer("editor"), offices["kroger"]
    assert "Nothing changes" in _page(_send(me, f"company,office,email\nKroger,{office},{address}\n"))
    table = f"company,office,email\nKroger,{office},new@kroger.example\n"
    page = _page(_send(me, table))
    assert "1 proposal is made" in page
    assert f"Was {address}" in page
    assert me.post(FILE, {"table": table, "step": "confirmed"}).status_code == 303
    assert address in [row.address for row in _all(sessions, "SELECT address FROM executives")]


def test_too_many_that_wait_leave_nothing_half_done(organizer, care, offices, sessions, monkeypatch):
    monkeypatch.setattr("campaign.proposals.service.MOST_OPEN", 1)
    table = _table(offices)
    answer = organizer("editor").post(FILE, {"table": table, "step": "confirmed"})
    assert answer.status_code == 422
    assert "proposals waiting" in _page(answer)
    assert "chair@benjerrys.example" in _page(answer), "the table is still there"
    assert _all(sessions, "SELECT 1 FROM proposals") == []
    assert _all(sessions, "SELECT 1 FROM companies WHERE sector = 'food'") == []


def test_wrong_lines_come_back_as_a_file(organizer, care, offices):
    answer = organizer("editor").post(FILE, {"table": _table(offices), "step": "refused"})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="companies-refused.csv"'
    titles, *rows = csv.reader(StringIO(answer.get_data().decode("utf-8-sig")))
    assert titles[-2:] == ["line", "what is wrong"]
    assert [row[-2] for row in rows] == ["6", "7", "8", "9", "10", "11"]
    assert rows[3][0] == "'=1+1"


@pytest.mark.parametrize(("table", "words"), [("office\nCEO\n", "Needed: company"), ("", "Choose a file")])
def test_what_is_no_table_is_told(organizer, table, words):
    answer = _send(organizer("editor"), table)
    assert answer.status_code == 422
    assert words in _page(answer)
