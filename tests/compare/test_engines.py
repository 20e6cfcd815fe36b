"""Every engine finds the same as the local comparison."""

from __future__ import annotations

import os
import random
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from shutil import which
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from commands import Cli
from examples import examples
from interopwatch import Package, diff, open_package, tell
from interopwatch.changeset.serialise import to_json
from interopwatch.compare.packages import count
from interopwatch.compare.remote import open_address
from interopwatch.errors import DescriptorError, EngineError, KeyProblemError, TableError
from interopwatch.package.table import record
from packages import Made, package, spec
from small_packages import packages

if TYPE_CHECKING:
    from interopwatch import ChangeSet, Store

CONFIGURATION: Final = """
spark.master local[2]
spark.driver.bindAddress 127.0.0.1
spark.driver.host 127.0.0.1
spark.ui.enabled false
spark.ui.showConsoleProgress false
spark.sql.shuffle.partitions 2
spark.sql.session.timeZone Asia/Tokyo
spark.sql.warehouse.dir {folder}/warehouse
spark.local.dir {folder}/local
"""
"""Small and quiet, in a time zone that must not matter."""
LOGGING: Final = "rootLogger.level = off\n"
JAVA: Final = Path(os.environ["JAVA_HOME"], "bin/java") if "JAVA_HOME" in os.environ else "java"
HAS_SPARK: Final = find_spec("pyspark") is not None and which(JAVA) is not None
SPARK: Final = pytest.param(
    "spark",
    marks=[
        pytest.mark.spark,
        pytest.mark.skipif(not HAS_SPARK, reason="pyspark or Java is missing: make test-spark"),
        # pyspark imports modules that Python deprecates, and leaves sockets to the garbage
        # collector.
        pytest.mark.filterwarnings("ignore::DeprecationWarning:pyspark.*"),
        pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    ],
)
ENGINES: Final = ("duckdb", SPARK)
EXAMPLES: Final = {"duckdb": examples(40), "spark": 6}
"""The number of random packages: a comparison on Spark takes a second, whatever its size."""


@pytest.fixture(scope="session")
def _configured(tmp_path_factory: pytest.TempPathFactory) -> object:
    folder = tmp_path_factory.mktemp("spark")
    (folder / "spark-defaults.conf").write_text(CONFIGURATION.format(folder=folder))
    (folder / "log4j2.properties").write_text(LOGGING)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARK_CONF_DIR", str(folder))
        patch.delenv("SPARK_REMOTE", raising=False)
        yield
        if HAS_SPARK:
            from pyspark.sql import SparkSession

            if session := SparkSession.getActiveSession():
                session.stop()


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, _configured: object) -> str:
    """Return an engine by its name on the command line."""
    name: str = request.param
    return name


def same(old: Package, new: Package, engine: str, **options: Any) -> ChangeSet:  # noqa: ANN401 - diff's options
    """Return the changes, after checking that both find the same."""
    expected, found = diff(old, new, **options), diff(old, new, engine=engine, **options)
    assert found == expected
    texts = [to_json(changes, tell(changes, old, new)) for changes in (found, expected)]
    assert texts[0] == texts[1]
    return expected


def written(folder: Path, old: Made, new: Made) -> tuple[Package, Package]:
    return old.write(folder / "old", "old"), new.write(folder / "new", "new")


@pytest.mark.parametrize("step", [("2024-03-07", "2025-03-03"), ("2025-03-03", "2024-03-07")])
def test_shipped_snapshots(shipped: Store, engine: str, step: tuple[str, str]) -> None:
    if engine == "spark" and step[0] > step[1]:
        pytest.skip("one direction is enough where each table takes a second")
    old, new = step
    same(shipped.snapshot(old), shipped.snapshot(new), engine)


def test_every_step_between_shipped_snapshots(shipped: Store) -> None:
    for old, new in pairwise(shipped.snapshots()):
        same(old, new, "duckdb")


def test_clubs(two_snapshots: Path, engine: str) -> None:
    folders = sorted((two_snapshots / "snapshots").iterdir())
    old, new = (open_package(folder) for folder in folders if folder.is_dir())
    assert same(old, new, engine)
    assert not same(new, new, engine)


