"""Of each wrong value a file is told the same, in the same words and at the same line, whatever checks it."""

from pathlib import Path

import pytest
from samples import NOW
from wrong_values import WRONG

from campaign.content.errors import ContentError
from campaign.content.reading import read_content
from campaign.features import SECTIONS

WHOLE = Path(__file__).with_name("whole.yml").read_text(encoding="utf-8")


def test_the_whole_file_is_right():
    assert read_content(WHOLE.encode(), NOW, SECTIONS)


@pytest.mark.parametrize(("before", "after", "verdicts"), WRONG, ids=[f"{row[1][:40]!r}" for row in WRONG])
def test_a_wrong_value_is_told_as_it_always_was(before, after, verdicts):
    assert before in WHOLE
    with pytest.raises(ContentError) as caught:
        read_content(WHOLE.replace(before, after, 1).encode(), NOW, SECTIONS)
    assert [f"{problem.line}: {problem.text}" for problem in caught.value.problems] == verdicts
