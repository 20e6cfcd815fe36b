"""The template language of a descriptor's vocabulary."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interopwatch.errors import TemplateError
from interopwatch.package.template import Optional, Reference, fill, parse, references


def filled(template: str, **cells: str) -> str:
    def value(reference: Reference) -> str:
        return next(filter(None, (cells[".".join(path)] for path in reference.paths)), "")

    return fill(parse(template), value)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("plain text", "plain text"),
        ("", ""),
        ("{a}", "one"),
        ("{a}{b}", "onetwo"),
        ("{empty}", ""),
        ("{empty|a}", "one"),
        ("{a|b}", "one"),
        ("{empty|empty}", ""),
        ("x[ ({a})]", "x (one)"),
        ("x[ ({empty})]", "x"),
        ("x[ ({a}, {empty})]y", "xy"),
        ("x[ ({empty|b})]", "x (two)"),
        ("[always]", "always"),
        ("[{a}][{empty}][{b}]", "onetwo"),
        ("{{{a}}}", "{one}"),
        ("[[{a}]]", "[one]"),
        ("[ {{x}} {a}]", " {x} one"),
        ("{a}: 100% & <b>", "one: 100% & <b>"),
    ],
)
def test_a_template_is_filled_from_a_row(template: str, text: str) -> None:
    assert filled(template, a="one", b="two", empty="") == text


@pytest.mark.parametrize(
    ("template", "what"),
    [
        ("{a", "an unmatched {"),
        ("a}", "an unmatched }"),
        ("{a{b}}", "an unmatched {"),
        ("x [y", "a [ without a ]"),
        ("x] y", "a ] without a ["),
        ("[a [b] c]", "optional parts cannot be nested"),
        ("{}", "an empty reference {}"),
        ("{a.}", "an empty reference {a.}"),
        ("{.a}", "an empty reference {.a}"),
        ("{a||b}", "an empty reference {a||b}"),
        ("{|a}", "an empty reference {|a}"),
    ],
)
def test_templates_that_cannot_be_read(template: str, what: str) -> None:
    with pytest.raises(TemplateError) as caught:
        parse(template)
    assert what in caught.value.message
    assert repr(template) in caught.value.message


def test_references_of_a_template() -> None:
    found = list(references(parse("{a} and {b.c|d}[ in {e}] or {{f}}")))
    assert found == [
        Reference((("a",),)),
        Reference((("b", "c"), ("d",))),
        Reference((("e",),)),
    ]
    assert parse("x[{e}]") == ("x", Optional((Reference((("e",),)),)))


@given(st.text())
def test_any_text_can_be_quoted(text: str) -> None:
    quoted = "".join(char * 2 if char in "{}[]" else char for char in text)
    assert filled(quoted) == text


@given(st.text(alphabet="{}[]|.ab "))
def test_a_template_is_read_or_refused_as_such(text: str) -> None:
    try:
        parts = parse(text)
    except TemplateError:
        with pytest.raises(TemplateError, match=re.escape(repr(text))):
            parse(text)
    else:
        braces = [match.group(0) for match in re.finditer(r"\{\{|\}\}|\{[^{}\[\]]*\}", text)]
        named = [found for found in braces if found not in ("{{", "}}")]
        assert len(list(references(parts))) == len(named)