@pytest.mark.parametrize("engine", ENGINES, indirect=True)
def test_random_packages(engine: str, tmp_path: Path) -> None:
    number = iter(range(1_000_000))

    @settings(
        max_examples=EXAMPLES[engine],
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(old=packages(), new=packages(), trust=st.just(True))  # noqa: FBT003 - see below
    def law(old: Made, new: Made, *, trust: bool) -> None:
        # Keys may be numbers, for which an engine does not check uniqueness.
        folder = tmp_path / str(next(number))
        same(*written(folder, old, new), engine, trust_keys=trust)

    law()


AWKWARD: Final = (
    "", " ", "  a", "a  ", "\t", '"', '""', '"a"', 'a"b', "'", "\\", "\\n", '\\"', "a\\", ",",
    "\n", "\r", "\r\n", "a\nb", "a\rb", "a\r\nb", "a\n", "\na", "\n\n", "\x00", "a\x00b", "\x01",
    "\x0b", "\x0c", "\x1b", "\x1c", "\x85", "\u2028", "\u2029", "\ufeff", "\u200b", "é", "e\u0301",
    "日本", "😀", "#a", "NULL", "null", "NaN", "N/A", "\\N", "-", "0", "00", "1.0", "true", ";",
    "|", "=1+1", "$1", "${a}", "%s", "{", "[a]", "`", "a" * 5000,
)  # fmt: skip
"""Cells that some CSV readers misread."""


def awkward(seed: int, *, quote_all: bool) -> str:
    chance = random.Random(seed)
    lines = [record(("id", "x", "y"))]
    for at, cell in enumerate(AWKWARD):
        other = chance.choice(AWKWARD) if chance.random() < 0.3 else cell
        cells = (f"{at}{cell}", other, "z")
        lines.append(
            ",".join('"' + each.replace('"', '""') + '"' for each in cells) + "\n"
            if quote_all
            else record(cells)
        )
    return "".join(lines)


def raw(content: bytes, **more: Any) -> Made:  # noqa: ANN401 - any property of a resource
    made = package({"r": spec("id,x,y\n", **more)})
    return Made({**made.files, "tables/r.csv": content})


@pytest.mark.parametrize("quote_all", [False, True])
def test_awkward_cells(engine: str, tmp_path: Path, *, quote_all: bool) -> None:
    old, new = awkward(1, quote_all=False), awkward(2, quote_all=quote_all)
    changes = same(*written(tmp_path, raw(old.encode()), raw(new.encode())), engine)
    assert len(changes.rows) > 10


@pytest.mark.parametrize("quote_all", [False, True])
def test_awkward_cells_are_read_as_they_are(
    engine: str, tmp_path: Path, *, quote_all: bool
) -> None:
    table = raw(awkward(1, quote_all=quote_all).encode())
    old, new = written(tmp_path, package({"s": "id\n1\n"}), table)
    assert len(same(old, new, engine, resources=["r"]).rows) == len(AWKWARD)


ONE: Final = b"id,x,y\n1,a,b\n2,,\n3,c,d\n"


@pytest.mark.parametrize(
    "content",
    [
        b'id,x,y\n1,a,b\n2,"",""\n3,c,d\n',  # an empty cell, quoted
        b"\xef\xbb\xbfid,x,y\n1,a,b\n2,,\n3,c,d\n",  # with a byte order mark
        b"id,x,y\r\n1,a,b\r\n2,,\r\n3,c,d\r\n",
        b"id,x,y\n1,a,b\n\n2,,\n\n3,c,d",  # with blank lines, without a last line end
        b"y,x,id\nb,a,1\n,,2\nd,c,3\n",  # in another order
        b'"id","x","y"\n"1","a","b"\n"2",,\n"3","c","d"\n',
        b"id,x,y\n3,c,d\n2,,\n1,a,b\n",
        b"id,x,y\n",
        b"id,x,y\n1, a,b \n2, ,\n3,c,d\n",
    ],
)
def test_forms_of_one_table(engine: str, tmp_path: Path, content: bytes) -> None:
    same(*written(tmp_path, raw(ONE), raw(content)), engine)


def test_other_dialects(engine: str, tmp_path: Path) -> None:
    dialect = {"delimiter": ";", "quoteChar": "'"}
    old = raw(b"id;x;y\n1;'a;b';c\n2;'it''s';d\n")
    new = raw(b"id\tx\ty\n1\ta;b\tc\n2\tit's\te\n")
    new = new.edited(lambda d: d["resources"][0].update(dialect={"delimiter": "\t"}))
    old = old.edited(lambda d: d["resources"][0].update(dialect=dialect))
    assert len(same(*written(tmp_path, old, new), engine).rows) == 1


def test_integers_are_one_key_however_they_are_spelled(engine: str, tmp_path: Path) -> None:
    types = {"id": "integer"}
    old = package(
        {"r": spec("id,x\n01,a\n+2,b\n-03,c\n-0,d\n4,e\n100000000000000000000,f\n", types=types)}
    )
    new = package(
        {"r": spec("id,x\n1,a\n2,b\n-3,z\n00,d\n 4,e\n100000000000000000000,g\n", types=types)}
    )
    assert len(same(*written(tmp_path, old, new), engine).reformatted) == 4
    twice = package({"r": spec("id,x\n1,a\n2,a\n01,b\n", types=types)})
    with pytest.raises(KeyProblemError, match=r"r\.csv: the key id='1' occurs more than once"):
        diff(*written(tmp_path / "twice", old, twice), engine=engine)


def test_missing_values_are_one_key(engine: str, tmp_path: Path) -> None:
    def made(text: str) -> Made:
        return package({"r": spec(text, ("id", "k"))}).edited(
            lambda d: d["resources"][0]["schema"].update(missingValues=["", "-"])
        )

    old, new = made("id,k,x\n-,1,a\nb,1,c\n"), made('id,k,x\n"",1,a\nb,1,d\n')
    same(*written(tmp_path, old, new), engine)
    empty, doubled = made("id,k,x\n"), made("id,k,x\n-,1,a\n,1,b\n")
    with pytest.raises(KeyProblemError, match="occurs more than once"):
        diff(*written(tmp_path / "2", empty, doubled), engine=engine)


def test_a_key_that_stands_twice_in_rows_that_are_shared(engine: str, tmp_path: Path) -> None:
    text = "id,k,x\na,b,1\na,c,2\na,b,1\n"
    made = package({"r": spec(text, key=("id", "k"))})
    with pytest.raises(KeyProblemError, match="the key id='a', k='b' occurs more than once"):
        diff(*written(tmp_path, made, made), engine=engine)


def test_a_number_as_a_key_has_to_be_vouched_for(engine: str, tmp_path: Path) -> None:
    types = {"id": "number"}
    old = package({"r": spec("id,x\n1.0,a\n2,b\n", types=types)})
    new = package({"r": spec("id,x\n1,a\n2.00,c\n", types=types)})
    pair = written(tmp_path, old, new)
    with pytest.raises(KeyProblemError, match="two texts may mean one number") as caught:
        diff(*pair, engine=engine)
    assert "--trust-keys" in caught.value.hint
    same(*pair, engine, trust_keys=True)


def test_fields_and_keys_that_come_and_go(engine: str, tmp_path: Path) -> None:
    old = package({"r": "id,x,Id\na,1,2\nb,3,4\n", "s": "id\n1\n"})
    new = package({"r": spec('id,"a ""b""`.",Id\na,,2\nb,5,4\n', key="Id"), "t": "id\n1\n"})
    same(*written(tmp_path, old, new), engine)
    keyless = package({"r": spec("id,x\na,1\n", key="")}), package({"r": spec("id,x\n", key="")})
    pair = written(tmp_path / "keyless", *keyless)
    same(*pair, engine)
    same(pair[0], pair[0], engine)
    lacking = package({"r": spec("x,y\na,1\n", key="x")}), package({"r": "id,x\na,1\n"})
    same(*written(tmp_path / "lacking", *lacking), engine)


def test_counts(engine: str, tmp_path: Path) -> None:
    old, new = written(
        tmp_path, package({"r": "id,x,y\na,1,2\nb,3,4\n"}), package({"r": "id,x,y\na,1,3\nc,3,4\n"})
    )
    assert count(old, new, engine=engine) == count(old, new)


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (b"id,x\n1,2\n", "lacks 'y'"),
        (b"id,x,y,z\n1,2,3,4\n", "also has 'z'"),
        (b"id,x,x\n1,2,3\n", "'x' stands twice"),
        (b"", "header row is missing"),
        (b"id,x,y\n1,2\n", r"r\.csv"),
        (b"id,x,y\n1,2,3,4\n", r"r\.csv"),
        (b'id,x,y\n1,"2,3\n', r"r\.csv"),
        (b'id,x,y\n1,"2"a,3\n', r"r\.csv"),
        (b"id,x,y\n1,\xff,3\n", r"r\.csv"),
    ],
)
def test_what_cannot_be_read_is_refused(
    engine: str, tmp_path: Path, content: bytes, match: str
) -> None:
    pair = written(tmp_path, raw(ONE), raw(content))
    for each in ("local", engine):
        with pytest.raises(TableError, match=match):
            diff(*pair, engine=each)


