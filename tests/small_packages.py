"""Random small packages, for laws that hold of any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hypothesis import strategies as st

from interopwatch.descriptor import FILE_NAME, dump
from interopwatch.tables import canonical, record
from interopwatch.tidying import described
from packages import Made, Spec, package

if TYPE_CHECKING:
    from interopwatch import Package

TEXTS: Final = (
    "", "-", "a", 'the "b"', "c,d", "one\ntwo", "three\r\nfour", "\r", " ", "Türkiye", "日本",
    "\u2028", "=1", "1.0",
)  # fmt: skip
NUMBERS: Final = ("", "1", "1.0", "01", "2", "10")
PLAIN: Final = st.sampled_from(["", "", "a"])
"""Most cells are alike, so that rows often stay as they are while fields come and go."""
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
    """A table with any of a few fields, in any order, its cells in any spelling."""
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
    """A package of up to three tables, in any order."""
    names = draw(st.permutations(list(draw(st.sets(st.sampled_from("rst"))))))
    return package(
        {name: draw(tables()) for name in names}, title=draw(st.sampled_from(["One", "Two"]))
    )


def tidy(made: Package) -> dict[str, bytes]:
    """The files of a package in canonical form."""
    files = {r.path: canonical(r, made.rows(r.name)) for r in made.descriptor.resources}
    return {**files, FILE_NAME: dump(described(made.descriptor.raw, files)).encode()}
