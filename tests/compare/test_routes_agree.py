"""Every way to compare two files finds what matching all rows in memory finds, or refuses too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interopwatch import diff
from interopwatch.compare import counting
from interopwatch.compare import resources as comparing
from interopwatch.compare import strategy as differing
from interopwatch.compare.options import Terms
from interopwatch.compare.packages import count
from interopwatch.compare.route import Route, choose
from interopwatch.errors import InteropwatchError
from packages import Made, Spec, package

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from pathlib import Path

    import pytest

    from interopwatch import Package
    from interopwatch.compare.csvfile import File

    Row = Mapping[str, str]

KEYS: Final = {
    "integer": ("", "1", "01", "2", "3", "9", "10", "-1", "+3", " 4", "007", "x", "1.0", "9" * 45),
    "string": ("", "a", "b", "10", "9", "é", "日", "B", "aa", " ", "\x01k", "n\0", '"', "c,d"),
}
CELLS: Final = (
    "", "1", "01", "1.0", "a", " ", "é", "\0", "\x01", '"', 'a"b', "l\nm", "r\rs", "r\r\ns", "c,d",
    "\ufeff",
)  # fmt: skip
WAYS: Final = ((), (Route.SCAN,), (Route.SCAN, Route.LINES))


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Made, Made]:
    """Two editions of a table, both written in any way."""
    keys = {"k": draw(st.sampled_from(list(KEYS))), "l": draw(st.sampled_from([*KEYS, ""]))}
    types = {name: kind for name, kind in keys.items() if kind}
    fields = draw(st.permutations([*types, *draw(st.sampled_from(["", "x", "xy"]))]))
    plain = draw(st.booleans())  # most files are
    cells = st.sampled_from(CELLS[:7] if plain else CELLS)

    def row() -> dict[str, str]:
        some = {n: st.sampled_from(KEYS[kind][: 9 if plain else None]) for n, kind in types.items()}
        return {name: draw(some.get(name, cells)) for name in fields}

    old = [row() for _ in range(draw(st.integers(0, 6)))]
    if draw(st.integers(0, 4)):  # most tables have no key twice
        old = list({tuple(each[name] for name in types): each for each in old}.values())
    new = [{**each, **(row() if draw(st.integers(0, 3)) == 0 else {})} for each in old]
    new = list(draw(st.permutations(new))) if draw(st.booleans()) else new
    if draw(st.booleans()):
        old, new = (
            sorted(rows, key=lambda each: [each[name] for name in types]) for rows in (old, new)
        )
    other = draw(st.sampled_from([fields, fields, [*fields, "z"], fields[::-1]]))
    ends = "\n" if plain else draw(st.sampled_from(["\n", "\n", "\r\n"]))

    def made(header: list[str], rows: Sequence[Row]) -> Made:
        lines = [header, *([each.get(name, "") for name in header] for each in rows)]
        texts = [",".join(map(_quoted, line)) for line in lines]
        if not plain and draw(st.integers(0, 5)) == 0:
            texts.insert(
                draw(st.integers(1, len(texts))), draw(st.sampled_from(["", "1", "a,b,c"]))
            )
        start = "" if plain else draw(st.sampled_from(["", "", "\ufeff"]))
        described = [{"name": name, "type": types.get(name, "string")} for name in header]
        schema = {"fields": described, "primaryKey": list(types)}
        content = start + ends.join(texts) + draw(st.sampled_from([ends, ends, ""]))
        return package({"r": Spec(content.encode(), {"schema": schema})})

    return made(fields, old), made(other, list(new))


def _quoted(cell: str) -> str:
    special = any(each in cell for each in ',"\r\n')
    return '"' + cell.replace('"', '""') + '"' if special else cell


def without(given_up: Collection[Route]) -> Callable[..., Route]:
    """The decision, if some ways are given up from the start."""

    def choose_it(old: File, new: File, more: Collection[Route] = ()) -> Route:
        return choose(old, new, {*given_up, *more})

    return choose_it


def found(old: Package, new: Package, *, trust_keys: bool) -> tuple[object, object] | str:
    """What differs, and how much; or which error says that it cannot be told."""
    try:
        changes = diff(old, new, trust_keys=trust_keys)
        return changes, count(old, new, terms=Terms(trust_keys))
    except InteropwatchError as error:
        return f"{type(error).__name__}: {error.message.partition('tables/')[2]}"


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(made=pairs(), given_up=st.sampled_from(WAYS), trust_keys=st.booleans())
def test_every_route_agrees_with_the_match(
    made: tuple[Made, Made],
    given_up: Collection[Route],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    trust_keys: bool,
) -> None:
    def sides() -> list[Package]:
        return [m.store(tmp_path / s).package for m, s in zip(made, "ab", strict=True)]

    monkeypatch.setattr(comparing, "SMALL", 1 << 30)
    old, new = sides()
    expected = found(old, new, trust_keys=False)
    if old.content("r") == new.content("r"):
        return  # in memory, nothing is looked at then
    monkeypatch.setattr(comparing, "SMALL", -1)
    for module in (differing, counting):
        monkeypatch.setattr(module, "choose", without(given_up))
    old, new = sides()
    here = found(old, new, trust_keys=trust_keys)
    if not isinstance(expected, str):
        assert here == expected
    elif "stands already" in expected and not trust_keys:
        assert isinstance(here, str)
    # What is wrong with a row that both share need not be found; see `differing`.
    elif isinstance(here, str):
        assert here.partition(":")[0] in ("TableError", "KeyProblemError")