def test_bytes_that_are_no_text_are_refused_on_both_sides(engine: str, tmp_path: Path) -> None:
    old, new = raw(b"id,x,y\n1,\xfe,3\n"), raw(b"id,x,y\n1,\xff,3\n")
    with pytest.raises(TableError, match=r"r\.csv"):  # never taken for equal texts
        diff(*written(tmp_path, old, new), engine=engine)


@pytest.mark.parametrize(
    "more",
    [
        {"encoding": "cp1252"},
        {"dialect": {"doubleQuote": False, "escapeChar": "\\"}},
        {"dialect": {"skipInitialSpace": True}},
    ],
)
def test_other_ways_to_write_csv_are_refused(
    engine: str, tmp_path: Path, more: dict[str, Any]
) -> None:
    with pytest.raises(TableError, match="UTF-8 with doubled quotes only"):
        diff(*written(tmp_path, raw(ONE), raw(ONE, **more)), engine=engine)


def test_a_missing_file(engine: str, tmp_path: Path) -> None:
    old, new = written(tmp_path, raw(ONE), raw(ONE))
    new.path("r").unlink()
    with pytest.raises(TableError, match="the file of resource 'r' is missing"):
        diff(old, new, engine=engine)


# Folders of part files, and Parquet


def parts(folder: Path, label: str, contents: dict[str, bytes], path: str = "tables/r") -> Package:
    made = raw(ONE).edited(lambda d: d["resources"][0].update(path=path))
    files = {f"{path}/{name}": content for name, content in contents.items()}
    return Made({"datapackage.json": made.files["datapackage.json"], **files}).write(folder, label)


