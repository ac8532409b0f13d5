"""The errors of the YAML parser in words that a writer understands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import yaml

_QUOTE_IT = "put text that contains such characters in quotes"
_WORDS = (
    (
        r"mapping values are not allowed",
        "a colon that begins no value; quote the text, or mend the indentation",
    ),
    (r"mapping keys are not allowed", "a question mark that begins no key; put the text in quotes"),
    (r"sequence entries are not allowed", "a dash that begins no list entry; put it on a line of its own"),
    (r"could not find expected ':'", "a line without “key: value”; add the colon, or mend the indentation"),
    (r"unexpected end of stream", "a quotation mark that opens here is never closed"),
    (r"unexpected document separator", "a quotation mark that opens here is never closed"),
    (r"character '\\t'", "a tab; indent with spaces"),
    (r"character '([%@`|>])'", f"text cannot begin with “{{0}}”; {_QUOTE_IT}"),
    (r"character '(.+)' that", f"“{{0}}” cannot stand here; {_QUOTE_IT}"),
    (
        r"unknown escape character",
        "an unknown escape after the backslash; use 'single quotes'",
    ),
    (
        r"hexadecimal",
        "an incomplete escape after the backslash; use 'single quotes'",
    ),
    (r"expected ',' or '\]'.*<stream end>", "the “[” that opens here is never closed"),
    (r"expected ',' or '\}'.*<stream end>", "the “{{” that opens here is never closed"),
    (r"expected ',' or '\]'", f"a comma or “]” is missing before this; {_QUOTE_IT}"),
    (r"expected ',' or '\}'", f"a comma or “}}}}” is missing before this; {_QUOTE_IT}"),
    (r"expected the node content.*<stream end>", "the file ends before “[” or “{{” is closed"),
    (r"expected the node content", f"a value is missing before this, or it needs quotes; {_QUOTE_IT}"),
    (r"expected <block end>.*block mapping start", "this line is indented more or less than its neighbours"),
    (r"expected <block end>.*<scalar>", "text behind a closing quotation mark; put quotes around the whole"),
    (r"expected <block end>", "this does not fit the lines above it; mend the indentation"),
    (
        r"chomping or indentation|comment or a line break|indentation indicator",
        "text behind “|” or “>”; begin it on a new line",
    ),
    (r"expected '<document start>'", "this does not fit what stands above it; keep one mapping in a file"),
    (
        r"unclosed '\[' or '\{'",
        "indented less than the “[” or “{{” it stands in; close that first",
    ),
    (r"while scanning an? (alias|anchor)", f"“*” and “&” have a meaning of their own here; {_QUOTE_IT}"),
    (
        r"while (scanning|parsing) a tag|undefined tag|tag handle",
        f"“!” has a meaning of its own here; {_QUOTE_IT}",
    ),
    (r"directive|incompatible YAML", f"a line that begins with “%” is an instruction to YAML; {_QUOTE_IT}"),
)


def in_words(error: yaml.MarkedYAMLError, text: str) -> tuple[int, str]:
    """Where to look (an offset in `text`) and what is wrong there."""
    told = f"{error.context or ''}; {error.problem or ''}"
    message = "this is not YAML that can be read; mend the line"
    for pattern, words in _WORDS:
        if found := re.search(pattern, told):
            message = words.format(*found.groups())
            break
    mark = error.problem_mark or error.context_mark
    if "never closed" in message and error.context_mark is not None:
        mark = error.context_mark
    return min(mark.index if mark else 0, len(text)), message
