"""Reading pages: the same content gives the same blocks, whatever its layout."""

from __future__ import annotations

import re
import textwrap
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import examples
from interopwatch.capture.model import Block, Document, Kind, Vocabulary
from interopwatch.capture.page.html import MOST_ELEMENTS
from interopwatch.capture.page.outline import headings_of, outline, title_of
from interopwatch.capture.page.read import MOST_BYTES, MOST_LINES, read
from interopwatch.errors import CaptureError, InteropwatchError
from pages import SITES, TEXT_LAYOUTS, Page, Part, caption, h, li, p, page
from source_texts import SOURCES

PAGE: Final = page(
    [
        h(1, "Working together"),
        p("Countries share what each of them could not well afford, and so they save money."),
        h(2, "Boats"),
        li("Small boats (SB)", numbered=True),
        li("Large boats", numbered=True),
        li("With sails – or oars", 2),
        li("With an engine", 2),
        li("Rafts & ferries", numbered=True),
        h(3, "Small boats (SB)"),
        caption("logo Small boats"),
        p("Purpose: to cross “narrow” waters <quickly>, without asking anybody for a bridge."),
        p("Participants: Bosnia and Herzegovina, the Netherlands and Türkiye"),
        p("Status: Established. It was launched in May 2001."),
        h(3, "RAFTLINK"),
        p("Status: Being established."),
    ],
    updated="04 May 2001 10:11",
    language="en-GB",
    address="https://example.org/together",
)

WORDS: Final = st.lists(
    st.sampled_from(["tent", "oar", "Türkiye,", "the", "co-operation", "X", "(2035-2040)", "“q”"]),
    min_size=1,
    max_size=40,
).map(lambda words: "Word " + " ".join(words) + ".")
"""Texts that end like sentences: lines that do not could have been wrapped."""


@st.composite
def pages(draw: st.DrawFn) -> Page:
    """Draw pages of any parts; lists begin at their first level and nest one level at a time."""
    parts: list[Part] = [h(1, draw(WORDS))]
    depth = 0
    for kind in draw(st.lists(st.sampled_from("hplllc"), max_size=12)):
        text = draw(WORDS)
        if kind == "l":
            depth = draw(st.integers(1, min(depth + 1, 4)))
            parts.append(li(text, depth, numbered=draw(st.booleans())))
            continue
        depth = 0
        made = {"h": h(draw(st.integers(2, 6)), text), "p": p(text), "c": caption(text)}
        parts.append(made[kind])
    return page(parts, updated=draw(st.sampled_from(["", "4 May 2001"])))


def html(body: str) -> Document:
    return read(f"<!doctype html><body>{body}".encode(), "page.html")


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks]


def told(document: Document) -> list[tuple[str, int, str]]:
    return [(block.kind.value, block.level, block.text) for block in document.blocks]


# The same content, however it is laid out.


@pytest.mark.parametrize("layout", [each for each in TEXT_LAYOUTS if each != "wrapped"])
@given(pages())
@settings(max_examples=examples(40))
def test_every_layout_of_text_gives_the_same_texts(layout: str, made: Page) -> None:
    read_back = read(made.text(layout).encode(), "page.txt")  # type: ignore[arg-type] # one of them
    assert texts(read_back) == made.texts(layout)  # type: ignore[arg-type] # likewise


@pytest.mark.parametrize("site", SITES)
@given(pages())
@settings(max_examples=examples(60))
def test_every_site_gives_the_same_texts_kinds_and_levels(site: str, made: Page) -> None:
    document = read(made.html(site).encode(), "page.html")  # type: ignore[arg-type] # one of them
    assert texts(document) == made.texts(site)  # type: ignore[arg-type] # likewise
    kinds = {"h": Kind.HEADING, "p": Kind.PARAGRAPH, "li": Kind.ITEM, "caption": Kind.CAPTION}
    blocks = [block for block in document.blocks if "pdated: " not in block.text]
    assert [(block.kind, block.level, block.numbered) for block in blocks] == [
        (kinds[part.kind], part.level, part.numbered) for part in made.parts
    ]


@pytest.mark.parametrize("layout", TEXT_LAYOUTS)
def test_a_page_reads_alike_in_every_layout(layout: str) -> None:
    document = read(PAGE.text(layout).encode(), "page.txt")  # type: ignore[arg-type] # one of them
    assert texts(document) == PAGE.texts(layout)  # type: ignore[arg-type] # likewise
    assert not document.marked