def test_a_folder_of_part_files(engine: str, tmp_path: Path) -> None:
    whole = raw(ONE).write(tmp_path / "whole", "new")
    old = raw(b"id,x,y\n1,a,c\n3,c,d\n").write(tmp_path / "old", "old")
    contents = {
        "part [a].csv": b"id,x,y\n3,c,d\n",
        "deeper/part-*.csv": b"id,x,y\n1,a,b\n2,,\n",
        "_SUCCESS": b"",
        ".part.csv.crc": b"\x00\xff",
    }
    divided = parts(tmp_path / "{parts}", "new", contents)
    expected = diff(old, whole)
    assert replace(diff(old, divided, engine=engine), descriptor=()) == expected
    assert diff(divided, divided, engine=engine).rows == ()
    with pytest.raises(TableError, match="can only be read by an engine") as caught:
        diff(old, divided)
    assert "--engine" in caught.value.hint


def test_part_files_must_have_one_header(engine: str, tmp_path: Path) -> None:
    old = raw(ONE).write(tmp_path / "old")
    new = parts(tmp_path, "new", {"a.csv": b"id,x,y\n1,2,3\n", "b.csv": b"id,y,x\n2,2,3\n"})
    with pytest.raises(TableError, match="tables/r"):
        diff(old, new, engine=engine)


def test_a_folder_without_part_files(engine: str, tmp_path: Path) -> None:
    old = raw(ONE).write(tmp_path / "old")
    new = parts(tmp_path, "new", {"_SUCCESS": b""})
    with pytest.raises(TableError, match="tables/r"):
        diff(old, new, engine=engine)


