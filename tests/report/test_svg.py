"""Pictures within a page: they draw, and do nothing else."""

from __future__ import annotations

import pytest

from interopwatch.report.svg import inline

HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9"'
)


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        "<style>*{display:none}</style>",
        "<foreignObject><b xmlns='http://www.w3.org/1999/xhtml'>x</b></foreignObject>",
        "<image href='http://a.example/x.png'/>",
        "<rect onclick='alert(1)'/>",
        "<rect style='fill:url(http://a.example/x)'/>",
        "<rect fill='url(http://a.example/x#y)'/>",
        "<use href='http://a.example/x.svg#y'/>",
        "<use xlink:href='javascript:alert(1)'/>",
        "<animate attributeName='href' to='javascript:alert(1)'/>",
        "<a href='javascript:alert(1)'><rect/></a>",
        "<!-- --><?xml-stylesheet href='http://a.example/x.css'?>",
        "<iframe xmlns='http://www.w3.org/1999/xhtml' src='http://a.example'/>",
    ],
)
def test_nothing_acts_or_loads(inside: str) -> None:
    made = inline(f"{HEAD}>{inside}<path d='M0 0'/></svg>", "p1-")
    assert "<path" in made
    for word in ("alert", "a.example", "script", "style", "onclick", "iframe"):
        assert word not in made


def test_entities_are_not_read() -> None:
    text = f'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>{HEAD}><text>&a;</text></svg>'
    assert "root:" not in inline(text, "p1-")


def test_ids_and_what_refers_to_them_get_a_prefix() -> None:
    inside = '<clipPath id="c"><rect/></clipPath><g clip-path="url(#c)"><use href="#c"/></g>'
    made = inline(f"{HEAD}>{inside}</svg>", "p7-")
    assert 'id="p7-c"' in made
    assert "url(#p7-c)" in made
    assert 'href="#p7-c"' in made


@pytest.mark.parametrize("text", ["", "<html/>", "<svg/>", "not a picture"])
def test_what_is_no_svg_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not SVG"):
        inline(text, "p1-")
