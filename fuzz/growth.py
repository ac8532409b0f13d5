"""`python -m fuzz.growth [--shape NAME] [--most BYTES] [--limit SECONDS]`

How the time for an article grows with its size, for shapes that are hard on parsers: microseconds a byte at 10 kB,
100 kB, 1 MB and 10 MB. What takes time in proportion to its size has the same figure all along its line.
"""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import resource
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from multiprocessing.connection import Connection

from medlint.config import Config
from medlint.lint import lint_text
from medlint.rules import load_rules

SIZES = (10_000, 100_000, 1_000_000, 10_000_000)


def _repeated(piece: str, before: str = "", behind: str = "") -> Callable[[int], str]:
    def shape(size: int) -> str:
        return before + piece * max(1, (size - len(before) - len(behind)) // len(piece)) + behind

    return shape


def _numbered(piece: str, behind: str = "") -> Callable[[int], str]:
    """Two halves of numbered lines: `piece`, then `behind`, with # for the number."""

    def shape(size: int) -> str:
        count = size // (len(piece) + len(behind) + 8) or 1
        halves = (piece, behind) if behind else (piece,)
        return "\n".join(half.replace("#", str(n)) for half in halves for n in range(count))

    return shape


def _nested(opening: str, closing: str) -> Callable[[int], str]:
    def shape(size: int) -> str:
        depth = size // len(opening + closing)
        return opening * depth + "x" + closing * depth

    return shape


def _table(size: int) -> str:
    columns = 10_000 if size >= 1_000_000 else size // 20
    row = "|" + "5 mg a day|" * columns + "\n"
    return "|" + "a|" * columns + "\n|" + "-|" * columns + "\n" + row * max(1, size // len(row))


_CLAIM = "Ginger cures cancer, and one study (Smith, 2020) found that 5 mg a day helps 30% of women. "

SHAPES: Mapping[str, Callable[[int], str]] = {
    "prose": _repeated(_CLAIM * 3 + "\n\n"),
    "prose, one line": _repeated(_CLAIM),
    "letters": _repeated("x"),
    "words, no stop": _repeated("ginger and honey may "),
    "full stops": _repeated("."),
    "spaces": _repeated(" ", "a", "b"),
    "empty lines": _repeated("\n", "a"),
    "figures": _repeated("1,"),
    "marks": _repeated("[1]", "It cures cancer "),
    "mark ranges": _repeated("[1-99]", "It cures cancer "),
    "marks and list": _numbered("It helps [#].\n", "\n#. Lee J. A title. J Med. 2020;1:3."),
    "author-year": _repeated("(Lee, 2018; Wu et al., 2019a) "),
    "quotes": _repeated("> " * 90 + "x\n\n"),
    "quotes too deep": _repeated(">"),
    "list too deep": _repeated("- "),
    "list": _repeated("- It cures cancer\n"),
    "brackets": _nested("[", "]"),
    "images": _repeated("!["),
    "links": _repeated("[a](b) "),
    "links unclosed": _repeated("[a]("),
    "emphasis": _repeated("*a _b "),
    "emphasis runs": _nested("*", "*"),
    "backticks": _repeated("`"),
    "backticks, growing": lambda size: " ".join("`" * n for n in range(1, int((2 * size) ** 0.5))),
    "tags": _repeated("<b>"),
    "blocks of HTML": _repeated("<div>\n\n"),
    "comments": _repeated("<!-- a -->\n\nb\n\n"),
    "comments unclosed": _repeated("<!-- "),
    "directives": _repeated("<!-- medlint: ignore[claims/cure] why -->\nIt cures cancer.\n\n"),
    "table, wide": _table,
    "table, long": _repeated("| 5 mg | It cures [1] |\n", "| a | b |\n|---|---|\n"),
    "tables": _repeated("| a | b |\n|---|---|\n| 5 mg | x |\n\n"),
    "footnotes": _numbered("It helps.[^#]\n", "[^#]: Lee 2020."),
    "link definitions": _numbered("[a][#] b\n", "[#]: https://a.org/#"),
    "headings": _repeated("# It cures\n\n"),
    "definition lists": _repeated("a\n: b\n\n"),
    "shortcodes unclosed": _repeated("{{< "),
    "colons, spaces": _repeated(" ", "::: a", "b"),
    "colons, tabs": _repeated("\t", ":::[", "b\n:::"),
    "colon lines": _repeated("::: note [a] {b}\n\nc\n\n:::\n\n"),
    "bang lines": _repeated(" a", "!!! note", ' "x'),
    "attributes": _repeated('<a b="', "x "),
    "attributes, lines": _repeated("<a b='\n"),
    "HTML attributes": _repeated(" a='b' c", "<div", "\n"),
    "declarations": _repeated("<!A "),
    "CDATA": _repeated("<![CDATA["),
    "instructions": _repeated("<?a "),
    "angles": _repeated("<"),
    "angle addresses": _repeated("<http://a"),
    "scripts": _repeated("<script>"),
    "sup": _repeated("a<sup>1"),
    "dollars": _repeated("$$ a $"),
    "code, mended": _repeated("`a ", "Take 5mg of ginger. "),
    "quote tags": _repeated("<q", "Take 5mg of ginger. "),
    "escapes": _repeated("\\*"),
    "notes in line": _repeated("^[a"),
    "note marks": _repeated("[^1"),
    "capitals": _repeated("A. B. "),
    "names": _repeated("Smith J, "),
    "list of sources, one line": _repeated("Smith J, ", "## References\n\n- "),
    "list of sources, dots": _repeated("A. ", "## References\n\n1. "),
    "list of sources": lambda size: (
        "It helps [1].\n\n## References\n\n" + _numbered("#. Lee J. A title. J Med. 2020;1:3.")(size)
    ),
    "dois": _repeated("doi:10.1000/a.b-c "),
    "ranges": _repeated("1-"),
    "doses": _repeated("5 mg to 10 mg "),
    "units": _repeated("mg/kg/"),
    "brackets, round": _repeated("("),
    "years": _repeated("(Lee 2018"),
    "names and years": _repeated("Lee and Wu and "),
    "superscripts": _repeated("a¹"),
    "hashes": _repeated("#"),
    "underscores": _repeated("_"),
    "tildes": _repeated("~~"),
    "pipes": _repeated("|"),
    "rulers": _repeated("-"),
    "setext": _repeated("a\n-\n"),
    "quote lines": _repeated("> a\n"),
    "numbered items": _numbered("#. It cures"),
    "nested list": lambda size: "".join("  " * (n % 30) + "- a\n" for n in range(size // 34)),
    "indented": _repeated("    a\n"),
    "front matter, list": lambda size: "---\na:\n" + "  - b\n" * (size // 6) + "---\n\nb\n",
    "front matter, plain": lambda size: "---\na: " + "b " * (size // 2) + "\n---\n\nb\n",
    "front matter, unclosed": _repeated("a: b\n", "---\n"),
    "front matter, TOML": lambda size: (
        "+++\n" + "\n".join(f"a{n} = 'b'" for n in range(size // 14)) + "\n+++\n\nb\n"
    ),
    "front matter, JSON": lambda size: '{"a": [' + '"b",' * (size // 4) + '"c"]}\n\nb\n',
    "front matter, keys": lambda size: "---\n" + "a." * (size // 2) + "\n---\n\nb\n",
    "directives, one line": _repeated("<!-- medlint: ignore[claims/cure] why --> It cures cancer. "),
    "directives, YAML": lambda size: (
        "---\n" + "a: b # medlint: ignore[doses] why\n" * (size // 36) + "---\n\nIt cures.\n"
    ),
    "directive, spaces": _repeated(" ", "<!-- medlint", "x -->"),
    "directive, rules": _repeated("claims/cure, ", "<!-- medlint: ignore[", "] why -->\n\nIt cures cancer."),
    "MDX expression": _repeated("{a}"),
    "MDX strings": _repeated("{'a"),
    "MDX templates": _repeated("{`${"),
    "MDX imports": _repeated("import a from 'b'\n\n"),
    "MDX closing": _repeated("</A>"),
    "MDX comments": _repeated("{/* a */}\n\nb\n\n"),
    "entities": _repeated("&amp;"),
    "addresses": _repeated("https://a.org/b "),
    "quotation marks": _repeated("“a "),
    "control characters": _repeated("\u202e\x1b[31m\x07d"),
    "front matter": lambda size: "---\n" + "a: It cures cancer\n" * (size // 19) + "---\n\nb\n",
    "MDX braces": _repeated("a {b "),
    "MDX tags": _repeated("<A b={"),
    "MDX components": _repeated('<A title="It cures"/>\n\n'),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser("python -m fuzz.growth", description="Measures time against size.")
    parser.add_argument("--shape", action="append", choices=SHAPES, help="only this one; may be repeated")
    parser.add_argument("--most", type=int, default=SIZES[-1], metavar="BYTES", help="the largest size")
    parser.add_argument(
        "--limit", type=float, default=120, metavar="SECONDS", help="of the processor, for a size"
    )
    args = parser.parse_args(argv)
    sizes = [size for size in SIZES if size <= args.most]
    load_rules()  # so that the workers find them in the cache
    print("| µs a byte | " + " | ".join(f"{size:,}" for size in sizes) + " |")
    print("| --- |" + " --: |" * len(sizes))
    for name in args.shape or SHAPES:
        row = _row(name, sizes, args.limit)
        figures = [f"over {args.limit:.0f} s" if each is None else f"{each:.2f}" for each in row]
        print(f"| {name} | " + " | ".join(figures + ["–"] * (len(sizes) - len(figures))) + " |", flush=True)
    return 0


def _row(name: str, sizes: Sequence[int], limit: float) -> Iterator[float | None]:
    """Microseconds a byte at each size, None and no more where it takes too long."""
    for size in sizes:
        mine, theirs = multiprocessing.Pipe(duplex=False)
        worker = multiprocessing.Process(target=_measure, args=(name, size, limit, theirs))
        worker.start()
        theirs.close()
        try:
            figure = mine.recv()
        except EOFError:
            figure = None
        worker.kill()
        worker.join()
        yield figure
        if figure is None:
            return


def _measure(name: str, size: int, limit: float, answer: Connection) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (int(limit), int(limit) + 1))
    text, path = SHAPES[name](size), "a.mdx" if name.startswith("MDX") else "a.md"
    rules, config = load_rules(), Config()
    for _ in range(2 if size <= 100_000 else 1):  # the second time everything is compiled
        lint_text(_CLAIM * 20, path, config, rules)
        gc.collect()
        begun = time.process_time()
        lint_text(text, path, config, rules)
        taken = time.process_time() - begun
    answer.send(taken / len(text) * 1e6)


if __name__ == "__main__":
    sys.exit(main())