def test_part_files_stay_inside_the_package(engine: str, tmp_path: Path) -> None:
    old = raw(ONE).write(tmp_path / "old")
    new = parts(tmp_path / "new", "new", {"a.csv": ONE})
    (tmp_path / "new" / "tables" / "r" / "b.csv").symlink_to(tmp_path / "old" / "tables" / "r.csv")
    with pytest.raises(TableError, match=r"b\.csv: this file is outside its folder"):
        diff(old, new, engine=engine)


def parquet(folder: Path, columns: dict[str, Any], types: dict[str, str], label: str) -> Package:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet as files

    made = package({"r": spec(",".join(columns) + "\n", types=types)}).edited(
        lambda d: d["resources"][0].update(path="tables/r", format="parquet")
    )
    opened = Made({"datapackage.json": made.files["datapackage.json"]}).write(folder, label)
    (folder / "tables" / "r").mkdir(parents=True)
    files.write_table(pyarrow.table(columns), folder / "tables" / "r" / "part-0.parquet")
    return opened


COLUMNS: Final[dict[str, Any]] = {
    "id": [1, 2, 3],
    "number": [1.5, 1e30, None],
    "odd": [float("nan"), float("inf"), -0.1],
    "exact": [Decimal("1.50"), Decimal("0.00"), None],
    "flag": [True, False, None],
    "day": [date(2020, 1, 2), date(1066, 10, 14), None],
    "time": [datetime(2020, 1, 2, 3, 4, 5), datetime(2020, 1, 2, 3, 4, 5, 600000), None],  # noqa: DTZ001 - as CSV has it
    "moment": [datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC), datetime(2020, 7, 2, tzinfo=UTC), None],
    "text": ["a\ufffd", "", None],
}
TYPES: Final = {
    "id": "integer", "number": "number", "odd": "number", "exact": "number", "flag": "boolean",
    "day": "date", "time": "datetime", "moment": "datetime",
}  # fmt: skip
TEXT: Final = """\
id,number,odd,exact,flag,day,time,moment,text
1,1.5,NaN,1.50,true,2020-01-02,2020-01-02T03:04:05,2020-01-02T03:04:05Z,a\ufffd
2,1e+30,INF,0.00,false,1066-10-14,2020-01-02T03:04:05.600000,2020-07-02T00:00:00Z,
3,,-0.1,,,,,,
"""


def test_parquet_is_read_as_csv_would_say_it(engine: str, tmp_path: Path) -> None:
    new = parquet(tmp_path / "new", COLUMNS, TYPES, "new")
    nothing = package({"s": "id\n1\n"}).write(tmp_path / "nothing", "old")
    csv = package({"r": spec(TEXT, types=TYPES)}).write(tmp_path / "csv", "new")
    found = diff(nothing, new, ["r"], engine=engine).rows
    assert found == diff(nothing, csv, ["r"]).rows
    changed = {**COLUMNS, "number": [1.5, 1e31, 0.1], "flag": [True, False, False]}
    old = parquet(tmp_path / "old", changed, TYPES, "old")
    found = diff(old, new, engine=engine).rows
    assert [change.fields for change in found] == [("number",), ("number", "flag")]


def test_csv_and_parquet_of_one_table_are_the_same(tmp_path: Path) -> None:
    text = TEXT.replace("\ufffd", "")
    columns = {**COLUMNS, "text": ["a", "", None]}
    old = package({"r": spec(text, types=TYPES)}).write(tmp_path / "csv", "old")
    new = parquet(tmp_path / "new", columns, TYPES, "new")
    changes = diff(old, new, engine="duckdb")
    assert (changes.rows, changes.reformatted, changes.form) == ((), (), ())


def test_a_column_without_cells_is_refused(engine: str, tmp_path: Path) -> None:
    for name, column in {"a": [[1], [2]], "b": [b"1", b"2"], "c": [{"x": 1}, {"x": 2}]}.items():
        made = parquet(tmp_path / name, {"id": ["1", "2"], "x": column}, {}, name)
        with pytest.raises(TableError, match=r"x: a column of the type .* has no cells"):
            diff(made, made, engine=engine)


def test_the_columns_of_parquet_are_those_of_the_schema(engine: str, tmp_path: Path) -> None:
    made = parquet(tmp_path, {"id": ["1"], "x": ["2"]}, {}, "new")
    raw_text = made.file.read_text().replace('"x"', '"y"')
    made.file.write_text(raw_text)
    with pytest.raises(TableError, match="lacks 'y' and also has 'x'"):
        diff(open_package(tmp_path), open_package(tmp_path), engine=engine)


