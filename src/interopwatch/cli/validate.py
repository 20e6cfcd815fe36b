"""``interopwatch validate``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from interopwatch.cli.findings import findings_format_option, is_all_option, levels, write
from interopwatch.cli.main import allows_private, opened, opened_nearest
from interopwatch.cli.options import output_option
from interopwatch.cli.output import progress
from interopwatch.loaders.resolve import is_elsewhere, opened_package
from interopwatch.package.labels import counted, joined
from interopwatch.report.verdict import Verdict
from interopwatch.timeline.snapshots import open_store
from interopwatch.validation import validate, validate_package
from interopwatch.validation.readable import ReadablePackage

if TYPE_CHECKING:
    from pathlib import Path

    from interopwatch.findings import Finding


@click.command("validate")
@click.argument("path", required=False)
@findings_format_option
@click.option(
    "--thorough",
    is_flag=True,
    help="Check committed snapshots in full, and everything with frictionless, too.",
)
@is_all_option
@output_option
@click.pass_context
def command(
    ctx: click.Context,
    path: str | None,
    form: str,
    output: Path | None,
    *,
    thorough: bool,
    is_all: bool,
) -> None:
    """Check a package and its snapshots.

    PATH is a data package: its folder or its datapackage.json, a zip archive, a URL, or a git
    revision (git:REV or git:REV:PATH). It takes precedence over --package.

    A snapshot is checked in full until it is committed to git, and afterwards only for being
    unchanged since its first commit; --thorough, meant for CI, always checks it in full. Of an
    archive, a URL or a revision, only the working edition is checked.

    Exits with 0 if the package is valid, even with warnings, and with 1 if it is not.
    """
    snapshots: tuple[str, ...] = ()
    if path is not None and is_elsewhere(path):
        store = opened_nearest(ctx)
        base = store.package if store is not None else None
        private = allows_private(ctx)
        found = opened_package(path, base, private=private, as_described=True)
        package = ReadablePackage(ctx.with_resource(found))
        with progress() as watch:
            watch("checking the tables", None)
            findings = validate_package(package, thorough=thorough)
        root = None
    else:
        store = opened(ctx) if path is None else open_store(path)
        package = ReadablePackage(store.package)
        with progress() as watch:
            # The tables that the checks read are not read again for the numbers below.
            whole = replace(store, package=package)
            findings = validate(whole, thorough=thorough, watch=watch)
        root, snapshots = package.root, store.names()
    read = package.under_headers
    numbers = {
        "tables": len(package.descriptor.resources),
        "rows": sum(len(read.rows(name)) for name in read.readable),
        "snapshots": len(snapshots),
    }
    summary = _summary(findings, len(package.descriptor.files), **numbers)
    verdict = Verdict("validate", findings, summary)
    write(verdict, root, form, output, is_all=is_all, numbers=numbers)
    ctx.exit(0 if verdict.is_valid else 1)


def _summary(
    findings: tuple[Finding, ...], files: int, *, tables: int, rows: int, snapshots: int
) -> str:
    is_valid = not any(finding.level == "error" for finding in findings)
    found = levels(findings)
    scope = [
        counted(tables, ("table", "tables")),
        *([counted(files, ("other file", "other files"))] if files else []),
        counted(rows, ("row", "rows")),
        counted(snapshots, ("snapshot", "snapshots")),
    ]
    ending = f"; {joined(found)}" if found else ""
    return f"{'valid' if is_valid else 'invalid'}: {', '.join(scope)}{ending}"
