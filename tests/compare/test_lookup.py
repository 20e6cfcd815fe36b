"""Looking up rows by one cell finds the same as reading all rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from interopwatch import diff
from interopwatch.compare.lookup import rows_with
from interopwatch.compare.options import DiffOptions
from interopwatch.errors import TableError
from interopwatch.loaders.csv import open_csv

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "id,name,remark\n"
PLAIN = "".join(f"{i},n{i % 7},{'x' * 60}\n" for i in range(4_000))
"""More than is read at a time."""


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "1,a,x\n2,b,y\n3,a,z\n",
        HEAD + '1,"a",x\n"2",a,"x, y"\n3,b,"a"\n4,"a\nb",a\n5,a,"said ""a"""\n',
        "remark,name,id\n" + '"x,a",b,1\n"x,y",a,2\na,b,3\n',
        (HEAD + "1,a,x\n2,b,y\n3,a,z\n").replace("\n", "\r\n"),
        "\ufeff" + HEAD + "1,a,x\n2,b,y\n",
        HEAD + "1,a,x\n\n2,b,y\n\n3,a,z",
        HEAD + PLAIN + "9000,a,x\r\n9001,b,y\n9002,a,z\n",
        HEAD + PLAIN + '9000,a,x"x\n9001,b,y\n9002,a,z\n',
    ],
)
@pytest.mark.parametrize("cells", [{"a"}, {"a\nb", "n3"}, {""}])
def test_the_rows_that_have_a_cell_are_found(tmp_path: Path, text: str, cells: set[str]) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(text.encode())
    package = open_csv(path, ("id",))
    (name,) = package.descriptor.by_name
    expected = [row for row in package.each_row(name) if row["name"] in cells]
    assert list(rows_with(package, name, "name", cells)) == expected


def test_a_record_with_too_few_cells_is_named(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(HEAD + "1,a,x\n2\n")
    package = open_csv(path, ("id",))
    (name,) = package.descriptor.by_name
    with pytest.raises(TableError, match="3: 1 cell"):
        list(rows_with(package, name, "name", {"a"}))


@pytest.mark.parametrize("in_memory", [-1, 1 << 30])
@pytest.mark.parametrize("third", ["", '7,"other words","of length"\n'])
def test_a_third_row_that_says_the_same_is_heeded_however_it_is_quoted(
    tmp_path: Path, in_memory: int, third: str
) -> None:
    for name, key in (("old", 1), ("new", 2)):
        (tmp_path / name).write_text(f"{HEAD}{key},other words,of length\n5,a,b\n{third}")
    old, new = (open_csv(tmp_path / name, ("id",)) for name in ("old", "new"))
    rows = diff(old, new, options=DiffOptions(in_memory=in_memory)).rows
    assert sorted(row.kind for row in rows) == (["added", "removed"] if third else ["changed"])
