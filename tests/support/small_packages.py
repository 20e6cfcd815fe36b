"""Random small packages, for properties that hold for any package."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

from interopwatch.package.descriptor import FILE_NAME, dump
from interopwatch.package.table import canonical, record
from interopwatch.package.tidy import described
from packages import Made, Spec, package

if TYPE_CHECKING:
    from collections.abc import Callable

    from interopwatch import Package

TEXTS: Final = (
    "", "-", "a", 'the "b"', "c,d", "one\ntwo", "three\r\nfour", "\r", " ", "Türkiye", "日本",
    "\u2028", "=1", "1.0",
)  # fmt: skip
NUMBERS: Final = ("", "1", "1.0", "01", "2", "10")
PLAIN: Final = st.sampled_from(["", "", "a"])
"""Most cells are equal, so that rows often stay the same while fields are added and removed."""
KEYS: Final = (("id",), ("id", "k"), ("k", "id"))
TYPES: Final[dict[str, tuple[Any, ...]]] = {
    "id": ("string", "integer", "number"),
    "k": ("string", "any"),
    "n": ("string", "number", {"type": "number", "decimalChar": ","}),
    "s": ("string", {"type": "string", "description": "a text"}),
    "t": ("string",),
}


@st.composite
def tables(draw: st.DrawFn) -> Spec:
    """Draw a table with any of a few fields, in any order, its cells in any spelling."""
    header = draw(st.permutations(["id", "k", *draw(st.sets(st.sampled_from("nst")))]))
    rows = []
    for number in draw(st.sets(st.sampled_from([0, 1, 2, 9, 10]), max_size=4)):
        cells = {name: draw(_cells(name)) for name in header}
        rows.append({**cells, "id": draw(st.sampled_from([str(number), f"0{number}"]))})
    lines = [header, *([row[name] for name in header] for row in draw(st.permutations(rows)))]
    fields = []
    for name in header:
        kind = draw(st.sampled_from(TYPES[name]))
        fields.append({"name": name, **({"type": kind} if isinstance(kind, str) else kind)})
    schema: dict[str, Any] = {"fields": fields, "primaryKey": list(draw(st.sampled_from(KEYS)))}
    if draw(st.booleans()):
        schema["missingValues"] = ["", "-"]
    if draw(st.booleans()):
        schema["foreignKeys"] = [
            {"fields": [header[-1]], "reference": {"resource": "r", "fields": ["id"]}}
        ]
    more = {"interopwatch": {"clerical": [header[-1]]}} if draw(st.booleans()) else {}
    content = "".join(record(line) for line in lines).encode()
    return Spec(content, {"schema": schema, **more})


def _cells(field: str) -> st.SearchStrategy[str]:
    return st.sampled_from(NUMBERS) if field == "n" else PLAIN | PLAIN | st.sampled_from(TEXTS)


@st.composite
def packages(draw: st.DrawFn) -> Made:
    """Draw a package of up to three tables, in any order."""
    names = draw(st.permutations(list(draw(st.sets(st.sampled_from("rst"))))))
    return package(
        {name: draw(tables()) for name in names}, title=draw(st.sampled_from(["One", "Two"]))
    )


def tidy(made: Package) -> dict[str, bytes]:
    """Return the files of a package in canonical form."""
    files = {r.path: canonical(r, made.rows(r.name)) for r in made.descriptor.resources}
    return {**files, FILE_NAME: dump(described(made.descriptor.raw, files)).encode()}


SPELLINGS: Final[list[Callable[[str], str]]] = [str, str, str.upper, lambda k: k.lstrip("0") or "0"]


@st.composite
def revisions(draw: st.DrawFn) -> tuple[Made, ...]:
    """Draw a package and two successive revisions of it: names, keys and cells changed."""
    rows = [
        {
            "id": f"{number:03}",
            "s": draw(st.sampled_from("abcdefgh")) + str(number),
            "t": "",
            "u": text,
        }
        for number, text in enumerate(
            draw(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=6))
        )
    ]
    table = {"r": ({"id": "string", "s": "string", "t": "string", "u": "string"}, "id", rows)}
    made = [_written(table)]
    for _ in range(2):
        table = draw(_revised(table))
        made.append(_written(table))
    return tuple(made)


_Table = tuple[dict[str, str], str, list[dict[str, str]]]


@st.composite
def _revised(draw: st.DrawFn, tables: dict[str, _Table]) -> dict[str, _Table]:
    """Draw a revision of a package."""
    made: dict[str, _Table] = {}
    for name, (fields, key, rows) in tables.items():
        called = draw(st.sampled_from([name, name, "r", "q"]))
        names = {field: field for field in fields}
        for field in fields:
            other = draw(st.sampled_from([field] * 4 + ["s", "t", "v", "id", "code"]))
            if other not in names.values() and draw(st.booleans()):
                names[field] = other
        dropped = {f for f in fields if f != key and draw(st.integers(0, 5)) == 0}
        spelling = draw(st.sampled_from(SPELLINGS))
        kept = []
        for row in rows:
            told = {names[f]: cell for f, cell in row.items() if f not in dropped}
            told[names[key]] = spelling(told[names[key]])
            if draw(st.integers(0, 4)) == 0:
                changed = draw(st.sampled_from(sorted(told)))
                told[changed] = told[changed] + "9"
            if draw(st.integers(0, 6)):
                kept.append(told)
        keys = [row[names[key]] for row in kept]
        kept = [row for row in kept if keys.count(row[names[key]]) == 1]
        header = {names[f]: kind for f, kind in fields.items() if f not in dropped}
        if draw(st.integers(0, 3)) == 0 and "w" not in header:
            header["w"] = "string"
            kept = [{**row, "w": draw(st.sampled_from(["", "x", "y"]))} for row in kept]
        made[called] = (header, names[key], kept)
    return made


def _written(tables: dict[str, _Table]) -> Made:
    specs = {}
    for name, (fields, key, rows) in tables.items():
        lines = [record(list(fields)), *(record([row[f] for f in fields]) for row in rows)]
        schema = {
            "fields": [{"name": field, "type": kind} for field, kind in fields.items()],
            "primaryKey": [key],
        }
        specs[name] = Spec("".join(lines).encode(), {"schema": schema})
    return package(specs)
