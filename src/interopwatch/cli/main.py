"""The ``interopwatch`` command: finds the package, loads one command, reports errors once."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import click

from interopwatch import __version__
from interopwatch.cli.streams import open_streams, say, say_error
from interopwatch.errors import (
    DescriptorError,
    InteropwatchError,
    SnapshotError,
    UpdatedMeanwhileError,
)
from interopwatch.loaders.resolve import is_elsewhere, opened_package
from interopwatch.package.edtf import is_plain
from interopwatch.timeline.snapshots import WORKING, enclosing_package, locked_store, open_store
from interopwatch.updates import JOURNAL

if TYPE_CHECKING:
    from collections.abc import Collection

    from interopwatch.package.package import Package
    from interopwatch.timeline.snapshots import Store
    from interopwatch.updates import PackageLock

COMMANDS: Final = {
    "report": "Report what changed between two snapshots, in plain English.",
    "plot": "Draw a chart of a package, with the changes marked.",
    "site": "Build a static website from a package.",
    "diff": "Show the exact change set between two packages.",
    "apply": "Apply a change set to a package.",
    "invert": "Reverse a change set.",
    "compose": "Combine two consecutive change sets into one.",
    "log": "List the snapshots and what changed in each.",
    "status": "Show what changed in the tables since the last snapshot.",
    "show": "Show the contents of a snapshot.",
    "as-of": "Show what was true on a date.",
    "history": "Show everything known about one subject, in chronological order.",
    "freeze": "Create a snapshot.",
    "capture": "Update the tables from a new edition of a page.",
    "update": "Capture new editions of pages, ask what is open, and freeze a snapshot.",
    "tidy": "Write the tables in canonical form and update the descriptor.",
    "validate": "Check a package and its snapshots.",
    "check": "Fail if anything changed that must not.",
    "export": "Export an edition to SQLite, Parquet, Excel, zip or catalogue metadata.",
}
"""Every command with its summary, so that help imports none of them."""
_FAMILIES: Final = {
    **dict.fromkeys(("apply", "invert", "compose"), "changesets"),
    **dict.fromkeys(("log", "status", "show", "freeze", "tidy"), "snapshots"),
}
"""Modules with several commands, by command; every other command has a module of its name."""

INTERRUPTED: Final = 130
"""The exit status after Ctrl-C: 128 plus the number of SIGINT, as in shells."""
NAME: Final = "interopwatch"
_SHIPPED: Final = "interopwatch.is_shipped"
_SHIPPED_NOTED: Final = "interopwatch.shipped_noted"
_READ: Final = "interopwatch.read"
# Reading takes about as long as writing: five conflicts in a row are not by chance.
_ATTEMPTS: Final = 5
"""How often a command that reads is restarted because the package was updated meanwhile."""
_NAME_ONE: Final = (
    "Change to the folder of its datapackage.json, or give it: interopwatch --package PATH …"
)
_NAME_PATH: Final = (
    "Give the folder of a datapackage.json, a zip archive, git:REV, or an address with https://."
)


class _CommandGroup(click.Group):
    """Imports a command's module only when the command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        family = _FAMILIES.get(cmd_name)
        module = import_module(f"interopwatch.cli.{family or cmd_name.replace('-', '_')}")
        command: click.Command = getattr(module, f"{cmd_name}_command" if family else "command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; for an unknown one, suggest the most similar name."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches  # only who mistypes waits for it

            # As click does for options.
            meant = get_close_matches(args[0], COMMANDS, n=1)
            if not meant:
                raise
            raise click.UsageError(f"{error.message} Did you mean '{meant[0]}'?", ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_CommandGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--package",
    "path",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="The data package: its folder or its datapackage.json. By default, the nearest one in the "
    "current folder or above it; without one, commands that only read use the data that ships "
    "with interopwatch.",
)
@click.option(
    "--allow-private",
    "private",
    is_flag=True,
    help="Also fetch from private addresses: this machine and its local network.",
)
@click.option("--no-pager", is_flag=True, help="Do not page long output.")
@click.version_option(__version__, message="%(prog)s %(version)s")
@click.pass_context
def main(ctx: click.Context, path: Path | None, private: bool, no_pager: bool) -> None:  # noqa: FBT001 - click passes flags by name
    """Report what changed between two editions of a data package, in plain English.

    OLD, NEW and SNAPSHOT name an edition: the date of a snapshot; `tables` for the working
    edition; the path of a folder or zip archive with a data package; git:REV for this package
    at a git revision, or git:REV:PATH for another folder of the repository; or the URL of a
    datapackage.json, of its folder (https://example.org/data/, with the final slash) or of a
    zip archive.

    Exit status: 0 the same or fine, 1 different or invalid, 2 it could not be done.
    """
    del no_pager  # read by each command from this context
    ctx.obj = _GlobalOptions(path, private)


class _GlobalOptions(NamedTuple):
    """The options that apply to all commands."""

    package: Path | None
    private: bool


def opened(ctx: click.Context, *, names: bool = False) -> Store:
    """Open the package to read: the user's, or else the one shipped with interopwatch, with a note.

    Args:
        ctx: The command's context.
        names: Whether only packages that the user names are read, with :func:`named`.
    """
    place = _place(ctx)
    ctx.find_root().meta[_SHIPPED] = place is None
    if place is None and not names:
        _note_shipped(ctx)
    store = open_store(place)
    keep_current(ctx, store.package)
    if os.path.lexists(store.package.root / JOURNAL):
        say(
            f"note: {store.package.root / JOURNAL} is not the journal of an update of this package "
            "on this machine; it is ignored",
            err=True,
        )
    return store


def opened_nearest(ctx: click.Context) -> Store | None:
    """Open the package named or nearest to the current folder, which ``git:REV`` is about."""
    place = _place(ctx)
    return None if place is None else open_store(place)


def locked_to_write(ctx: click.Context) -> tuple[Store, PackageLock]:
    """Open the user's own package and lock it against other writers until the command ends.

    Raises:
        DescriptorError: The current folder is in no package, and none is named.
        OutputError: It cannot be written to.
    """
    return ctx.with_resource(locked_store(package_path(ctx), _say_waiting))


def _say_waiting() -> None:
    say("note: another command is writing to this package; waiting for it to end", err=True)


def package_path(ctx: click.Context) -> Path:
    """Return the path of the user's own package.

    Raises:
        DescriptorError: The current folder is in no package, and none is named.
    """
    place = _place(ctx)
    if place is None:
        raise DescriptorError("there is no data package here", hint=_NAME_ONE)
    return place


def _place(ctx: click.Context) -> Path | None:
    options: _GlobalOptions = ctx.find_root().obj
    return options.package if options.package is not None else enclosing_package(Path.cwd())


def keep_current(ctx: click.Context, package: Package) -> None:
    """Register a package that must not change while the command runs: see :func:`run`."""
    ctx.find_root().meta.setdefault(_READ, []).append(package)


def is_outdated(ctx: click.Context) -> bool:
    """Return whether a package was updated since the command opened it."""
    read: list[Package] = ctx.find_root().meta.get(_READ, [])
    return not all(package.is_current() for package in read)


def refuse_outdated(ctx: click.Context) -> None:
    """Refuse to write what was read from two editions.

    Raises:
        UpdatedMeanwhileError: A package was updated since the command opened it.
    """
    if is_outdated(ctx):
        raise UpdatedMeanwhileError("a package was updated while it was read")


def _note_shipped(ctx: click.Context) -> None:
    """Note once that the data is not the user's."""
    if ctx.find_root().meta.setdefault(_SHIPPED_NOTED, False):
        return
    ctx.find_root().meta[_SHIPPED_NOTED] = True
    say("note: no data package here; showing the one that ships with interopwatch", err=True)


def named(
    ctx: click.Context, store: Store, name: str, resources: Collection[str] | None = None
) -> Package:
    """Open a package by the name that the user gives, with the resources that are needed.

    Unpacked and fetched files are kept until the command ends, however it ends.

    Raises:
        SnapshotError: There is none.
    """
    private = allows_private(ctx)
    if ctx.find_root().meta[_SHIPPED]:
        if name == WORKING or name in store.names():
            _note_shipped(ctx)
        elif is_elsewhere(name):  # `git:REV` refers to the current folder, which has no package
            return ctx.with_resource(opened_package(name, private=private, resources=resources))
        elif not Path(name).exists():
            # A name that is not a date must be a path, since the package of a snapshot is missing
            # here.
            hint = _NAME_ONE if is_plain(name) else _NAME_PATH
            raise SnapshotError(f"there is no data package {name!r}", hint=hint)
    package = ctx.with_resource(store.opened(name, private=private, resources=resources))
    keep_current(ctx, package)
    return package


def allows_private(ctx: click.Context) -> bool:
    """Return whether to fetch from addresses that are not public."""
    options: _GlobalOptions = ctx.find_root().obj
    return options.private


def run(arguments: list[str]) -> None:
    """Run the command line and exit; all errors that users can cause are reported here, once."""
    open_streams()
    try:
        status = _reported(arguments)
    except OSError as error:  # the output, or reporting an error to it, failed
        status = _failed(error)
    sys.exit(status)


def _failed(error: OSError) -> int:
    """Report an operating system error, silently if the reader of a pipe has closed it."""
    if isinstance(error, BrokenPipeError):
        status = 0
    else:
        place = f"{error.filename}: " if error.filename else ""
        with suppress(OSError):
            say_error(f"{place}{error.strerror or error}")
        status = InteropwatchError.exit_code
    # Otherwise Python would complain on exit about what it cannot write.
    with suppress(OSError):
        sys.stdout.close()
    return status


def _reported(arguments: list[str]) -> int:
    """Run a command, report errors that users can cause, and return the exit status."""
    try:
        status = _invoke(arguments)
        # Here, where a full disk or a closed pipe is reported; on exit it would be too late.
        sys.stdout.flush()
    except InteropwatchError as error:
        say_error(error.message, error.hint)
        status = error.exit_code
    except click.exceptions.Exit as ended:
        status = ended.exit_code
        sys.stdout.flush()
    except click.ClickException as error:
        usage = io.StringIO()
        error.show(usage)  # it quotes arguments, and names in the data
        say(usage.getvalue().rstrip("\n"), err=True)
        status = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        status = INTERRUPTED
    except MemoryError:
        say_error("out of memory", "Run it with more memory.")
        status = InteropwatchError.exit_code
    return status


def _invoke(arguments: list[str]) -> int:
    """Run a command; :meth:`click.Command.main` would report some errors in its own way.

    A command is restarted if a package was updated while it was read.
    """
    if "_INTEROPWATCH_COMPLETE" in os.environ:  # the shell asks for completions
        main.main(arguments, prog_name=NAME)
    for _ in range(_ATTEMPTS):
        # A copy, since click consumes the list and it may be needed again.
        with main.make_context(NAME, list(arguments)) as ctx:
            try:
                main.invoke(ctx)
            except UpdatedMeanwhileError:
                continue
            except InteropwatchError:
                if is_outdated(ctx):  # the error may come from mixing two editions
                    continue
                raise
            return 0
    raise UpdatedMeanwhileError(
        "other commands kept updating the package while it was read", hint="Try again in a moment."
    )
