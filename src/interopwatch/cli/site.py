"""``interopwatch site``."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from interopwatch.cli.completion import snapshot_names
from interopwatch.cli.main import named, opened, refuse_outdated
from interopwatch.cli.output import notes_each_once
from interopwatch.cli.streams import say
from interopwatch.package.labels import counted
from interopwatch.report.page_sources import safe_link

if TYPE_CHECKING:
    from interopwatch.package.package import Package
    from interopwatch.timeline.snapshots import Store


def _base(ctx: click.Context, param: click.Parameter, value: str) -> str:
    """Return an address with a final slash.

    Raises:
        click.BadParameter: It is not a valid base for pages.
    """
    if not value:
        return ""
    parts = urlsplit(value) if safe_link(value) else None
    if parts is None or parts.query or parts.fragment:
        raise click.BadParameter(
            f"{value!r} is not the address of a site; write it like https://example.org/data/",
            ctx,
            param,
        )
    return f"{value.rstrip('/')}/"


@click.command("site", no_args_is_help=True)
@click.argument("out", type=click.Path(path_type=Path))
@click.argument("older", metavar="[OLD]...", nargs=-1, shell_complete=snapshot_names)
@click.option(
    "--base-url",
    "base_url",
    metavar="URL",
    default="",
    callback=_base,
    help="The URL at which the site will be published, for the sitemap and the absolute URLs that "
    "feeds and search engines need. Links between pages work without it.",
)
@click.pass_context
def command(ctx: click.Context, out: Path, older: tuple[str, ...], base_url: str) -> None:
    """Build a static website from the package in the folder OUT.

    The site has the changes from snapshot to snapshot with charts, a page with the history of
    each named subject, a page for each table with its fields, rows and downloads, a search, and
    feeds of the changes. It opens from disk and in any folder of any server, with or without
    JavaScript. It includes the package itself, so `interopwatch diff` accepts its URL.

    With OLD, the changes shown are those between these editions, the oldest first, instead of
    the snapshots.

    OUT must be missing or empty, or hold an earlier site, which is replaced atomically. The same
    package gives the same bytes.

    \b
    Examples:
      interopwatch site public --base-url https://example.org/data/
      interopwatch --package new site public git:v1 old.zip
    """  # noqa: D301 - to click, a backspace keeps lines
    from interopwatch.site.build import build
    from interopwatch.site.folder import place

    store = opened(ctx)
    editions = [_edition(ctx, store, name) for name in older] or None
    with TemporaryDirectory(prefix="interopwatch-", ignore_cleanup_errors=True) as scratch:
        files = build(store, editions, base_url, Path(scratch), notes_each_once())
        place(out, files, partial(refuse_outdated, ctx))
    pages = sum(path.endswith(".html") for path in files)
    say(f"Wrote {counted(pages, ('page', 'pages'))} to {out}.")


def _edition(ctx: click.Context, store: Store, name: str) -> Package:
    """Open an older edition, without publishing its path on this machine."""
    package = named(ctx, store, name)
    place = Path(name)
    if package.label == name and "://" not in name and place.exists():
        package.label = place.resolve().stem if place.is_file() else place.resolve().name
    return package
