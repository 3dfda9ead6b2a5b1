"""Tables that organizers bring: a file, or pasted; what is wrong with one, in words; refused lines, as a file.

A view asks `read_table` for the lines, shows each with what it does, and takes the same table again to do it: nothing
of it is kept meanwhile but in the page.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from flask import Request, Response
from flask_babel import format_decimal, gettext
from flask_babel import lazy_gettext as _

from campaign.kernel.csvtables import LARGEST, Columns, Line, TableError, decode, read_lines
from campaign.kernel.formdata import FormData
from campaign.kernel.spreadsheets import Cell, write_rows
from campaign.kernel.uploads import read_upload

FILE, TABLE = "file", "table"
"""The boxes of such a form: for a file, and for what is pasted."""

_WORDS = {
    "missing": _("Choose a file, or paste your table."),
    "not_utf8": _("We couldn’t read this file. Save it in your spreadsheet as “CSV UTF-8” and choose it again."),
    "workbook": _("This is a spreadsheet program’s own file. Save it there as “CSV UTF-8” and choose that one."),
    "damaged": _("Some characters couldn’t be read. Look for � in what you wrote, and type them again."),
    "no_table": _("This isn’t a table we can read: a quotation mark is not closed, or a cell is too long."),
    "no_rows": _("There is nothing below the first line."),
}


@dataclass(frozen=True)
class Posted:
    """A table as it was posted.

    Args:
        form: what else the form says.
        text: of the table, to be given back, or along.
        lines: of it; none where `errors` says what is wrong.
        errors: words by box.
    """

    form: FormData
    text: str = ""
    lines: Sequence[Line] = ()
    errors: Mapping[str, str] = field(default_factory=dict)


NOTHING_POSTED = Posted(FormData([], is_damaged=False))


def read_table(request: Request, columns: Columns) -> Posted:
    """Return the table of a form: of its file, else what is pasted."""
    form, upload = read_upload(request, FILE)
    pasted = form.values.get(TABLE, "")
    is_file = upload is not None and bool(upload.body)
    try:
        text = decode(upload.body) if upload is not None and is_file else pasted
        return Posted(form, text, _read(text, columns, is_damaged=form.is_damaged))
    except TableError as error:
        box = TABLE if pasted.strip() and not is_file else FILE
        return Posted(form, pasted, (), {box: _say(error.code, columns)})


def _read(text: str, columns: Columns, *, is_damaged: bool) -> list[Line]:
    if is_damaged or not text.strip():
        raise TableError("damaged" if is_damaged else "missing")
    return read_lines(text, columns)


def _say(code: str, columns: Columns) -> str:
    if code == "no_titles":
        titles = ", ".join(columns.tell(columns.needed))
        return str(gettext("The first line must name the columns, each once. Needed: %(titles)s.", titles=titles))
    if code == "too_many":
        return str(gettext("At most %(most)s lines fit in one file. Split it.", most=format_decimal(columns.most)))
    if code == "too_large":
        most = format_decimal(LARGEST // 1000)
        return str(gettext("This table is too large. At most %(size)s KB fit: split it.", size=most))
    return str(_WORDS[code])


def send_refused(name: str, columns: Columns, refused: Iterable[tuple[Line, Sequence[str]]]) -> Response:
    """Return the lines that were refused as a file for a spreadsheet, each with its number and what is wrong with it.

    `name`: of the file, without its ending; a slug.
    """
    out = io.StringIO(newline="")
    titles = [*columns.tell(columns.names), gettext("line"), gettext("what is wrong")]
    write_rows([titles, *(_refused(columns, line, words) for line, words in refused)], out)
    response = Response(out.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-refused.csv"'
    return response


def _refused(columns: Columns, line: Line, words: Sequence[str]) -> list[Cell]:
    return [*(line.cells.get(column, "") for column in columns.names), line.number, " ".join(words)]