@pytest.mark.parametrize("site", SITES)
def test_a_site_declares_what_text_cannot(site: str) -> None:
    document = read(PAGE.html(site).encode(), "page.html")  # type: ignore[arg-type] # one of them
    assert document.marked
    assert document.language == "en-GB"
    assert document.title == "Working together"
    assert document.address == "https://example.org/together"


@given(pages())
@settings(max_examples=examples(20))
def test_wrapping_loses_no_word(made: Page) -> None:
    document = read(made.text("wrapped").encode(), "page.txt")
    assert " ".join(texts(document)).split() == " ".join(made.texts("wrapped")).split()


def test_line_ends_and_byte_order_marks_make_no_difference() -> None:
    text = PAGE.text("2025")
    plain = read(text.encode(), "page.txt")
    for end in ("\r\n", "\r"):
        assert read(text.replace("\n", end).encode(), "page.txt") == plain
    for charset in ("utf-8-sig", "utf-16", "utf-32"):
        assert read(text.encode(charset), "page.txt") == plain


# Laws.

TAGS: Final = ("div", "p", "ul", "li", "nav", "aside", "main", "article", "header", "footer",
               "table", "tr", "td", "h1", "h2", "span", "button", "form", "dl", "dt", "dd", "br",
               "details", "summary", "section", "b", "pre", "x-card", "dialog",
               "figcaption")  # fmt: skip
EXTRAS: Final = ("", "", "", ' class="cookie"', ' id="share"', " hidden", ' role="main"',
                 ' role="heading"', ' aria-hidden="true"', ' class="caption"', ' role="button"',
                 ' aria-expanded="true"', ' class="newsletter"')  # fmt: skip


@st.composite
def soup(draw: st.DrawFn) -> str:
    """Draw HTML of any elements, opened and closed in any order, with a word between any two."""
    out = []
    for number in range(draw(st.integers(1, 40))):
        tag = draw(st.sampled_from(TAGS))
        opens = draw(st.booleans()) or draw(st.booleans())
        out.append(f"<{tag}{draw(st.sampled_from(EXTRAS))}>" if opens else f"</{tag}>")
        out.append(f" word{number}w " + "and so on " * draw(st.sampled_from([0, 0, 12])))
    return "<!doctype html><body><p>Text.</p>" + "".join(out)


@given(soup())
@settings(max_examples=examples(300))
def test_no_text_is_lost_or_doubled(made: str) -> None:
    document = read(made.encode(), "page.html")
    found = " ".join(block.text for block in (*document.blocks, *document.boilerplate))
    words = re.findall(r"word\d+w", made)
    assert sorted(re.findall(r"word\d+w", found)) == sorted(words)
    assert all(block.text == " ".join(block.text.split()) for block in document.blocks)


@given(st.lists(WORDS, min_size=1, max_size=9))
def test_paragraphs_of_a_bare_page_are_its_text(made: list[str]) -> None:
    document = html("".join(f"<p>{text}" for text in made))
    assert texts(document) == made
    assert not document.boilerplate


PIECES: Final = (*(f"<{tag}>" for tag in TAGS), *(f"</{tag}>" for tag in TAGS), "<!--", "-->", "<",
                 ">", "&", "&#0;", "&#xD800;", "&#30;", "&nbsp;", "<![CDATA[", "]]>", "<?x ", "\0",
                 "<script>", "</script>", "<template>", "<svg>", "'", '"', "=", " text ", "é", "\r",
                 "<meta charset=utf-16>", "<meta charset=rot13>", "•", "1. ", "\f")  # fmt: skip


@given(st.one_of(
    st.binary(max_size=300),
    st.lists(st.sampled_from(PIECES), max_size=60).map(lambda pieces: "".join(pieces).encode()),
), st.sampled_from(["page", "page.html", "page.txt"]),
    st.sampled_from(["", "utf-8", "rot13", "utf-16", "iso-8859-1", "unicode_escape", "\0", "idna"]),
)  # fmt: skip
@settings(max_examples=examples(300))
def test_whatever_the_bytes_are_there_is_a_document_or_an_error(
    content: bytes, where: str, charset: str
) -> None:
    try:
        document = read(content, where, charset=charset)
    except InteropwatchError:
        return
    assert document.blocks
    assert document == read(content, where, charset=charset)


