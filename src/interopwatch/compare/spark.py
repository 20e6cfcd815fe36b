"""Spark as an engine, on a cluster or on this machine, as Spark's own configuration says.

An active session is used, or else Spark creates one from its usual configuration
(``spark-defaults.conf`` in ``SPARK_CONF_DIR``, ``SPARK_REMOTE``). Only the name of the session is
set here and, during a comparison, the settings that make reading exact.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from interopwatch.compare.engine_tables import (
    VIEWS,
    Column,
    check_dialect,
    header_in,
    typed_columns,
)
from interopwatch.errors import DescriptorError, EngineError, TableError
from interopwatch.extras import extra
from interopwatch.package.table import checked_header

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from pyspark.sql import DataFrame, SparkSession

    from interopwatch.compare.engine_tables import EngineTable, Kind

_SETTINGS: Final = {
    "spark.sql.caseSensitive": "true",  # id and ID are different fields
    "spark.sql.session.timeZone": "UTC",  # or timestamps would be in the cluster's time zone
}
_KINDS: Final[dict[str, Kind]] = {
    **dict.fromkeys(("string", "boolean", "date", "tinyint", "smallint", "int", "bigint"), "text"),
    **dict.fromkeys(("float", "double"), "float"),
    "timestamp": "instant",
    "timestamp_ntz": "timestamp",
    "decimal": "decimal",
}
_PATTERN: Final = re.compile(r"[*?\[\]{}\\]")
_REASON: Final = re.compile(r"^.*?(\[[A-Z_.]+\] .*)$", re.MULTILINE)


class Spark:
    """A Spark session as an engine."""

    doubtful = "\ufffd"

    def __init__(self, session: SparkSession) -> None:
        self._session = session

    def load(self, name: str, place: EngineTable) -> tuple[Column, ...]:
        """Create a view of a table; see :class:`interopwatch.compare.engines.Engine`."""
        from pyspark.sql.functions import coalesce, lit

        with _explained(place.where):
            frame, columns = (
                self._parquet(place) if place.resource.format == "parquet" else self._csv(place)
            )
            numbered = frame.toDF(*(f"c{at}" for at in range(len(columns))))
            cells = [
                coalesce(numbered[f"c{at}"].cast("string"), lit("")).alias(f"c{at}")
                for at in range(len(columns))
            ]
            numbered.select(*cells).createOrReplaceTempView(name)
        return columns

    def quoted(self, text: str) -> str:
        """Format a text as a literal; see :class:`interopwatch.compare.engines.Engine`."""
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"

    def rows(self, query: str, where: str) -> list[tuple[str, ...]]:
        """Run a query; see :class:`interopwatch.compare.engines.Engine`."""
        with _explained(where):
            return [tuple(row) for row in self._session.sql(query).collect()]

    def content(self, address: str, most: int) -> bytes:
        """Return the bytes of one file, at most ``most + 1``.

        Raises:
            DescriptorError: The file is missing or cannot be read.
        """
        from pyspark.sql.functions import substring

        try:
            with _explained(address):
                found = self._session.read.format("binaryFile").load(_literal(address))
                row = found.select(substring("content", 1, most + 1)).head()
        except TableError as error:
            raise DescriptorError(
                f"{address}: there is no data package that Spark can read: {error.message}",
                hint="Give the address of a package's folder.",
            ) from None
        return b"" if row is None else bytes(row[0])

    def _csv(self, place: EngineTable) -> tuple[DataFrame, tuple[Column, ...]]:
        from pyspark.sql.types import StringType, StructField, StructType

        check_dialect(place)
        source = _source(place)
        dialect = place.resource.dialect
        options: dict[str, Any] = {
            "sep": dialect.delimiter,
            "quote": dialect.quote,
            "escape": dialect.quote,
            "encoding": "UTF-8",
            "multiLine": True,  # cells may contain line ends
            "mode": "FAILFAST",
            "unescapedQuoteHandling": "RAISE_ERROR",
            "ignoreLeadingWhiteSpace": False,
            "ignoreTrailingWhiteSpace": False,
            "emptyValue": "",
            "maxCharsPerColumn": -1,
            "recursiveFileLookup": True,
        }
        if place.path is None:
            first = self._session.read.options(**options, header=False).csv(source).head()
            record = None if first is None else [cell or "" for cell in first]
        else:
            record = header_in(place.parts()[0], place.resource)
        header = checked_header(record, place.resource, place.where)
        schema = StructType([StructField(column, StringType()) for column in header])
        reader = self._session.read.schema(schema).options(
            **options,
            header=True,
            enforceSchema=False,  # every part file must have this header
        )
        return reader.csv(source), tuple(Column(name) for name in header)

    def _parquet(self, place: EngineTable) -> tuple[DataFrame, tuple[Column, ...]]:
        frame = self._session.read.option("recursiveFileLookup", value=True).parquet(_source(place))
        described = ((field.name, field.dataType.simpleString()) for field in frame.schema.fields)
        return frame, typed_columns(place, described, _KINDS)


@contextmanager
def started() -> Iterator[Spark]:
    """Provide the Spark session of this process, configured to read exactly during the context.

    Raises:
        EngineError: Spark is not installed or cannot be started.
    """
    session = _session()
    before = {name: session.conf.get(name, None) for name in _SETTINGS}
    try:
        for name, value in _SETTINGS.items():
            session.conf.set(name, value)
        yield Spark(session)
    finally:
        for view in VIEWS:
            session.catalog.dropTempView(view)
        for name, was in before.items():
            if was is None:
                session.conf.unset(name)
            else:
                session.conf.set(name, was)


def _session() -> SparkSession:
    with extra("spark", "comparisons on the engine spark"):
        from pyspark.errors import PySparkException, PySparkRuntimeError
        from pyspark.sql import SparkSession
    try:
        return SparkSession.builder.appName("interopwatch").getOrCreate()
    except PySparkRuntimeError as error:
        hint = "Install Java 17 or newer and set JAVA_HOME." if "JAVA" in str(error) else ""
        raise EngineError(f"Spark cannot be started: {_first(error)}", hint=hint) from None
    except (PySparkException, ImportError, OSError) as error:
        raise EngineError(f"Spark cannot be started: {_first(error)}") from None


@contextmanager
def _explained(where: str) -> Iterator[None]:
    """Convert Spark's errors to a :class:`TableError` for a table."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError) as error:
        raise TableError(f"{where}: it cannot be compared: {_first(error)}") from None


def _first(error: Exception) -> str:
    """Return the message of an error of Spark in one line: the innermost of its reasons."""
    text = str(error)
    reasons = _REASON.findall(text)
    if reasons:
        return str(reasons[-1])
    lines = text.splitlines() or [type(error).__name__]
    # The first line of a Java error only names the call from Python.
    return lines[1].removeprefix(": ") if len(lines) > 1 and lines[1][:2] == ": " else lines[0]


def _source(place: EngineTable) -> str:
    """Return the address of a table for Spark, with glob characters escaped."""
    if place.path is None:
        return _literal(place.where)
    place.parts()  # raises if there are none, or one is outside the folder
    return "file://" + _literal(str(place.path.resolve()))


def _literal(address: str) -> str:
    return _PATTERN.sub(r"\\\g<0>", address)