# Addresses


@pytest.mark.parametrize("engine", [SPARK], indirect=True)
def test_packages_at_addresses(
    engine: str, two_snapshots: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli = Cli(capsys, two_snapshots)
    old, new = sorted(f for f in (two_snapshots / "snapshots").iterdir() if f.is_dir())
    there = [f"file://{old}/", f"file://{new}/datapackage.json"]
    # A snapshot is named by its date, and a package by its address.
    text = cli.good("diff", *there, "--engine", engine)
    assert text == cli.good("diff", old.name, new.name)
    half = cli.good("diff", old.name, there[1], "--engine", engine, "--format", "stat")
    assert half == cli.good("diff", old.name, new.name, "--format", "stat")


@pytest.mark.parametrize("engine", [SPARK], indirect=True)
def test_an_address_without_a_package(engine: str, tmp_path: Path) -> None:
    assert engine
    with pytest.raises(DescriptorError, match="there is no data package"):
        open_address(f"file://{tmp_path}")
    (tmp_path / "datapackage.json").write_bytes(b"\xff")
    with pytest.raises(DescriptorError, match="not UTF-8"):
        open_address(f"file://{tmp_path}")


@pytest.mark.parametrize("engine", [SPARK], indirect=True)
def test_the_session_is_left_as_it_was(engine: str, tmp_path: Path) -> None:
    from pyspark.sql import SparkSession

    same(*written(tmp_path, raw(ONE), raw(ONE)), engine)
    session = SparkSession.getActiveSession()
    assert session is not None
    assert session.conf.get("spark.sql.session.timeZone") == "Asia/Tokyo"
    assert session.conf.get("spark.sql.caseSensitive") == "false"
    assert not session.catalog.listTables()


def test_an_address_is_for_spark(two_snapshots: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ran = Cli(capsys, two_snapshots)("diff", "s3a://bucket/old", "tables", "--engine", "duckdb")
    assert (ran.code, ran.out) == (2, "")
    assert "s3a://bucket/old is an address that --engine spark reads." in ran.err


# What is not there


def test_an_engine_that_is_not_known() -> None:
    nothing = package({}).memory()
    with pytest.raises(EngineError, match="there is no engine 'flink'"):
        diff(nothing, nothing, engine="flink")


@pytest.mark.parametrize(("name", "missing"), [("duckdb", "duckdb"), ("spark", "pyspark.sql")])
def test_an_engine_that_is_not_installed(
    name: str, missing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(EngineError, match="is not installed") as caught:
        diff(*written(tmp_path, raw(ONE), raw(ONE)), engine=name)
    assert "pip install 'interopwatch[" in caught.value.hint


def test_spark_without_java(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Failed(Exception):  # noqa: N818 - it stands for Spark's own
        pass

    class Session:
        @property
        def builder(self) -> Session:
            return self

        def appName(self, name: str) -> Session:  # noqa: N802 - it is called so in Spark
            assert name == "interopwatch"
            return self

        def getOrCreate(self) -> None:  # noqa: N802 - likewise
            raise Failed("[JAVA_GATEWAY_EXITED] Java gateway process exited")

    errors, sql = ModuleType("pyspark.errors"), ModuleType("pyspark.sql")
    errors.__dict__.update(PySparkException=Failed, PySparkRuntimeError=Failed)
    sql.__dict__["SparkSession"] = Session()
    for module in (ModuleType("pyspark"), errors, sql):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    with pytest.raises(EngineError, match="JAVA_GATEWAY_EXITED") as caught:
        diff(*written(tmp_path, raw(ONE), raw(ONE)), engine="spark")
    assert "Install Java 17" in caught.value.hint


def test_a_distant_package_is_for_spark_only() -> None:
    from interopwatch.compare.remote import RemotePackage

    descriptor = raw(ONE).memory().descriptor
    distant = RemotePackage("s3a://bucket/edition", descriptor)
    for engine in ("local", "duckdb"):
        with pytest.raises(TableError, match=r"s3a://bucket/edition/tables/r\.csv") as caught:
            diff(distant, distant, engine=engine)
        assert caught.value.hint == "Use --engine spark."