# HTML.


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>One<br>two", [("paragraph", 0, "One two")]),
        ("<p>One<br>Two", [("paragraph", 0, "One"), ("paragraph", 0, "Two")]),
        ("<p>one,<br>Two", [("paragraph", 0, "one, Two")]),
        ("<p>one<br><br>two", [("paragraph", 0, "one"), ("paragraph", 0, "two")]),
        (
            "<p>Purpose: x and<br>Status: y",
            [("paragraph", 0, "Purpose: x and"), ("paragraph", 0, "Status: y")],
        ),
        ("<h2>One<br>Two</h2>x", [("heading", 2, "One Two"), ("paragraph", 0, "x")]),
        ("<div role=heading aria-level=3>A</div>b", [("heading", 3, "A"), ("paragraph", 0, "b")]),
        ("<div role=heading aria-level=99>A</div>", [("heading", 6, "A")]),
        ("<div role=heading aria-level=²>A</div>", [("heading", 2, "A")]),
        ("a<div>b<p>c</p>d</div>e", [("paragraph", 0, each) for each in "abcde"]),
        (
            "<ul><li><p>a</p><p>b</p><ol><li>c</ol>d</ul>",
            [("item", 1, "a"), ("paragraph", 0, "b"), ("item", 2, "c"), ("paragraph", 0, "d")],
        ),
        ("<ul><li><h3>A</h3>b</ul>", [("heading", 3, "A"), ("paragraph", 0, "b")]),
        ("<p>• a<br>• b", [("item", 1, "a"), ("item", 1, "b")]),
        (
            "<table><caption>T</caption><tr><th>A<td>b<br>c<td><td>d<tr><td>e</table>",
            [("caption", 0, "T"), ("paragraph", 0, "A | b c | d"), ("paragraph", 0, "e")],
        ),
        (
            "<table><tr><td><p>A</p><p>b</p></td><td>c</td></table>",
            [("paragraph", 0, "A"), ("paragraph", 0, "b"), ("paragraph", 0, "c")],
        ),
        (
            "<table><tr><th><p>A<p>B</th><th>C<tr><td><ul><li>d,<li>e<li>f</ul><td><tr><td><td>g",
            [("paragraph", 0, each) for each in ("A, B | C", "d, e, f |", "| g")],
        ),
        (
            "<table><tr><th><h3>A</h3><tr><td>b<td>c<tr><td>d<td><p>e</table>",
            [("heading", 3, "A"), *(("paragraph", 0, each) for each in ("b | c", "d", "e"))],
        ),
        (
            "<table><tr><td>A<br>B<td>c<p>d</p><td>e<tr><td>• f<td>g</table>",
            [*(("paragraph", 0, each) for each in ("A B | c", "d", "e")), ("item", 1, "f | g")],
        ),
        (
            "<dl><dt>Status</dt><dd>Done</dd><dt>Led by:<dd>A<dt>C</dl>",
            [("paragraph", 0, each) for each in ("Status: Done", "Led by: A", "C")],
        ),
        (
            "<dl><dt>A<dd><p>b</p><p>c</p><dt>D<dd><ul><li>e</ul><dd>f<dt>G</dl><p>h",
            [("paragraph", 0, "A: b"), ("paragraph", 0, "c"), ("paragraph", 0, "D"),
             ("item", 1, "e"), *(("paragraph", 0, each) for each in "fGh")],
        ),
        (
            "<h2>A</h2><details><summary>B</summary><p>c</p></details>",
            [("heading", 2, "A"), ("heading", 3, "B"), ("paragraph", 0, "c")],
        ),
        (
            "<h2>A</h2><button aria-expanded=false aria-controls=x>B</button><div id=x hidden>c",
            [("heading", 2, "A"), ("heading", 3, "B"), ("paragraph", 0, "c")],
        ),
        (
            "<h2>A</h2><details><summary>x <h3>B</h3></summary><h5>C</h5></details>",
            [("heading", 2, "A"), ("heading", 3, "x"), ("heading", 3, "B"), ("heading", 5, "C")],
        ),
        (
            "<h2><b role=button aria-expanded>A<i hidden>v</i></b></h2><p hidden>b</p>c<p hidden>d",
            [("heading", 2, "A"), *(("paragraph", 0, each) for each in "bc")],
        ),
        ("<h3><button>A</button></h3>b", [("heading", 3, "A"), ("paragraph", 0, "b")]),
        (
            "<div class='accordion-panel' style='display: none'>a</div>b",
            [("paragraph", 0, "a"), ("paragraph", 0, "b")],
        ),
        ("<p><strong>Title</strong></p>", [("paragraph", 0, "Title")]),
        ("<pre>a\n\nB\nc</pre>", [("paragraph", 0, "a"), ("paragraph", 0, "B c")]),
        (
            "<p>New&nbsp;Zealand,&nbsp; Mol&shy;do\N{ZERO WIDTH SPACE}va &amp; “q” &lt;b&gt;",
            [("paragraph", 0, "New Zealand, Moldova & “q” <b>")],
        ),
        ("<p>a <a href=x>link</a><sup>1</sup>.", [("paragraph", 0, "a link.")]),
        ("<p>a<span aria-hidden=true>hidden</span>b", [("paragraph", 0, "ab")]),
        (
            "<p>Norway <span class='sr-only'>(opens in a new window)</span>, Spain",
            [("paragraph", 0, "Norway , Spain")],
        ),
        ("<p>a<button>Copy</button>b", [("paragraph", 0, "ab")]),
        ("<x-card>a</x-card><x-card>b</x-card>", [("paragraph", 0, "a"), ("paragraph", 0, "b")]),
        ("<p>a <x-tip>b</x-tip> c", [("paragraph", 0, "a b c")]),
        ("<template shadowrootmode=open><p>a</template>", [("paragraph", 0, "a")]),
        ("<p>a<!-- x\n --> b<script>c</script><style>d</style>", [("paragraph", 0, "a b")]),
        ("<ul><li>ADVERTISEMENT<li>a</ul>", [("item", 1, "a")]),
    ],
)  # fmt: skip
def test_elements_become_blocks(body: str, expected: list[tuple[str, int, str]]) -> None:
    assert told(html(body)) == expected


