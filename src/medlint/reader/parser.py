"""The Markdown parser: markdown-it-py, taught to say where everything came from.

Inline rules are wrapped, through the public Ruler, so that every token carries the place at which its
rule began and ended. Block rules are wrapped only where line maps are not enough: the rows of tables
and link reference definitions.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from medlint.expressions import compiled

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

    BlockRule = Callable[[StateBlock, int, int, bool], bool]

MAX_NESTING = 100
"""How deep blocks may be nested. Deeper blocks are not read and reported as a fault."""
MAX_BRACKETS = 200
"""How deep brackets may be nested in one block, closed or not, before it is left unread."""

_BRACKET = compiled(r"[\[\]]")
_FOOTNOTE_MARK = compiled(r"\[\^([^\s\]]{1,200})\]")
_UNTRACED = frozenset({"text", "linkify"})


@functools.cache
def parser(mdx: bool) -> MarkdownIt:
    """The one parser for Markdown, or for MDX (which knows neither indented code nor HTML blocks)."""
    from markdown_it import MarkdownIt
    from mdit_py_plugins.deflist import deflist_plugin
    from mdit_py_plugins.footnote import footnote_plugin

    md = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING}).enable(["table", "strikethrough"])
    md.use(footnote_plugin, inline=False, move_to_end=False, always_match_refs=True).use(deflist_plugin)
    md.inline.ruler.at("footnote_ref", _footnote_mark)
    md.inline.ruler.after("image", "footnote_inline", _inline_footnote)
    for name, rule in zip(md.inline.ruler.get_active_rules(), md.inline.ruler.getRules(""), strict=True):
        if name not in _UNTRACED:
            md.inline.ruler.at(name, _traced(rule))
    md.inline.ruler2.disable("fragments_join")
    md.core.ruler.disable("text_join")
    md.core.ruler.at("inline", _parse_inline)
    for block_name, block_rule, alt in (
        ("table", _recording(_block_rule(md, "table"), _note_rows), ["paragraph", "reference"]),
        ("reference", _recording(_block_rule(md, "reference"), _note_bracket), []),
    ):
        md.block.ruler.at(block_name, block_rule, {"alt": alt})
    if mdx:
        md.block.ruler.disable(["code", "html_block"])
    return md


def place(token: Token) -> tuple[int, int] | None:
    """(start, end) of a token in its inline content; a start of -1 means right behind the token before.

    None: the token is plain text that follows the token before it.
    """
    at: tuple[int, int] | None = token.meta.get("at")
    return at


def _traced(rule: Callable[[StateInline, bool], bool]) -> Callable[[StateInline, bool], bool]:
    def run(state: StateInline, silent: bool) -> bool:
        if silent:
            return rule(state, True)
        start, count = state.pos, len(state.tokens)
        if not rule(state, False):
            return False
        if len(state.tokens) > count:
            _place(state.tokens, count, start, state.pos)
        return True

    return run


def _place(tokens: list[Token], first: int, start: int, end: int) -> None:
    last = tokens[-1]
    if last.type == "text":
        _place_delimiters(tokens, first, start, end)
    elif last.type in ("link_close", "footnote_inline_close"):
        opening = tokens[first] if tokens[first].nesting == 1 else tokens[first + 1]
        opening.meta["at"] = (start, start + (1 if last.type == "link_close" else 2))
        if last.info == "auto":
            tokens[-2].meta["at"] = (start + 1, end - 1)
        last.meta["at"] = (-1, end)
    elif last.type in ("softbreak", "hardbreak"):
        last.meta["at"] = (-1, end)
    else:
        last.meta["at"] = (start, end)


def _place_delimiters(tokens: list[Token], first: int, start: int, end: int) -> None:
    for token in reversed(tokens[first:]):
        if end <= start:
            return
        token.meta["at"] = (end - len(token.content), end)
        end -= len(token.content)


def _footnote_mark(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith("[^", state.pos):
        return False
    match = _FOOTNOTE_MARK.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    if not silent:
        state.push("footnote_ref", "", 0).meta = {"label": match[1]}
    state.pos = match.end()
    return True


def _inline_footnote(state: StateInline, silent: bool) -> bool:
    start, limit = state.pos, state.posMax
    if not state.src.startswith("^[", start):
        return False
    end = state.md.helpers.parseLinkLabel(state, start + 1, False)
    if end < 0:
        return False
    if not silent:
        state.pos, state.posMax = start + 2, end
        state.push("footnote_inline_open", "", 1)
        state.md.inline.tokenize(state)
        state.push("footnote_inline_close", "", -1)
    state.pos, state.posMax = end + 1, limit
    return True


def _parse_inline(state: StateCore) -> None:
    """Like the parser's own rule, but brackets nested beyond reason spoil one block, not the file."""
    for token in state.tokens:
        if token.type != "inline":
            continue
        token.children = []
        if _deepest_bracket(token.content) > MAX_BRACKETS:
            token.meta["unread"] = True
        else:
            state.md.inline.parse(token.content, state.md, state.env, token.children)


def _deepest_bracket(content: str) -> int:
    if content.count("[") <= MAX_BRACKETS:
        return 0
    depth = deepest = 0
    for match in _BRACKET.finditer(content):
        depth = depth + 1 if match[0] == "[" else max(0, depth - 1)
        deepest = max(deepest, depth)
    return deepest


def _block_rule(md: MarkdownIt, name: str) -> BlockRule:
    rules: dict[str, Any] = dict(
        zip(md.block.ruler.get_active_rules(), md.block.ruler.getRules(""), strict=True)
    )
    rule: BlockRule = rules[name]
    return rule


def _recording(rule: BlockRule, record: Callable[[StateBlock, int], None]) -> BlockRule:
    """A rule that, where it has matched, has `record` note what a block's first line and state tell."""

    def run(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        matched = rule(state, start, end, silent)
        if matched and not silent:
            record(state, start)
        return matched

    return run


def _note_rows(state: StateBlock, start: int) -> None:
    """For each line of a table, how far from the line's end its first character stands."""
    rows = state.env.setdefault("rows", {})
    for line in range(start, state.line):
        rows[line] = _from_end(state, line)


def _note_bracket(state: StateBlock, start: int) -> None:
    """For the first line of a definition, how far from the line's end its bracket stands."""
    state.env.setdefault("brackets", {})[start] = _from_end(state, start)


def _from_end(state: StateBlock, line: int) -> int:
    return state.eMarks[line] - state.bMarks[line] - state.tShift[line]
