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
    """Return ``tables`` and the snapshots with the prefix, latest first; without a package, files.

    OLD, NEW and SNAPSHOT may be paths as well, so files are completed, too.
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
        CompletionItem(name, help=_line(text))
        for name, text in about.items()
        if name.startswith(incomplete)
    ]
    # bash completes files only if no name after them matches.
    return [CompletionItem(incomplete, type="file"), *names]


def resource_names(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return the names of the working edition's tables with the prefix."""
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
    """Return the package that a command would read; ``None`` if it cannot be read."""
    try:
        return open_store(ctx.find_root().params.get("path"))
    except (InteropwatchError, OSError):
        return None


def _line(text: str) -> str | None:
    """Return a text for display beside a name: its first line, without control characters."""
    first = "".join(letter for letter in text.partition("\n")[0] if letter.isprintable())
    return first or None
