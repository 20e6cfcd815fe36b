"""A site is itself a package, at the same address."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from built_site import Built, broken, built
from club_package import store as clubs
from interopwatch import diff, opened_package
from interopwatch import open as opened
from packages import package, spec
from sites import site as served

if TYPE_CHECKING:
    from pathlib import Path

    from interopwatch import Store


def test_the_address_of_a_site_is_that_of_its_package(tmp_path: Path) -> None:
    store = clubs(tmp_path / "home")
    site = written(built(store), tmp_path / "site")
    with served() as server:
        address = server.put_folder("/some/folder/", site)
        with opened_package(address, private=True) as there:
            assert not diff(store.package, there)
        for name in store.names():
            with opened_package(f"{address}snapshots/{name}/", private=True) as there:
                assert not diff(store.snapshot(name), there)


def written(site: Built, folder: Path) -> Path:
    for path, content in site.files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return folder


def test_files_are_there_byte_for_byte(shipped_site: Built, shipped: Store) -> None:
    package = shipped.package
    for name in package.descriptor.by_name:
        assert shipped_site.files[package.resource(name).path] == package.content(name)
    sums = shipped_site.files["snapshots/2024-03-07/SHA256SUMS"]
    assert sums == (shipped.folder / "2024-03-07" / "SHA256SUMS").read_bytes()


@pytest.mark.parametrize(
    "path",
    ["index.html", "INDEX.html", "evil.html", "a/evil.SVG", "feed.atom", "assets/site.js",
     "404.html", "search.html/a.csv", "tables/x", "downloads/tiny.zip", "a#b.csv", "a?b/%41 c.csv"],
)  # fmt: skip
def test_a_file_is_moved_where_a_page_is_or_a_browser_would_run_it(
    path: str, tmp_path: Path
) -> None:
    made = package({"odd": spec("id,text\n1,<script>alert(1)</script>\n", path=path, format="csv")})
    store = made.store(tmp_path / "home")
    site = built(store)
    assert broken(site) == []
    (there,) = json.loads(site.files["datapackage.json"])["resources"]
    assert site.files[there["path"]] == store.package.content("odd")
    assert not there["path"].lower().endswith((".html", ".svg", ".js"))
    with opened_package(str(written(site, tmp_path / "site"))) as found:
        assert found.rows("odd") == store.package.rows("odd")


def test_what_the_descriptor_keeps_elsewhere_is_in_it(tmp_path: Path) -> None:
    made = package({"a": spec("id,n\n1,2\n")}).edited(_apart)
    made.write(tmp_path / "home")
    fields = [{"name": "id", "type": "string"}, {"name": "n", "type": "integer"}]
    schema = {"fields": fields, "primaryKey": ["id"]}
    (tmp_path / "home" / "schema.json").write_text(json.dumps(schema), "utf-8")
    site = built(opened(tmp_path / "home"))
    (there,) = json.loads(site.files["datapackage.json"])["resources"]
    assert there["schema"]["fields"] == fields


def _apart(raw: dict[str, object]) -> None:
    resources = raw["resources"]
    assert isinstance(resources, list)
    resources[0]["schema"] = "schema.json"


def test_rows_that_the_descriptor_holds_itself_stay_there(tmp_path: Path) -> None:
    resource = {"name": "inline", "data": [{"id": "1", "text": "x"}]}
    folder = tmp_path / "home"
    folder.mkdir()
    raw = {"name": "held", "resources": [resource]}
    (folder / "datapackage.json").write_text(json.dumps(raw), "utf-8")
    site = built(opened(folder))
    assert broken(site) == []
    assert json.loads(site.files["datapackage.json"])["resources"][0]["data"] == resource["data"]
    assert "x" in site.text("tables/inline.html", "//section[@id='rows']")
