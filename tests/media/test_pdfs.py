"""What a document must be, and what it is called on a reader's disk."""

import pytest

from campaign.media.errors import UnfitFileError
from campaign.media.pdfs import NAME_LENGTH, check_pdf, safe_name
from tests.media import files


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty"),
        (b"<html>" + files.pdf(), "not_a_pdf"),
        (b"MZ" + files.pdf(), "not_a_pdf"),
        (b"%PDF-x" + files.pdf(), "not_a_pdf"),
        (files.pdf()[:30], "broken"),
        (files.pdf() + bytes(10 * 1024 * 1024), "too_heavy"),
    ],
)
def test_what_is_no_pdf_is_refused(body, code):
    with pytest.raises(UnfitFileError) as error:
        check_pdf(body)
    assert error.value.problem.code == code


@pytest.mark.parametrize("body", [files.pdf(), files.scripted_pdf(), files.pdf(head=b"%PDF-2.0\n")])
def test_a_pdf_is_taken_whatever_is_in_it(body):
    check_pdf(body)


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("report.pdf", "report.pdf"),
        ("Report 2027 (final).PDF", "Report-2027-final.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\fakepath\\plan.pdf", "plan.pdf"),
        ("/tmp/..\\..\\x/.htaccess.pdf", "htaccess.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp-exe.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie-x-1.pdf"),
        ('x"; filename="evil.exe.pdf', "x-filename-evil-exe.pdf"),
        ("informe-año.pdf", "informe-año.pdf"),
        ("\uff0e\uff0e\uff0fetc.pdf", "etc.pdf"),
        ("", "document.pdf"),
        ("....pdf", "document.pdf"),
        ("\x00\ud800", "document.pdf"),
        ("a.exe", "a-exe.pdf"),
    ],
)
def test_a_name_leads_nowhere_and_hides_nothing(told, name):
    assert safe_name(told) == name


def test_a_long_name_is_cut():
    assert len(safe_name("é" * 5000 + ".pdf")) == NAME_LENGTH
