"""Which words of a cell are marked as changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interopwatch.changeset.marks import marked

WORDS = st.lists(st.sampled_from(["a", "b", "fox", "12", "1.5", ", ", "-", "\n", "ü"])).map(
    " ".join
)


@given(WORDS, WORDS)
def test_the_pieces_are_the_cell_and_what_is_not_marked_is_in_both(was: str, now: str) -> None:
    before, after = marked(was, now)
    if was.split() != now.split():  # look-alikes are shown by codes
        assert "".join(piece.text for piece in before) == was
        assert "".join(piece.text for piece in after) == now
    same = [[piece.text for piece in side if not piece.differs] for side in (before, after)]
    assert "".join(same[0]) == "".join(same[1])


@pytest.mark.parametrize(
    ("was", "now", "gone", "come"),
    [
        ("Carnival", "Carnival Corporation", [], [" Corporation"]),
        ("on 7 March 2024", "on 9 March 2024", ["7"], ["9"]),
        ("79", "83", ["79"], ["83"]),
        ("1.25 kg", "1.75 kg", ["1.25"], ["1.75"]),
        ("", "new", [], ["new"]),
        (
            "Information Technology",
            "Communication Services",
            ["Information Technology"],
            ["Communication Services"],
        ),
    ],
)
def test_whole_words_and_numbers_are_marked(
    was: str, now: str, gone: list[str], come: list[str]
) -> None:
    before, after = marked(was, now)
    assert [piece.text for piece in before if piece.differs] == gone
    assert [piece.text for piece in after if piece.differs] == come


def test_of_very_long_texts_the_part_between_what_they_share_is_marked() -> None:
    was = " ".join(["same"] * 900 + ["old"] + ["end"] * 900)
    before, after = marked(was, was.replace("old", "new and longer"))
    assert [piece.text for piece in before if piece.differs] == ["old"]
    assert [piece.text for piece in after if piece.differs] == ["new and longer"]


def test_what_only_looks_alike_is_shown_by_its_code() -> None:
    before, after = marked("caf\u00e9", "cafe\u0301")
    assert "".join(piece.text for piece in before) != "".join(piece.text for piece in after)
    assert any(piece.differs for piece in (*before, *after))