PROSE: Final = "<p>" + "The text of this page is here, and it is longer than a menu would be. " * 3


@pytest.mark.parametrize(
    "around",
    [
        "<nav><ul><li>{}</ul></nav>",
        "<div role=navigation>{}</div>",
        "<header>{}</header>",
        "<footer>{}</footer>",
        "<aside><h2>See</h2>{}</aside>",
        "<form>{}<input></form>",
        "<div hidden>{}</div>",
        "<div style='x:y;DISPLAY : none'>{}</div>",
        "<noscript>{}</noscript>",
        "<template>{}</template>",
        "<dialog open>{}</dialog>",
        "<div class='cookieBanner'><h2>Cookies</h2>{}</div>",
        "<section id='newsletter-block'>Subscribe to it {}</section>",
        "<ul class='social'><li>{}</ul>",
        "<div class='ad ad-wide'>{}</div>",
        "<ol class=breadcrumb><li>{}</ol>",
        "<div id=login>Sign in {}</div>",
    ],
)
def test_what_surrounds_the_text_is_kept_apart(around: str) -> None:
    document = html(around.format("surroundings") + PROSE + around.format("more"))
    assert len(document.blocks) == 1
    left = " ".join(block.text for block in document.boilerplate)
    assert "surroundings" in left
    assert "more" in left


@pytest.mark.parametrize(
    "around",
    [
        "<nav>{}",
        "<form>{}</form>",
        "<header>{}",
        "<div class='has-cookie-banner'>{}</div>",
        "<div class='newsletter'>{}</div>",
        "<div class='share'>{}</div>",
        "<div hidden>{}",
        "<aside>{}</aside>",
        "<button>{}</button>",
        "<div class=ad><main>{}</main></div>",
        "<main></main>{}",
        "<article>A short one</article>{}",
        "<main>Loading</main><div>{}</div>",
    ],
)
def test_what_holds_the_text_is_no_boilerplate_whatever_it_is_called(around: str) -> None:
    document = html(around.format(f"<h2>Title</h2>{PROSE}"))
    assert "Title" in texts(document)
    assert any(text.startswith("The text of this page") for text in texts(document))


def test_a_name_alone_makes_no_boilerplate() -> None:
    body = f"{PROSE}<div class='newsletter share-price'><p>Estonia, Latvia and Spain {'x' * 300}"
    assert len(html(body).blocks) == 2
    assert texts(html("<p class='cookie'>Estonia</p>" + PROSE))[0] == "Estonia"
    assert len(html(f"<div id=ad>{PROSE}</div>{PROSE}{PROSE}").blocks) == 3


def test_the_title_and_the_date_may_stand_outside_the_main_text() -> None:
    body = (
        "<header><h1>Title</h1><p>Menu of the day</p></header><div>Not this</div>"
        f"<main>{PROSE}</main><footer><p>Last updated: 4 May 2001</p><p>© 2001</footer>"
    )
    document = html(body)
    assert texts(document)[0] == "Title"
    assert texts(document)[-1] == "Last updated: 4 May 2001"
    assert [block.text for block in document.boilerplate] == [
        "Menu of the day",
        "Not this",
        "© 2001",
    ]


def test_the_header_of_a_page_may_hold_its_introduction() -> None:
    document = html(f"<header><p>The site</p><h1>Title</h1>{PROSE}</header>{PROSE}{PROSE}")
    assert texts(document)[0] == "Title"
    assert texts(document)[1].startswith("The text of this page")
    assert [block.text for block in document.boilerplate] == ["The site"]


