"""Addresses of pages: whatever the keys, no two pages share one, and none is outside the site."""

from __future__ import annotations

import posixpath
from unicodedata import normalize
from urllib.parse import unquote, urljoin, urlsplit

from hypothesis import assume, given
from hypothesis import strategies as st

from interopwatch.file_names import colliding, why_refused
from interopwatch.site.addresses import Addresses, relative, slug

KEYS = st.lists(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
    | st.sampled_from(["..", ".", "/", "con", "CON", "aux", "a", "A", "é", "e\u0301", "a/b"]),
    unique=True,
    max_size=12,
)
PATHS = st.lists(st.sampled_from("abcé. :#?%"), min_size=1, max_size=5).map("".join)


@given(KEYS)
def test_keys_that_differ_have_addresses_that_differ_everywhere(keys: list[str]) -> None:
    addresses = Addresses(["index.html"])
    found = [addresses.new("things", ["things", key], ".html") for key in keys]
    assert list(colliding(found)) == []
    for path in found:
        assert posixpath.normpath(path) == path
        assert path.startswith("things/")
        assert path.isascii()
        assert path == path.lower()
        assert why_refused(path) == ""


@given(KEYS)
def test_an_address_does_not_depend_on_what_comes_after(keys: list[str]) -> None:
    once, again = Addresses(), Addresses()
    first = [once.new("", [key], ".html") for key in keys]
    assert [again.new("", [key], ".html") for key in keys[: len(keys) // 2]] == first[
        : len(keys) // 2
    ]


def test_a_page_is_never_put_where_a_file_or_a_folder_of_the_package_is() -> None:
    addresses = Addresses(["clubs", "Tables/x.csv"])
    assert addresses.new("", ["a", "clubs"]) != "clubs"
    assert addresses.folder(["b", "tables"]) != "tables"
    assert not addresses.is_free("clubs/a.html")
    assert not addresses.is_free("tables/X.csv")
    assert addresses.is_free("tables/y.csv")


def test_a_name_is_told_in_plain_letters() -> None:
    assert slug("São Tomé & Príncipe") == "sao-tome-principe"
    assert slug("../../../etc/passwd") == "etc-passwd"
    assert len(slug("x" * 1000)) == 60


@given(st.lists(PATHS, min_size=1, max_size=3), st.lists(PATHS, min_size=1, max_size=3), st.text())
def test_a_reference_leads_from_one_page_to_the_other(
    one: list[str], other: list[str], anchor: str
) -> None:
    page, target = (
        posixpath.normpath("/".join(part.strip(".") or "x" for part in parts))
        for parts in (one, other)
    )
    assume(not f"{page}/".startswith(f"{target}/") or page == target)  # it would be a folder
    anchor = normalize("NFC", anchor).encode(errors="ignore").decode()
    found = urljoin(f"https://a.example/{_quoted(page)}", relative(target, page, anchor))
    assert unquote(urlsplit(found).path) == f"/{target}"
    assert unquote(urlsplit(found).fragment) == anchor


def _quoted(path: str) -> str:
    from urllib.parse import quote

    return quote(path)
