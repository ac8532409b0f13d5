"""Reads one entry: what is certain is found first and put aside, what is left is told apart by where it stands.

Identifiers, addresses and notes about access go first, then the names at the beginning, then year, volume and
pages. Between the two stand title and publication, and nothing but punctuation, slant, quotation marks and
custom tells where one ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from medlint.bibliography.entry import Author, Entry
from medlint.bibliography.identifiers import identified, leads_elsewhere
from medlint.bibliography.locators import Stretch, find_locator, find_pages
from medlint.bibliography.names import Names, read_editors, read_names
from medlint.bibliography.words import YEAR, ReferenceWords
from medlint.bibliography.written import Written
from medlint.citing.references import Reference
from medlint.expressions import compiled
from medlint.model import Document, Span

LONGEST = 3_000
"""A paragraph longer than this is no entry; nothing but its identifiers is read."""

_LABEL = compiled(r"\s*(?:\[\d{1,3}\][.:]?|\d{1,3}[.)](?=\s)|\^?\d{1,3}\^|\d{1,3}(?=\s[^\W\d_]))\s*")
_EMPTY_BRACKETS = compiled(r"[(\[<{][\s.,;:|/]{0,200}[)\]>}]")
_YEAR_BEHIND_NAMES = compiled(
    rf"[\s.,:]{{0,4}}(?:\(\s?(?P<bracketed>{YEAR})[a-z]?(?:[,/]\s?[^()]{{1,24}})?\)"
    r"|\((?:n\.\s?d\.|no date|in press|forthcoming|submitted)\)"
    rf"|(?P<plain>{YEAR})[a-z]?(?=\.\s|[,:]\s|\s*$|\s{{4}}))\s?[.,:]{{0,2}}\s*",
    re.IGNORECASE,
)
_EARLY_YEAR = compiled(
    rf"(?P<name>[^.()\[\]“\"]{{2,120}}?)\.?\s\((?P<year>{YEAR})[a-z]?(?:,\s[^()]{{1,24}})?\)[.,:]"
)
_QUOTES = {"“": "”", "‘": "’", '"': '"', "'": "'", "«": "»"}
_STOP = compiled(r"[.?!]+[\"”’')\]*]{0,2}(?=\s|$|[^\W\d_])|;(?=\s)|(?<=\s)[|•·](?=\s)")
_LAST_WORD = compiled(r"[^\s(\[“\"/-]+$")
_WORD_WITH_CAPITAL = compiled(r"[^\W\d_]")
_CHAPTER = compiled(r"(?:(?<=[.?!,;)\"”’'\s])\s?|^)\(?\b[Ii]n(?::\s*|\s(?=[^a-z\s]))")
_IN_BOOK = compiled(r"in:?\s[^a-z]", re.IGNORECASE)
_PLACE = compiled(r"(?P<place>[^\W\d_][^:.;()?!]{1,40}(?:,\s[A-Z.]{2,5})?):\s(?=\S)")
_IDENTIFIER_OF_SERVER = compiled(r"\barXiv:\s?\d{4}\.\d{4,5}(?:v\d+)?(?:\s?\[[\w.-]+\])?", re.IGNORECASE)
_YEAR_AT_END = compiled(rf"\s({YEAR})$")
_NEAR = 30
_EDGE = " \t\n\r\xa0.,;:|•·–—-*_/\ufffc"


class Part(NamedTuple):
    """A part of the entry: the stretch of text it takes up, and what it comes to."""

    start: int
    end: int
    text: str


class EntryReader:
    """Reads the entries of one document."""

    def __init__(self, document: Document, words: ReferenceWords) -> None:
        self._document = document
        self._words = words

    def read(self, reference: Reference) -> Entry:
        """The parts of an entry as far as they can be told."""
        written = Written.of(self._document, reference)
        reading = _Reading(written, self._words)
        reading.read()
        number = int(reference.label) if reference.label.isdecimal() else None
        return Entry(
            reference.text,
            reference.span,
            authors=reading.authors,
            year=reading.year,
            **{name: part for name, part in reading.values.items() if part},
            number=number,
            spans=reading.spans,
            kind=reading.kind,
        )


class _Reading:
    """One entry while it is read. `body` is its text with blanks for all that is done with."""

    def __init__(self, written: Written, words: ReferenceWords) -> None:
        self.written = written
        self.words = words
        self.text = written.text
        self.body = self.text
        self.authors: tuple[Author, ...] = ()
        self.year: int | None = None
        self.values: dict[str, str] = {}
        self.spans: dict[str, Span] = {}
        self.kind = ""
        self._dated: Stretch | None = None

    def read(self) -> None:
        self._identifiers()
        if len(self.text) > LONGEST:
            return
        self._put_aside()
        at = self._names()
        year_known = self.year is not None
        locator = find_locator(self.body, at, self.words, year_known or self._undated)
        end = len(self.body)
        closed_by_semicolon = False
        if locator is not None:
            end = locator.start
            for name, (a, b) in locator.parts.items():
                self._locate(name, a, b)
            closed_by_semicolon = self.body[:end].rstrip().endswith(";")
        self._title_and_container(
            at, end, locator is not None and len(locator.parts) > 1, closed_by_semicolon
        )
        if "pages" not in self.values and (pages := find_pages(self.body, end)):
            self._put("pages", *pages[1])
        self._finish()

    # -- what is certain --------------------------------------------------------------------------------------

    def _identifiers(self) -> None:
        for found in identified(self.written):
            wanted = found.kind != "issn" and (found.kind != "url" or leads_elsewhere(found.value))
            if wanted and found.kind not in self.values:
                self.values[found.kind] = found.value
                self.spans[found.kind] = found.span
            self._hide(found.start, found.end)

    def _put_aside(self) -> None:
        if label := _LABEL.match(self.body):
            self._hide(*label.span())
        for link in self.written.links:
            label_text = self.body[link.start : link.end].strip(" ()[].:")
            is_host = "." in label_text and " " not in label_text
            if is_host or label_text.lower() in self.words.among("source-labels"):
                self._hide(link.start, link.end)
        self._hide_all(self.words.accessed)
        for m in self.words.dated.finditer(self.body):
            self._dated = self._dated or m.span("year")
        self._hide_all(self.words.dated)
        self._hide_all(self.words.early)
        self._hide_all(self.words.placed)
        self._hide_all(self.words.labels)
        self._hide_all(_EMPTY_BRACKETS)
        self._hide_all(self.words.states)

    def _hide(self, start: int, end: int) -> None:
        self.body = self.body[:start] + " " * (end - start) + self.body[end:]

    def _hide_all(self, pattern: re.Pattern[str]) -> None:
        for m in pattern.finditer(self.body):
            self._hide(*m.span())

    # -- who and when ------------------------------------------------------------------------------------------

    def _names(self) -> int:
        """Reads the authors and a year right behind them; where the title may begin."""
        self._undated = False
        at = len(self.body) - len(self.body.lstrip(" \t\n*_"))
        names = read_names(self.body, at, self.words)
        if names is not None and not self._stands_alone(names):
            names = None
        if names is None:
            return self._unusual_names(at)
        self.authors = names.authors
        self._mark("authors", at, names.end)
        editors = self.words.editors.match(self.body, names.end)
        end = editors.end() if editors else names.end
        m = _YEAR_BEHIND_NAMES.match(self.body, end)
        if m is None:
            return end
        self._undated = not (m["bracketed"] or m["plain"])
        for group in ("bracketed", "plain"):
            if m[group]:
                self._locate("year", *m.span(group))
        return m.end()

    def _stands_alone(self, names: Names) -> bool:
        """A body is an author only when something is left that can be its work."""
        left = re.findall(r"[^\W\d_]{2,}", self.body[names.end :])
        return bool(left) or names.bare or len(names.authors) > 1 or bool(names.authors[0].given)

    def _unusual_names(self, at: int) -> int:
        """Whatever stands in front of a year in brackets at the beginning has written it."""
        m = _EARLY_YEAR.match(self.body, at)
        if m is None or not m["name"][0].isupper():
            return at
        self.authors = (Author(" ".join(m["name"].split())),)
        self._mark("authors", *m.span("name"))
        self._locate("year", *m.span("year"))
        return m.end()

    def _locate(self, name: str, start: int, end: int) -> None:
        if name == "year":
            self.year = int(self.text[start : start + 4])
            self._mark("year", start, end)
        else:
            self._put(name, start, end)

    # -- what and where ----------------------------------------------------------------------------------------

    def _title_and_container(self, start: int, end: int, located: bool, semicolon: bool) -> None:
        title = self._quoted(start, end) or self._linked(start, end)
        if chapter := self._chapter(title[1] if title else start, end):
            self._book_of_chapter(title or (start, chapter.start), chapter, end)
            return
        if title is not None:
            self._put("title", *title)
            self._container_from(self._segments(title[1], end), title[1], end, located, semicolon)
            return
        slanted = self._slanted(start, end)
        if slanted is not None and slanted[0] <= start + 2:
            behind = re.search(r"[^\W\d_]", self.body[slanted[1] : end])
            if located and behind is None and self.authors:
                self._put("container", *slanted)
            else:
                # the slanted title of a book, a report or a page: a journal can only stand behind it
                self._put("title", *slanted)
                self._container_from(self._segments(slanted[1], end), slanted[1], end, located, semicolon)
        elif slanted is not None:
            self._put("title", start, slanted[0])
            self._put("container", *slanted)
        else:
            self._plain(start, end, located, semicolon)

    def _quoted(self, start: int, end: int) -> Stretch | None:
        """A title in quotation marks; quotation marks around the first words of a title are none."""
        at = start + len(self.body[start:end]) - len(self.body[start:end].lstrip(_EDGE))
        if at >= end or self.body[at] not in _QUOTES:
            return None
        closing = _QUOTES[self.body[at]]
        close = self.body.find(closing, at + 1, end)
        while close > 0 and closing in "'’" and self.body[close + 1 : close + 2].isalnum():
            close = self.body.find(closing, close + 1, end)
        if close < 0:
            return None
        behind = self.body[close + 1 : end].lstrip()
        ends = self.body[close - 1] in ".,?!" or behind[:1] in (".", ",", ";", "(", "")
        if not ends and not _IN_BOOK.match(behind):
            return None
        self._hide(close, close + 1)
        return at + 1, close

    def _linked(self, start: int, end: int) -> Stretch | None:
        """A title that is a link, beside which more is told."""
        for link in self.written.links:
            if not (start <= link.start <= start + 2 and link.end <= end):
                continue
            words = re.findall(r"\w+", self.body[link.start : link.end])
            told = _WORD_WITH_CAPITAL.search(self.body, link.end)
            if len(words) > 1 and (told or not self.authors):
                return link.start, link.end
        return None

    def _slanted(self, start: int, end: int) -> Stretch | None:
        """The slanted words that are a title or a publication: those between two signs of punctuation."""
        for a, b in reversed(self.written.slanted):
            if a < start - 1 or b > end + 2 or not re.search(r"[^\W\d_]{2}", self.body[a:b]):
                continue
            before = self.body[start:a].rstrip(' \t\n(“"')
            behind = self.body[b:end].lstrip(" \t\n")
            opened = not before or before[-1] in ".,?!;:”’\"'"
            closed = not behind or behind[0] in ".,;:(" or self.body[b - 1] in ".,?!"
            if opened and (closed or not re.search(r"[^\W\d_]", behind)):
                return a, b
        return None

    def _plain(self, start: int, end: int, located: bool, semicolon: bool) -> None:
        segments = self._segments(start, end)
        if not segments:
            return
        published = self._publisher(segments, semicolon) if not located and len(segments) > 1 else None
        if published is not None:
            segments = segments[:-1]
        if len(segments) == 1:
            segments = self._parted(segments[0], located or published is not None or len(self.authors) > 0)
        if len(segments) == 1:
            a, b = segments[0]
            named = located and (self.authors or not self._told(a, b))
            self._put("container" if named else "title", a, b)
            return
        if located:
            segments = self._with_shortened(segments)
        first = segments[0]
        if published is not None and len(segments) == 2 and not self._is_series(segments[1]):
            self._put("title", first[0], segments[-1][1])
            return
        self._put("title", first[0], segments[-2][1])
        self._put("container", *segments[-1])

    def _container_from(
        self, segments: list[Stretch], start: int, end: int, located: bool, semicolon: bool
    ) -> None:
        """The publication behind a title that is known."""
        slanted = self._slanted(start, end)
        if slanted is not None and slanted[0] >= start:
            self._put("container", *slanted)
            return
        segments = [s for s in segments if re.search(r"[^\W\d_]{2}", self.body[s[0] : s[1]])]
        if not segments:
            return
        if not located and self._publisher(segments, semicolon) is not None:
            segments = segments[:-1]
        if segments:
            a, b = segments[0][0], segments[-1][1]
            self._put("container", *(segments[0] if not located else (a, b)))

    def _parted(self, segment: Stretch, located: bool) -> list[Stretch]:
        """Title and publication with nothing but a comma between them."""
        a, b = segment
        text = self.body[a:b]
        for m in reversed([*re.finditer(r",\s|\s[–—-]\s", text)]):
            comma, tail = m.start(), text[m.end() :].strip()
            if re.match(r"(?:and|or|&)\s", tail) or not tail[:1].isupper():
                continue
            if (
                self.words.has("reference-journal-words", tail)
                or self.words.has("reference-bodies", tail)
                or (located and self.spans.get("volume"))
            ):
                return [(a, a + comma), (a + m.end(), b)]
        return [segment]

    def _told(self, start: int, end: int) -> bool:
        """Whether a stretch is too long for the name of a journal."""
        return len(re.findall(r"\w+", self.body[start:end])) > 7

    def _is_series(self, segment: Stretch) -> bool:
        return re.search(r"\d", self.body[segment[0] : segment[1]]) is not None

    def _with_shortened(self, segments: list[Stretch]) -> list[Stretch]:
        """“J. Am. Coll.” is one name: what is cut off behind shortened words is put together again."""
        while len(segments) > 2 or (len(segments) == 2 and self.authors):
            a, b = segments[-2]
            words = re.findall(r"[^\W\d_]+", self.body[a:b])
            known = self.words.among("reference-journal-words")
            if not words or not all(w.lower() in known and len(w) <= 8 for w in words) or len(segments) == 2:
                break
            if self.body[b : b + 1] != ".":
                break
            segments = [*segments[:-2], (a, segments[-1][1])]
        return segments

    def _publisher(self, segments: list[Stretch], semicolon: bool) -> Stretch | None:
        """The last segment when it names a publisher, as “Leeds: Fenwick & Sons” does."""
        a, b = segments[-1]
        text = self.body[a:b]
        place = _PLACE.match(text)
        if place is not None and len(place["place"].split()) <= 5 and place["place"][0].isupper():
            a += place.end()
        elif (
            not (semicolon or self.words.has("reference-publishers", text)) or not text.strip()[:1].isupper()
        ):
            return None
        self._put("publisher", a, b)
        self.kind = "book"
        return a, b

    # -- chapters -------------------------------------------------------------------------------------------------

    def _chapter(self, start: int, end: int) -> Part | None:
        """Where “In: Hale M, ed.” stands: the end is where the title of the book begins."""
        for m in _CHAPTER.finditer(self.body, start, end):
            editors = read_editors(self.body, m.end(), self.words)
            if editors is not None:
                return Part(m.start(), editors.end, "")
            if ":" in m[0]:
                return Part(m.start(), m.end(), "")
        return None

    def _book_of_chapter(self, title: Stretch, chapter: Part, end: int) -> None:
        self._put("title", *title)
        self.kind = "chapter"
        edition = self.words.edition.search(self.body, chapter.end, end)
        pages = find_pages(self.body, chapter.end)
        if pages is not None and "pages" not in self.values:
            label, (first, last) = pages
            self._put("pages", first, last)
            bracket, closing = self.body.rfind("(", chapter.end, first), self.body.find(")", last)
            if bracket >= 0 and closing >= 0 and first - bracket < _NEAR:
                self._hide(bracket, closing + 1)
                end = max(end, closing + 1)
            else:
                end = min(end, label)
        if edition is not None:
            self.body = (
                self.body[: edition.start()]
                + "."
                + " " * (edition.end() - edition.start() - 1)
                + self.body[edition.end() :]
            )
        segments = self._segments(chapter.end, max(end, chapter.end))
        slanted = self._slanted(chapter.end, end)
        if slanted is not None and slanted[0] <= chapter.end + 2:
            self._put("container", *slanted)
            segments = self._segments(slanted[1], end)
        elif segments:
            self._put("container", *segments.pop(0))
        if segments:
            a, b = segments[-1]
            place = _PLACE.match(self.body[a:b])
            self._put("publisher", a + (place.end() if place else 0), b)

    # -- sentences ------------------------------------------------------------------------------------------------

    def _segments(self, start: int, end: int) -> list[Stretch]:
        """The stretches between the full stops that end something, without notes on the edition."""
        found, at = [], start
        for stop in self._stops(start, end):
            found.append((at, stop))
            at = stop + 1
        found.append((at, end))
        trimmed = [self._trimmed(a, b) for a, b in found]
        return [(a, b) for a, b in trimmed if b > a and not self.words.edition.fullmatch(self.body, a, b)]

    def _stops(self, start: int, end: int) -> Iterator[int]:
        for m in _STOP.finditer(self.body, start, end):
            at = m.start()
            sign = self.body[at]
            if self._within_brackets(start, at):
                continue
            if sign in "?!":
                yield m.end()
            elif sign != "." or self._ends_here(start, at, m.end()):
                yield at

    def _ends_here(self, start: int, stop: int, behind: int) -> bool:
        """Whether the full stop ends a segment, and is not that of a shortened word."""
        word = _LAST_WORD.search(self.body, start, stop)
        last = word[0] if word else ""
        joined = not self.body[behind : behind + 1].isspace() and behind < len(self.body)
        if joined:
            following = self.body[behind : behind + 1]
            return following.isupper() and (not last or (last[-1:].islower() and len(last) > 1))
        if last.lower() in self.words.among("reference-abbreviations") or re.fullmatch(r"(?:\w\.)+\w", last):
            return False
        first_of_segment = word is not None and not re.search(r"\w", self.body[start : word.start()])
        return not (len(last) == 1 and last.isupper() and first_of_segment)

    def _within_brackets(self, start: int, at: int) -> bool:
        text = self.body[start:at]
        return text.count("(") > text.count(")") or text.count("[") > text.count("]")

    # -- keeping --------------------------------------------------------------------------------------------------

    def _trimmed(self, start: int, end: int) -> Stretch:
        while start < end and (self.body[start] in _EDGE or self.body[start] in ")]"):
            start += 1
        while end > start and self.body[end - 1] in _EDGE:
            end -= 1
        return start, end

    def _put(self, name: str, start: int, end: int) -> None:
        """Keeps a part, without the signs around it and what is put aside at its edges."""
        if name in ("title", "container", "publisher"):
            start, end = self._without_edition(*self._trimmed(start, end))
            start, end = self._without_quotes(start, end)
        else:
            while end > start and self.text[end - 1].isspace():
                end -= 1
        value = " ".join(self.body[start:end].split())
        if not value or (name in ("title", "container", "publisher") and not re.search(r"[^\W\d_]", value)):
            return
        self.values[name] = value
        self._mark(name, start, end)

    def _without_edition(self, start: int, end: int) -> Stretch:
        for m in self.words.edition.finditer(self.body, start, end):
            if m.end() >= end - 2:
                return self._trimmed(start, m.start())
        return start, end

    def _without_quotes(self, start: int, end: int) -> Stretch:
        text = self.body[start:end]
        if len(text) > 2 and text[0] in _QUOTES and text[-1] == _QUOTES[text[0]]:
            return self._trimmed(start + 1, end - 1)
        if end > start and text[0] in "([" and text[-1] in ")]" and text.count(text[0]) == 1:
            return start + 1, end - 1
        return start, end

    def _mark(self, name: str, start: int, end: int) -> None:
        if end > start:
            self.spans[name] = self.written.span(start, end)

    def _finish(self) -> None:
        server = _IDENTIFIER_OF_SERVER.search(self.text)
        container = self.values.get("container", "")
        if self.year is None and self._dated is not None:
            self._locate("year", *self._dated)
        if self.year is None and not self._undated:
            self._year_behind_a_name()
        servers = [
            term
            for term in self.words.lists.get("preprint-servers", ())
            if "(" not in term and re.search(rf"\b{re.escape(term)}\b", container, re.IGNORECASE)
        ]
        if server is not None or servers:
            self.kind = "preprint"
            self.values["container"] = "arXiv" if server is not None else servers[0]
        elif not self.kind:
            printed = self.values.get("container") and {"volume", "issue", "pages"} & self.values.keys()
            self.kind = (
                "article" if printed else "web" if "url" in self.values and "doi" not in self.values else ""
            )

    def _year_behind_a_name(self) -> None:
        """“Sleep Quarterly 2010”, with nothing in between: the name of a journal does without its year."""
        for name in ("container", "title"):
            m = _YEAR_AT_END.search(self.values.get(name, ""))
            if m is None:
                continue
            self.year = int(m[1])
            if name == "container":
                self.values[name] = self.values[name][: m.start()]
            return
