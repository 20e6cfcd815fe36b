"""``interopwatch check``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from interopwatch.cli.comparison import (
    ComparisonOptions,
    csv_options,
    key_option,
    pass_comparison,
    tolerance_options,
)
from interopwatch.cli.completion import snapshot_names
from interopwatch.cli.findings import findings_format_option, is_all_option, levels, write
from interopwatch.cli.main import named, opened
from interopwatch.cli.options import output_option
from interopwatch.cli.output import Notes, note, progress
from interopwatch.cli.readable import readable
from interopwatch.compare.options import DiffOptions
from interopwatch.errors import NoPackageError, SnapshotError
from interopwatch.loaders.resolve import is_elsewhere
from interopwatch.package.keys import with_keys
from interopwatch.package.labels import joined
from interopwatch.package.parse import has_remote_files
from interopwatch.package.policy import RULES, known_rule, rule_of
from interopwatch.report.verdict import Verdict
from interopwatch.timeline.snapshots import WORKING
from interopwatch.validation.policy import check_policy, policies

if TYPE_CHECKING:
    from pathlib import Path

    from interopwatch.package.package import Package


@click.command("check")
@click.argument("old", required=False, shell_complete=snapshot_names)
@click.argument("new", default=WORKING, shell_complete=snapshot_names)
@click.option(
    "--fail-on",
    "rules",
    multiple=True,
    metavar="RULE",
    help="A rule to enforce in addition to the policy of the descriptor; may be repeated: "
    f"{', '.join(RULES)}. Rules about rows take a limit: removed-rows=100, removed-rows=5%.",
)
@click.option(
    "--allow",
    "allowed",
    multiple=True,
    metavar="RULE",
    help="A rule not to enforce; may be repeated.",
)
@click.option("--ignore-missing", is_flag=True, help="Exit with 0 if OLD has no package yet.")
@findings_format_option
@key_option
@csv_options
@tolerance_options
@is_all_option
@output_option
@pass_comparison
@click.pass_context
def command(
    ctx: click.Context,
    /,
    old: str | None,
    new: str,
    rules: tuple[str, ...],
    allowed: tuple[str, ...],
    form: str,
    how: ComparisonOptions,
    output: Path | None,
    *,
    ignore_missing: bool,
    is_all: bool,
) -> None:
    """Fail if anything changed from OLD to NEW that must not.

    OLD is by default the last snapshot, and NEW the working edition. They may also be two bare
    CSV files, as for `interopwatch diff`.

    The rules are those of the policy (interopwatch.policy) in OLD's descriptor, or in NEW's if
    OLD has none, and of --fail-on. Without any, breaking changes fail: a table, file or column
    that was removed, one that was renamed, a field of another type, another key.

    Exits with 1 if a rule is broken, and shows by what. A table that cannot be read in OLD
    is only noted; one that can no longer be read in NEW is an error (exit status 2).
    """
    # A misspelled rule is an error before anything is read or fetched.
    required = dict(map(rule_of, rules))
    permitted = [known_rule(each) for each in allowed]
    try:
        before, after = _sides(ctx, old, new, how)
    except NoPackageError as error:
        if not ignore_missing:
            raise
        note(f"nothing to compare with: {error.message}")
        return
    by_resource = how.tolerances_by_resource(before, after)
    by_table = policies(before, after, required, permitted)
    unread = Notes()
    with progress() as watch:
        options = DiffOptions(watch=watch, note=note, unread=unread)
        findings = check_policy(before, after, by_table, options, by_resource)
    where = f"{before.label} → {after.label}"
    broken = joined(levels(findings))
    summary = f"not allowed: {where}; {broken}" if broken else f"allowed: {where}"
    verdict = Verdict("check", findings, summary)
    # Editors cannot open files in an archive or a revision.
    root = None if is_elsewhere(new) else after.root
    write(verdict, root, form, output, is_all=is_all)
    unread.write()
    lost = any(_was_readable(before, after, name) for name in unread.names)
    ctx.exit(1 if not verdict.is_valid else 2 if lost else 0)


def _was_readable(before: Package, after: Package, name: str) -> bool:
    """Return whether a resource was readable although it was not compared."""
    if name in before.descriptor.by_name:
        return name in readable(before, Notes(), [name]).descriptor.by_name
    is_old = name in before.descriptor.files_by_name
    side = before if is_old else after
    if name in side.descriptor.files_by_name and has_remote_files(side.resource(name)):
        return False  # remote files are fetched for no edition
    return not is_old or before.has_regular_files(name)


def _sides(
    ctx: click.Context, old: str | None, new: str, how: ComparisonOptions
) -> tuple[Package, Package]:
    """Return the packages to compare.

    Raises:
        SnapshotError: OLD is not given and there is no snapshot, or a named snapshot is missing.
    """
    bare = how.bare_tables(ctx, old or "", new)
    if bare is not None:
        return bare
    store = opened(ctx, names=True)
    if old is None and not store.names():
        raise SnapshotError(
            "there is no snapshot to compare with",
            hint="Make one with `interopwatch freeze`, or name OLD, such as git:HEAD.",
        )
    before = store.names()[-1] if old is None else old
    sides = (named(ctx, store, before), named(ctx, store, new))
    return with_keys(*sides, how.key)