def test_a_page_of_nothing_but_boilerplate_holds_no_text() -> None:
    with pytest.raises(CaptureError, match="no text"):
        html("<nav><p>Home</nav>")


def test_a_site_named_by_a_heading_is_not_the_title() -> None:
    document = html(f"<header><h1>The site</h1></header><main><h1>Title</h1>{PROSE}</main>")
    assert texts(document)[0] == "Title"


def test_cards_of_other_articles_are_not_the_one_article() -> None:
    document = html(f"<div><h1>T</h1>{PROSE}</div>" + "<article><p>Card</article>" * 3)
    assert len(document.blocks) == 5


def test_dates_that_a_page_declares_are_kept_as_they_are() -> None:
    document = html(
        '<meta property="article:modified_time" content="2001-05-04T10:11:00Z">'
        f'<meta name="viewport" content="x"><main>{PROSE}<time datetime="2001-05-04">4 May</time>'
        '</main><aside><time datetime="1999">1999</time></aside>'
    )
    assert document.stamps == (
        ("article:modified_time", "2001-05-04T10:11:00Z"),
        ("time", "2001-05-04"),
    )


def test_what_stands_in_a_sentence_of_a_cell_is_kept_apart_from_it() -> None:
    row = "<tr><td>Norway<button>Copy it</button>, Spain<td>2031"
    document = html(f"<table><tr><th>Who<th>When{row}</table>")
    assert texts(document) == ["Who | When", "Norway, Spain | 2031"]
    assert texts(html(f"<table>{row}</table>")) == ["Norway, Spain | 2031"]
    assert [block.text for block in document.boilerplate] == ["Copy it"]


def test_a_picture_gives_no_page_its_title() -> None:
    logo = "<svg><g><title>A logo</title></g></svg>"
    assert title_of(html(f"{logo}<h1>Together</h1>{PROSE}"), ["A work"]) == "Together"
    assert html(f"{logo}<h1>Together</h1><title>Whole</title>{PROSE}").title == "Whole"


@pytest.mark.parametrize("address", ["javascript:alert(1)", "/x", "file:///etc/passwd", "http://"])
def test_an_address_that_is_none_of_the_web_is_not_taken(address: str) -> None:
    page = f'<!doctype html><link rel="canonical" href="{address}"><p>a'.encode()
    assert read(page, "page.html").address == ""
    assert read(page, "page.html", address="https://example.org").address == "https://example.org"


def test_lines_are_those_of_the_file() -> None:
    content = "<!doctype html>\n<body>\n<p\nclass=x>\n one\n<b>x</b></p>\n<!-- \n -->two<h2>Three"
    assert [(b.line, b.text) for b in read(content.encode(), "page.html").blocks] == [
        (5, "one x"),
        (8, "two"),
        (8, "Three"),
    ]
    content = "<p>a &lt; b\n &amp; c\n\nd</p><p\n>e</p>\n<p>f<!-- \n\n -->g</p><p>h"
    assert [(b.line, b.text) for b in read(content.encode(), "page.html").blocks] == [
        (1, "a < b & c d"),
        (5, "e"),
        (6, "fg"),
        (8, "h"),
    ]


def test_lines_are_counted_however_many_there_are() -> None:
    some = b"<p>a</p>\n" * 2_000
    lines = [b.line for b in read(some + b"\n" * 66_000 + some, "page.html").blocks]
    assert lines == [*range(1, 2_001), *range(68_001, 70_001)]


def test_what_is_unfolded_may_stand_before_what_unfolds_it() -> None:
    panel, button = "<div id=x hidden><p>a</p></div>", "<a aria-controls=x>b</a>"
    assert texts(html(f"{PROSE}{panel}{button}"))[1:] == ["a", "b"]
    assert texts(html(f"{PROSE}{panel}"))[1:] == []


