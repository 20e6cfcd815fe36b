"""``interopwatch site``."""

from __future__ import annotations

from pathlib import Path

import click

from interopwatch.cli.main import is_outdated, named, opened
from interopwatch.cli.output import note
from interopwatch.errors import UpdatedMeanwhileError


@click.command("site")
@click.argument("folder", metavar="OUT", type=click.Path(path_type=Path))
@click.argument("older", metavar="[OLD]...", nargs=-1)
@click.option(
    "--base-url",
    metavar="URL",
    default="",
    help="The address at which the site will be published: for the feed, the sitemap, and what "
    "search engines read.",
)
@click.pass_context
def command(ctx: click.Context, folder: Path, older: tuple[str, ...], base_url: str) -> None:
    """Make a static site of the package in the folder OUT.

    It has a page for each table, for each snapshot what changed since the one before, for each
    thing that people call by name its history, a search, a feed, and the package itself: the
    address of the site is one that `interopwatch diff` takes. With OLD, it tells what changed
    since these editions, oldest first, instead of the snapshots.

    OUT may be missing, empty, or a site that was made before, which is replaced. It reads well
    from disk, too.
    """
    from interopwatch.site.build import build
    from interopwatch.site.folder import place

    store = opened(ctx)
    editions = [named(ctx, store, name) for name in older] or None
    files = build(store, editions, base_url, note)

    def ready() -> None:
        if is_outdated(ctx):
            raise UpdatedMeanwhileError("a package was updated while it was read")

    place(folder, files, ready)
