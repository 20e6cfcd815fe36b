"""Drawing ends in time whatever a specification requests, and drawable ones are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from interopwatch.report.vega import Drawer, DrawingError

if TYPE_CHECKING:
    from collections.abc import Iterator

pytest.importorskip("vl_convert", reason="pictures need the extra `pictures`")

VERSION = "5.21"


def spec(**more: object) -> dict[str, Any]:
    return {
        "mark": "point",
        "data": {"values": [{"n": 1, "text": "a" * 40 + "b"}]},
        "encoding": {"x": {"field": "n", "type": "quantitative"}},
        **more,
    }


def computed(expression: str) -> dict[str, Any]:
    return spec(transform=[{"calculate": expression, "as": "m"}])


@pytest.fixture
def drawer() -> Iterator[Drawer]:
    made = Drawer()
    yield made
    made.close()


@pytest.mark.parametrize(
    "expression",
    [
        "test(/(a+)+$/, datum.text)",
        "replace(datum.text, regexp('(a+)+$'), '')",
        r"seq\u0075ence(0, 1e9).length",  # a name spelled so that no search finds it
    ],
)
def test_an_expression_that_takes_years_is_given_up(expression: str) -> None:
    hurried = Drawer(seconds=0.01)
    with pytest.raises(DrawingError, match="takes more than"):
        hurried.svg(computed(expression), VERSION)
    with pytest.raises(DrawingError, match="other pictures used up the time limit"):
        hurried.svg(spec(), VERSION)


def test_what_is_refused_keeps_nothing_else_from_being_drawn(drawer: Drawer) -> None:
    before = drawer.svg(spec(), VERSION)
    with pytest.raises(DrawingError):
        drawer.svg(spec(mark="pont"), VERSION)
    drawer.close()
    assert drawer.svg(spec(), VERSION) == before
    assert drawer.png(spec(), VERSION, 1.0).startswith(b"\x89PNG\r\n")