# Text.


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\nb", [("paragraph", 0, 1, "a"), ("paragraph", 0, 2, "b")]),
        ("a\n\N{NO-BREAK SPACE}\n\nb", [("paragraph", 0, 1, "a"), ("paragraph", 0, 4, "b")]),
        ("  • a\n    - b\n  • c\n  o d", [
            ("item", 1, 1, "a"), ("item", 2, 2, "b"), ("item", 1, 3, "c"), ("item", 1, 4, "d"),
        ]),
        ("o meu", [("paragraph", 0, 1, "o meu")]),
        ("  1. a\n\t•\tb\n 12) c", [("item", 1, 1, "a"), ("item", 2, 2, "b"), ("item", 1, 3, "c")]),
        ("• A\n\n    body\n\n    • b\n\n• C", [
            ("item", 1, 1, "A"), ("paragraph", 0, 3, "body"), ("item", 2, 5, "b"),
            ("item", 1, 7, "C"),
        ]),
        ("  •\na\n•", [("item", 1, 1, "a")]),
        ("a\fb\N{LINE SEPARATOR}c\nd", [
            ("paragraph", 0, 1, "a"), ("paragraph", 0, 1, "b"), ("paragraph", 0, 1, "c"),
            ("paragraph", 0, 2, "d"),
        ]),
        ("2024 was\n29 projects\n1.5 m\n-3", [
            ("paragraph", 0, 1, "2024 was"), ("paragraph", 0, 2, "29 projects"),
            ("paragraph", 0, 3, "1.5 m"), ("paragraph", 0, 4, "-3"),
        ]),
        ("Facebook X Reddit\na\nADVERTISEMENT\n", [("paragraph", 0, 2, "a")]),
        ("a < b and c > d", [("paragraph", 0, 1, "a < b and c > d")]),
    ],
)  # fmt: skip
def test_lines_become_blocks(text: str, expected: list[tuple[str, int, int, str]]) -> None:
    blocks = read(text.encode(), "page.txt").blocks
    assert [(b.kind.value, b.level, b.line, b.text) for b in blocks] == expected


def test_numbers_before_items_are_told_from_bullets() -> None:
    blocks = read(b"1. a\n- b\n", "page.txt").blocks
    assert [block.numbered for block in blocks] == [True, False]


def test_wrapped_lines_are_put_together_again() -> None:
    whole = (
        "The countries that take part in this project want to build boats together, so that each "
        "of them pays less for a boat – and more for sails. It began in 2001 with only three of "
        "the countries."
    )
    text = (
        "The countries that take part in this project want to build\n"
        "boats together, so that each of them pays less for a boat –\n"
        "and more for sails. It began in 2001 with only three of the\n"
        "countries.\n\n"
        "  • Boats that are built for crossing waters of the inter-\n"
        "    national kind, with sails\n"
        "  • Rafts\n"
    )
    assert texts(read(text.encode(), "page.txt")) == [
        whole,
        "Boats that are built for crossing waters of the international kind, with sails",
        "Rafts",
    ]


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("coun-\ntries", "countries"),  # a word of the page
        ("Elbo-\nnia", "Elbonia"),  # neither half is a word
        ("sea-\nland", "sea-land"),  # both are, and the joined word is none
        ("over-land-to-\nsea", "over-land-to-sea"),
    ],
)
def test_a_word_that_was_broken_at_the_end_of_a_line_is_whole_again(
    broken: str, whole: str
) -> None:
    one, two = broken.split("\n")
    text = (
        "Many of the countries have got a border on the land or the sea.\n\n"
        f"Boats that g{'o' * (46 - len(one))} {one}\n"
        f"{two} is what they are made for, as they have no need of the\n"
        "help of others, which would come much too late for all that\n"
        "they do.\n"
    )
    assert f" {whole} is what" in texts(read(text.encode(), "page.txt"))[1]


def test_short_paragraphs_one_below_the_other_are_not_wrapped() -> None:
    lines = [f"{word} is a paragraph that is about as long as the one below it." for word in "ABCD"]
    assert texts(read("\n".join(lines).encode(), "page.txt")) == lines


# What is HTML, and in which characters.


@pytest.mark.parametrize(
    ("content", "where", "media_type", "marked"),
    [
        ("<!DOCTYPE html><p>a", "x", "", True),
        ("<!DOCTYPE html><p>a", "x.txt", "text/plain", True),
        ("\ufeff \n<?xml version='1.0'?>\n<!-- a --><html><p>a", "x", "", True),
        ("<p>a", "x", "", True),
        ("a <b>b</b>", "x", "text/html; charset=utf-8", True),
        ("a <b>b</b>", "x.HTML", "", True),
        ("a <b>b</b>", "x.txt", "", False),
        ("a\nb", "x.html", "", False),
        ("ce.</p><p>a</p></div>", "x", "", True),
    ],
)
def test_html_is_told_from_text(content: str, where: str, media_type: str, *, marked: bool) -> None:
    assert read(content.encode(), where, media_type).marked is marked


