"""What is known of a table's file without reading its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from interopwatch.compare.csvfile import CsvFile
from interopwatch.loaders.csv import open_csv

if TYPE_CHECKING:
    from pathlib import Path

MIB: Final = 1 << 20
"""An engine reads lines of at most this many bytes, including the line feed."""


@pytest.mark.parametrize(
    ("lengths", "is_long"),
    [
        ([10] * 5, False),
        ([10, MIB - 1, 10], False),
        ([10, MIB, 10], True),
        ([MIB - 1] * 3, False),
        ([MIB - 1, MIB // 2, MIB // 2, MIB - 1], False),
        ([MIB - 1, MIB // 2, MIB], True),
        ([5000] * 1000, False),
        ([5000] * 500 + [MIB + 5] + [5000] * 500, True),
    ],
)
def test_a_long_line_is_found_wherever_it_stands(
    tmp_path: Path,
    lengths: list[int],
    is_long: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(b"id\n" + b"".join(b"x" * length + b"\n" for length in lengths))
    package = open_csv(path, ("id",))
    (resource,) = package.descriptor.resources
    assert CsvFile(path, resource).has_long_lines is is_long
