"""Tables in every form that the standard allows are read alike."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest

from interopwatch.errors import FetchError, TableError
from interopwatch.loaders.resolve import opened_package
from interopwatch.package.formats import format_of
from interopwatch.package.package import open_package
from interopwatch.package.tidy import tidied

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = {"fields": [{"name": "id"}, {"name": "n", "type": "integer"}], "primaryKey": "id"}
ROWS = [{"id": "a", "n": "1"}, {"id": "b", "n": "2"}]
PLAIN = b"id,n\na,1\nb,2\n"
FORMS: dict[str, tuple[dict[str, Any], dict[str, bytes]]] = {
    "plain": ({"path": "t.csv"}, {"t.csv": PLAIN}),
    "marked": ({"path": "t.csv"}, {"t.csv": b"\xef\xbb\xbf" + PLAIN}),
    "tsv": ({"path": "t.tsv"}, {"t.tsv": PLAIN.replace(b",", b"\t")}),
    "gzip": ({"path": "t.csv.gz"}, {"t.csv.gz": gzip.compress(PLAIN)}),
    "gzip-said": ({"path": "t.csv", "compression": "gz"}, {"t.csv": gzip.compress(PLAIN)}),
    "parts": ({"path": ["1.csv", "2.csv"]}, {"1.csv": b"id,n\na,1\n", "2.csv": b"n,id\n2,b\n"}),
    "objects": ({"data": [{"id": "a", "n": 1}, {"n": 2, "id": "b"}]}, {}),
    "lists": ({"data": [["id", "n"], ["a", 1], ["b", 2]]}, {}),
    "text": ({"data": "id,n\na,1\nb,2\n", "format": "csv"}, {}),
    "no-header": ({"path": "t.csv", "dialect": {"header": False}}, {"t.csv": b"a,1\nb,2\n"}),
    "later-header": (
        {"path": "t.csv", "dialect": {"headerRows": [2]}},
        {"t.csv": b"Two rows\n" + PLAIN},
    ),
    "comments": (
        {"path": "t.csv", "dialect": {"commentChar": "#"}},
        {"t.csv": b"# made by hand\nid,n\na,1\n#,x\nb,2\n"},
    ),
    "comment-rows": (
        {"path": "t.csv", "dialect": {"commentRows": [2]}},
        {"t.csv": b"id,n\nnot a row\na,1\nb,2\n"},
    ),
    "spaces": (
        {"path": "t.txt", "dialect": {"delimiter": ";", "skipInitialSpace": True}},
        {"t.txt": b"id; n\na; 1\nb; 2\n"},
    ),
    "joined-header": (
        {"path": "t.csv", "dialect": {"headerRows": [1, 2], "headerJoin": ""}},
        {"t.csv": b"i,\nd,n\na,1\nb,2\n"},
    ),
    "case": (
        {"path": "t.csv", "dialect": {"caseSensitiveHeader": False}},
        {"t.csv": b"id,n\na,1\nb,2\n"},
    ),
}


def written(folder: Path, item: dict[str, Any], files: dict[str, bytes]) -> Path:
    """Write a package of one resource."""
    folder.mkdir(parents=True)
    raw = {"name": "one", "resources": [{"name": "t", "schema": SCHEMA, **item}]}
    (folder / "datapackage.json").write_text(json.dumps(raw), encoding="utf-8")
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_table_holds_the_same_rows(tmp_path: Path, form: str) -> None:
    with opened_package(str(written(tmp_path / "p", *FORMS[form]))) as package:
        assert [dict(row) for row in package.rows("t")] == ROWS
        assert package.resource("t").by_name["n"].type == "integer"
        assert package.descriptor.notes == ()


def test_what_is_no_table_is_never_rewritten(tmp_path: Path) -> None:
    files = {"g.json": b'{"a":1}\n', "n.txt": b'"one"\n\ntwo\n'}
    folder = written(tmp_path / "p", {"path": ["g.json", "n.txt"], "format": "mixed"}, files)
    package = open_package(folder)
    assert not package.descriptor.resources
    assert not tidied(package).keys() & {folder / name for name in files}


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"path": "a.csv"}, "csv"),
        ({"path": "a.CSV.gz"}, "csv"),
        ({"path": "a.csv", "format": "json"}, "file"),
        ({"path": "a", "mediatype": "text/csv; charset=utf-8"}, "csv"),
        ({"path": "a.geojson", "schema": SCHEMA}, "file"),
        ({"path": "a.xlsx", "schema": SCHEMA}, "file"),
        ({"path": "a.txt"}, "file"),
        ({"path": "a.txt", "schema": SCHEMA}, "csv"),
        ({"path": "a", "schema": SCHEMA}, "csv"),
        ({"path": "a.csv.zip", "compression": "zip", "format": "csv"}, "file"),
        ({"data": {"a": 1}}, "file"),
        ({"data": [{"a": 1}]}, "csv"),
    ],
)
def test_what_is_a_table(item: dict[str, Any], expected: str) -> None:
    assert format_of(item) == expected


def test_schemas_are_read_where_they_are(tmp_path: Path) -> None:
    schema = json.dumps(SCHEMA).encode()
    files = {"t.csv": PLAIN, "s.json": schema}
    folder = written(tmp_path / "p", {"path": "t.csv", "schema": "s.json"}, files)
    with opened_package(str(folder)) as package:
        assert package.resource("t").primary_key == ("id",)
    (folder / "s.json").unlink()
    with opened_package(str(folder)) as package:
        assert package.resource("t").header == ("id", "n")
        [(name, note)] = package.descriptor.notes
        assert name == "t"
        assert note.startswith("its schema s.json was not read; cells are read as text: ")


def test_a_schema_may_be_yaml(tmp_path: Path) -> None:
    schema = b"fields: [{name: id}, {name: n, type: integer}]\nprimaryKey: id\n"
    files = {"t.csv": PLAIN, "s.yaml": schema}
    folder = written(tmp_path / "p", {"path": "t.csv", "schema": "s.yaml"}, files)
    with opened_package(str(folder)) as package:
        assert package.resource("t").primary_key == ("id",)
        assert package.descriptor.notes == ()
    (folder / "s.yaml").write_text("a: [")
    with opened_package(str(folder)) as package:
        [(_, note)] = package.descriptor.notes
        assert "not YAML" in note


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-16"])
@pytest.mark.parametrize("schema", [SCHEMA, {}], ids=["schema", "no schema"])
def test_a_byte_order_mark_is_no_part_of_the_header(
    tmp_path: Path, encoding: str, schema: dict[str, Any]
) -> None:
    text = PLAIN.decode() if encoding == "utf-16" else f"\ufeff{PLAIN.decode()}"
    item = {"path": "t.csv", "encoding": encoding, "schema": schema}
    folder = written(tmp_path / "p", item, {"t.csv": text.encode(encoding)})
    with opened_package(str(folder)) as package:
        assert [dict(row) for row in package.rows("t")] == ROWS
        assert package.descriptor.notes == ()


def test_an_address_that_is_not_public_is_not_fetched(tmp_path: Path) -> None:
    item = {"path": "http://127.0.0.1:9/t.csv", "schema": "http://127.0.0.1:9/s.json"}
    with opened_package(str(written(tmp_path / "p", item, {}))) as package:
        [(_, note)] = package.descriptor.notes
        assert "127.0.0.1" in note


def test_a_header_that_differs_is_taken_as_it_stands(tmp_path: Path) -> None:
    folder = written(tmp_path / "p", {"path": "t.csv"}, {"t.csv": b"id,more\na,x\n"})
    with opened_package(str(folder)) as package:
        assert package.resource("t").header == ("id", "more")
        assert package.descriptor.notes == (("t", "its header lacks 'n' and also has 'more'"),)


def test_a_descriptor_may_be_yaml_and_names_may_be_missing(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    folder.mkdir()
    (folder / "datapackage.yaml").write_text("resources:\n- path: t.csv\n", encoding="utf-8")
    (folder / "t.csv").write_bytes(PLAIN)
    with opened_package(str(folder)) as package:
        assert [dict(row) for row in package.rows("t")] == ROWS
        assert package.descriptor.notes == (("t", "it has no name, and is named after its path"),)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (gzip.compress(b"a" * (80 << 20)), "decompresses to more than 67,108,864 bytes"),
        (gzip.compress(b"a" * (1 << 20)) * 80, "decompresses to more than 67,108,864 bytes"),
        (gzip.compress(PLAIN)[:-9], "truncated gzip data"),
        (gzip.compress(PLAIN) + gzip.compress(PLAIN)[:9], "truncated gzip data"),
        (gzip.compress(PLAIN) + b"xyz", "not gzip data"),
        (PLAIN, "not gzip data"),
    ],
    ids=["line", "members", "cut", "cut later", "more", "plain"],
)
def test_what_is_packed_wrongly_or_too_well_is_refused(
    tmp_path: Path, content: bytes, said: str
) -> None:
    root = written(tmp_path / "home", {"path": "t.csv.gz"}, {"t.csv.gz": content})
    with pytest.raises(TableError, match=said):
        open_package(root).rows("t")


def test_members_of_gzip_follow_each_other(tmp_path: Path) -> None:
    content = gzip.compress(b"id,n\na,1\n") + gzip.compress(b"b,2\n")
    root = written(tmp_path / "home", {"path": "t.csv.gz"}, {"t.csv.gz": content})
    assert [dict(row) for row in open_package(root).rows("t")] == ROWS


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
@pytest.mark.parametrize("schema", [SCHEMA, None], ids=["schema", "no schema"])
@pytest.mark.parametrize("name", ["t.csv", "t.csv.gz"])
def test_a_delimiter_that_is_not_declared_is_what_the_header_shows(
    tmp_path: Path, delimiter: str, schema: dict[str, Any] | None, name: str
) -> None:
    content = b'id,n\na,1\n"b, c",2\n'.replace(b",", delimiter.encode(), 2)
    content = content.replace(b'c",', b'c"' + delimiter.encode())
    content = gzip.compress(content) if name.endswith(".gz") else content
    item = {"path": name, "schema": schema} if schema else {"path": name, "schema": {}}
    with opened_package(str(written(tmp_path / "p", item, {name: content}))) as package:
        assert [dict(row) for row in package.rows("t")] == [
            {"id": "a", "n": "1"},
            {"id": "b, c", "n": "2"},
        ]
        [(where, note)] = package.descriptor.notes
        said = json.dumps({"delimiter": delimiter})
        assert (where, note.endswith(f': "dialect": {said}')) == ("t", True)


@pytest.mark.parametrize(
    ("item", "content", "header"),
    [
        ({"dialect": {"delimiter": ","}}, b"id;n\na;1\n", ("id;n",)),  # it is declared
        ({}, b"id;n\na\n", ("id;n",)),  # a record has fewer cells
        ({"schema": {"fields": [{"name": "id;n"}]}}, b"id;n\na;1\n", ("id;n",)),
        ({}, b"id\na;1\n", ("id",)),
    ],
)
def test_a_header_of_one_field_is_kept(
    tmp_path: Path, item: dict[str, Any], content: bytes, header: tuple[str, ...]
) -> None:
    item = {"path": "t.csv", "schema": {}, **item}
    with opened_package(str(written(tmp_path / "p", item, {"t.csv": content}))) as package:
        assert package.resource("t").header == header
        assert package.descriptor.notes == ()


@pytest.mark.parametrize("path", ["ftp://files.example/t.csv", "s3://bucket/t.csv"])
def test_what_is_neither_here_nor_on_the_web_is_left_unread(tmp_path: Path, path: str) -> None:
    folder = written(tmp_path / "p", {"path": path}, {})
    only = pytest.raises(FetchError, match="only addresses that begin with http")
    with opened_package(str(folder)) as package, only:
        package.rows("t")


def test_names_in_yaml_are_texts_however_they_are_written(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    folder.mkdir()
    (folder / "datapackage.yaml").write_text(
        "name: 2024-01-01\nversion: 1.0\nresources:\n- name: t\n  path: t.csv\n  schema:\n"
        "    primaryKey: [no]\n    missingValues: [-99, ~]\n    fields:\n"
        "    - {name: no, constraints: {required: yes}}\n    - name: 1990\n",
        encoding="utf-8",
    )
    (folder / "t.csv").write_text("no,1990\na,-99\n", encoding="utf-8")
    descriptor = open_package(folder).descriptor
    assert (descriptor.name, descriptor.version) == ("2024-01-01", "1.0")
    table = descriptor.by_name["t"]
    assert (table.header, table.primary_key) == (("no", "1990"), ("no",))
    assert table.fields[0].constraints == {"required": True}


def test_the_part_of_a_table_that_is_wrong_is_named(tmp_path: Path) -> None:
    parts = {"1.csv": b"id,n\na,1\n", "2.csv": b"id,n\nb\n"}
    folder = written(tmp_path / "p", {"path": list(parts)}, parts)
    with pytest.raises(TableError) as caught:
        open_package(folder).rows("t")
    assert caught.value.message.startswith(f"{folder / '2.csv'}:2: ")