@pytest.mark.parametrize(
    ("content", "charset"),
    [
        ("Türkiye – a".encode(), ""),
        ("Türkiye – a".encode(), "iso-8859-1"),
        ("Türkiye – a".encode("cp1252"), ""),
        ("Türkiye – a".encode("cp1252"), "ISO-8859-1"),
        ("Türkiye – a".encode("cp1252"), "no-such-charset"),
        ("Türkiye – a".encode("cp1254"), "windows-1254"),
        ("Türkiye – a".encode("utf-16-le"), ""),
        ("Türkiye – a".encode("utf-16-be"), ""),
        ("Türkiye – a".encode("utf-16"), "utf-8"),
        ("Türkiye – a".encode("utf-16-be"), "utf-8"),
        ("Türkiye – a".encode("cp1254"), "latin5"),
        (b'<meta charset="x-none"><p>' + "Türkiye – a".encode("cp1252"), ""),
        (b"<META http-equiv=x content='text/html; charset=utf-8'><p>" + "Türkiye – a".encode(), ""),
        (b"<meta charset=utf-16><p>" + "Türkiye – a".encode(), ""),
    ],
)
def test_characters_are_read_in_the_charset_that_they_are_in(content: bytes, charset: str) -> None:
    assert texts(read(content, "page", charset=charset)) == ["Türkiye – a"]


def test_the_charset_of_the_page_counts() -> None:
    content = b'<!doctype html><meta charset="windows-1251"><p>' + "Латвия".encode("cp1251")
    assert texts(read(content, "page")) == ["Латвия"]


def test_a_page_cut_within_a_character_is_read() -> None:
    content = "Türkiye and Türkiye and Türkiye".encode() + "ü".encode()[:1]
    assert texts(read(content, "page"))[0].startswith("Türkiye and Türkiye")


# What cannot be read.


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b" \n\t", "empty"),
        (b"%PDF-1.7 \n", "PDF"),
        (b"PK\x03\x04....", "zip"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"\x89PNG\r\n", "image"),
        (b"MIME-Version: 1.0\n", "MHTML"),
        (bytes(range(256)) * 9, "binary"),
        (b"\0" * 99, "binary"),
        (b"a" * (MOST_BYTES + 1), "too many"),
        (b"<!doctype html><div id=root></div><script>draw()</script>", "no text"),
        (b"<!doctype html>", "no text"),
        ("\N{NO-BREAK SPACE}\n".encode(), "no text"),
        (b"<html>" + b"<div>" * 100_000 + b"x", "depth"),
        (b"<html>" + b"<br>" * (MOST_ELEMENTS + 1) + b"x", "elements"),
        (b"<html><pre>" + b"a\n" * (MOST_ELEMENTS + 1), "lines"),
        (b"a\n" * (MOST_LINES + 1), "lines"),
        (b"<html><p " + b"".join(b"a%d=1 " % n for n in range(100_000)) + b">x", "attributes"),
    ],
)
def test_what_is_no_page_is_refused_by_name(content: bytes, message: str) -> None:
    with pytest.raises(CaptureError, match=message) as caught:
        read(content, "some/page")
    assert caught.value.message.startswith("some/page:")
    assert caught.value.hint


def test_other_media_types_are_refused() -> None:
    with pytest.raises(CaptureError, match="application/pdf is not a page"):
        read(b"x", "https://example.org/x", "application/pdf")


# Hostile pages.


def test_no_entity_fetches_a_file() -> None:
    content = b'<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><p>a &x; b'
    assert "root:" not in str(read(content, "page.html"))


@pytest.mark.parametrize(
    "content",
    [
        b"<p>x<!--" + b"-" * 500_000,
        b"<p>x" + b"<" * 500_000,
        b"<p>x</p>" + b"<b>" * 2000 + b"</i>" * 50_000,
        b"<p>x" + b"<nav><aside>" * 900 + b"<p>y</p>" * 1000,
        b"<p>x" + b"and<br>" * 50_000,
        b"<p>x<p class='" + b"aB" * 200_000 + b"' style='" + b"display " * 50_000 + b"'>y",
        b"x and\n" * 20_000,
        b"<p>x<table>" + b"<table><tr><td>" * 600 + b"y",
        b"<p>x<table>" + b"<table><tr><th>a<th>" * 300 + b"y",
        b"<p>x<table><tr><th>a<th>b<tr><td>" + b"<p>c" * 20_000,
        b"<p>x<table><tr>" + b"<td>a" * 20_000,
        b"<p>x" + b"<sup>a" * 1500 + b"b" * 1_000_000,
        b"<p>x<pre>" + b"a &amp; b\n" * 20_000,
    ],
)
def test_pages_made_to_take_time_are_read(content: bytes) -> None:
    assert texts(read(content, "page"))[0].startswith("x")


def test_a_name_hidden_behind_directions_is_the_name() -> None:
    assert texts(html("<p>Nor\N{RIGHT-TO-LEFT OVERRIDE}way")) == ["Norway"]


