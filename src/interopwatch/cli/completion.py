"""Shell completion for the names of snapshots and resources, called by click.

Errors in a package are ignored here: whoever presses Tab wants to go on typing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from interopwatch.errors import InteropwatchError
from interopwatch.timeline.snapshots import WORKING, open_store

if TYPE_CHECKING:
    import click
    from click.shell_completion import CompletionItem

    from interopwatch.timeline.snapshots import Store


def snapshot_names(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """The names of snapshots that begin so, latest first, and ``tables``; files if there are none.

    OLD, NEW and SNAPSHOT may be paths as well, so the shell is asked for files, too.
    """
    from click.shell_completion import CompletionItem

    del param
    store = _store(ctx)
    if store is None:
        return [CompletionItem(incomplete, type="file")]
    about = {WORKING: "the working edition"}
    for package in reversed(store.snapshots()):
        frozen = package.descriptor.frozen
        about[package.label] = frozen.why if frozen is not None else ""
    names = [
        CompletionItem(name, help=_line(why))
        for name, why in about.items()
        if name.startswith(incomplete)
    ]
    # bash takes files only where nothing follows them that fits.
    return [CompletionItem(incomplete, type="file"), *names]


def resource_names(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """The names of the working edition's tables that begin so."""
    from click.shell_completion import CompletionItem

    del param
    store = _store(ctx)
    resources = () if store is None else store.package.descriptor.resources
    return [
        CompletionItem(each.name, help=_line(each.title or each.description))
        for each in resources
        if each.name.startswith(incomplete)
    ]


def _store(ctx: click.Context) -> Store | None:
    """The package that a command would read; ``None`` if it cannot be read."""
    try:
        return open_store(ctx.find_root().params.get("path"))
    except (InteropwatchError, OSError):
        return None


def _line(text: str) -> str | None:
    """A text as a shell shows it beside a name: the first line, without what a terminal obeys."""
    first = "".join(letter for letter in text.partition("\n")[0] if letter.isprintable())
    return first or None
