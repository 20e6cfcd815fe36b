"""Read the articles related to a page: descriptions, each with its date below or above it."""

from __future__ import annotations

from collections import Counter
from itertools import dropwhile, pairwise
from typing import TYPE_CHECKING, Final

from interopwatch.capture.english.text import fold
from interopwatch.capture.model import Kind
from interopwatch.capture.page.datelines import RELATED, date_in, is_date_line
from interopwatch.capture.page.outline import Placed
from interopwatch.package.edtf import is_plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from interopwatch.capture.model import Document
    from interopwatch.capture.works.ledger import Ledger

_DESCRIPTION: Final = 80  # characters; a shorter line is a title, a caption or a button


def label_of(placed: Sequence[Placed]) -> int:
    """Return the index of the heading of the related articles; the length if there is none."""
    heads = (at for at, each in enumerate(placed) if fold(each.block.text) in RELATED)
    return next(heads, len(placed))


def beside(document: Document) -> tuple[Placed, ...]:
    """Return the related articles of a page that were taken for boilerplate."""
    blocks = [*dropwhile(lambda each: fold(each.text) not in RELATED, document.boilerplate)]
    return tuple(Placed(each, (blocks[0].text,)) for each in blocks)


def articles(
    placed: Sequence[Placed], ledger: Ledger
) -> Iterator[tuple[list[int], dict[str, str]]]:
    """Yield for each article its passages and the date on which it was ``published``, if any.

    Each block of the page must be one passage. Unclear articles are reported in the ledger.
    """
    below = {n: placed[n].block for n in range(label_of(placed), len(placed))}
    dated = {n for n, block in below.items() if is_date_line(block.text)}
    labels = {n for n, block in below.items() if fold(block.text) in RELATED}
    ledger.settle(dated | labels)
    apart = {n for n in below if placed[n].heads or below[n].kind is Kind.CAPTION} - dated
    numbers = [n for n in below if n not in labels | apart]
    # A date ends its article; if the first block is a date, each begins its own.
    ends = not numbers or numbers[0] not in dated
    cuts = [at + ends for at, n in enumerate(numbers) if n in dated]
    groups = [numbers[a:b] for a, b in pairwise((0, *cuts, len(numbers))) if a < b]

    def descriptions(group: Sequence[int]) -> list[int]:
        texts = [n for n in group if n not in dated]
        return [n for n in texts if len(below[n].text) >= _DESCRIPTION] or texts

    sizes = Counter(len(descriptions(group)) for group in groups if dated & {*group})
    for group in groups:
        texts, days = descriptions(group), [n for n in group if n in dated]
        if not days:
            for n in (n for n in texts if len(below[n].text) >= _DESCRIPTION):
                ledger.doubt("reading-undated", n)
            continue
        usual = sizes.most_common(1)[0][0]
        # If each date usually has one description, an additional one is an undated article.
        alone = texts[: len(texts) - usual] if usual == 1 else []
        if len(texts) != usual:
            ledger.doubt(f"readings-unclear{'.one' * bool(alone)}", group[0])
        yield from (([n], {"published": ""}) for n in alone)
        text = below[days[0]].text
        day = date_in(text) or ""
        if not is_plain(day):
            ledger.doubt("not-a-date", days[0], text=text)
            day = ""
        yield [*texts[len(alone) :], *days], {"published": day}