# The real texts.


@pytest.mark.skipif(not SOURCES.is_dir(), reason=f"the texts of the sources are not at {SOURCES}")
def test_nothing_but_boilerplate_is_dropped_from_the_real_texts() -> None:
    for file in sorted(SOURCES.glob("*.txt")):
        lines = file.read_text(encoding="utf-8").splitlines()
        said = [re.sub(r"^\s*(?:•|\d+\.) +", "", line) for line in lines]
        expected = [" ".join(text.split()) for text in said if text.strip()]
        document = read(file.read_bytes(), file.name)
        every: list[Block] = sorted(
            (*document.blocks, *document.boilerplate), key=lambda block: block.line
        )
        assert [block.text for block in every] == expected
        left = {block.text for block in document.boilerplate}
        assert left <= {"ADVERTISEMENT", "Facebook X Reddit"}
        assert bool(left) is file.name.startswith("interoperability")


def test_names_one_below_the_other_are_not_joined_by_an_article() -> None:
    names = ["Ukraine", "the United Arab Emirates", "Republic of Korea", "the Netherlands"]
    assert texts(html(f"<p>{'<br>'.join(names)}</p>")) == names
    assert texts(html("<p>It was led by Norway and<br>the Netherlands.</p>")) == [
        "It was led by Norway and the Netherlands."
    ]


def test_a_picture_divides_words() -> None:
    assert texts(html("<p><img>Norway<img>Spain")) == ["Norway Spain"]


def test_a_known_heading_needs_no_markup() -> None:
    document = html("<h2>One</h2><p>It is.</p><p><b>Two</b></p><p>So is this.</p>")
    known = Vocabulary({}, locators=("One", "Two"))
    found = headings_of(document, "A title", known, "line")
    assert [document.blocks[at].text for at in found] == ["One", "Two"]
    assert [each.path for each in outline(document.blocks, found)][-1] == ("Two",)


def test_what_readers_wrote_below_is_no_text_of_the_page() -> None:
    said = "<h2>2 thoughts on tents</h2><ol class=comment-list><li>Ann says: Norway joined in 2031."
    document = html(f"<article><h1>Tents</h1>{PROSE}</article><div id=comments>{said}</ol></div>")
    assert "Norway" not in " ".join(texts(document))
    assert "Norway" in " ".join(block.text for block in document.boilerplate)
    # The class name alone is not trusted.
    text = html(f"<div class=comments><p>Norway joined the project in 2031.</div>{PROSE}")
    assert "Norway" in " ".join(texts(text))


MARKDOWN: Final = """# Working together

*Last updated: 4 May 2001*

Countries **share** what [each](https://example.org) of
them could not afford.

## Boats

* Small boats
* Large boats
  on one line

### Rafts

**Participants:** Norway and Spain

| Who | When |
|---|---|
| Norway | 2031 |
"""


def test_markdown_is_read_by_its_marks() -> None:
    document = read(MARKDOWN.encode(), "page.txt")
    assert document.marked
    assert [(b.kind.value, b.line, b.text) for b in document.blocks] == [
        ("heading", 1, "Working together"),
        ("paragraph", 3, "Last updated: 4 May 2001"),
        ("paragraph", 5, "Countries share what each of them could not afford."),
        ("heading", 8, "Boats"),
        ("item", 10, "Small boats"),
        ("item", 11, "Large boats on one line"),
        ("heading", 14, "Rafts"),
        ("paragraph", 16, "Participants: Norway and Spain"),
        ("paragraph", 18, "Who | When"),
        ("paragraph", 20, "Norway | 2031"),
    ]
    one = b"# One\n\nIt is."
    assert not read(one, "page.txt").marked
    assert read(one, "page", media_type="text/markdown").marked


def test_code_in_markdown_stands_on_its_own_line() -> None:
    text = "# One\n\n> said\n\n    all of it\n    and more\n\n# Two\n"
    blocks = read(text.encode(), "page", media_type="text/markdown").blocks
    assert [(block.line, block.text) for block in blocks] == [
        (1, "One"),
        (3, "said"),
        (5, "all of it and more"),
        (8, "Two"),
    ]


def test_paragraphs_may_be_wrapped_where_headings_are_not() -> None:
    wide = "A heading that is a good deal longer than any line of the paragraphs below it"
    words = " ".join(["The boats were built of wood and steel by everyone."] * 4)
    text = "\n\n".join([wide, *(textwrap.fill(words, 60) for _ in range(3))])
    assert texts(read(text.encode(), "page.txt")) == [wide, words, words, words]
