"""Render a complete change set, as a reference for writing it while it is being found."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from msgspec.structs import replace

from interopwatch.compare.key_spellings import reformatted_keys
from interopwatch.report.formats import Amounts, change_set_format
from validated import validate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from interopwatch import ChangeSet
    from interopwatch.changeset.model import Narrated


def render_changes(changes: ChangeSet, narrated: Sequence[Narrated], form: str) -> str:
    """Render a change set as text, with nothing summarised, and validate JSON.

    An empty change set in the terminal format is the empty text.
    """
    made = change_set_format(form)
    keys = reformatted_keys((*changes.rows, *changes.reformatted))
    amounts = Amounts(len(narrated), len(changes.reformatted), keys)
    head, between, tail = made.frame(replace(changes, rows=(), reformatted=()), amounts)
    rows, number = [], 0
    for _, group in groupby(narrated, lambda item: item.change.resource):
        items = tuple(group)
        rows.append(made.rows(items, number, is_first=True).decode())
        number += len(items)
    reformatted = (
        made.reformatted(each, number) for number, each in enumerate(changes.reformatted)
    )
    text = "".join((head, *rows, between, *reformatted, tail))
    if form in ("json", "jsonl"):
        validate(text)
    return text
