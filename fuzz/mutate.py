"""Makes inputs out of others: bytes dropped, doubled, swapped, changed, moved; pieces of syntax put in between."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

Mutation = Callable[[bytearray, Random, Sequence[bytes]], None]

MARKDOWN = (
    b'\n', b'\n\n', b'\r\n', b'\r', b'\t', b'    ', b'# ', b'## ', b'> ', b'- ', b'* ', b'+ ',
    b'1. ', b'10) ', b'---', b'***', b'===', b'```', b'~~~', b'`', b'``', b'*', b'**', b'_',
    b'__', b'~~', b'\\', b'!', b'[', b']', b'(', b')', b'[^1]', b'[^1]: ', b'^[', b'](', b'][',
    b']: ', b'<', b'>', b'</', b'/>', b'<!--', b'-->', b'<?', b'<![CDATA[', b'<div>', b'</div>',
    b'<p>', b'<b>', b'<sup>', b'</sup>', b'<br>', b'&amp;', b'&#0;', b'&', b'{', b'}', b'{{<',
    b'>}}', b'{{%', b'%}}', b'{/*', b'*/}', b'<A b={', b'<A>', b'</A>', b'import a\n',
    b'export const a = {', b':::', b'[!NOTE]', b'$$', b': ', b'\n: ', b'|a|b|\n|---|---|\n|1|2|',
    b'|\n\n| a |', b'| :-: |', b'|', b'---\ntitle: ', b'+++\ntitle = "', b';;;\n{"title": ',
    b'{"a":', b'...', b'\xe2\x80\xa8', b'\xe2\x80\xae', b'\xef\xbb\xbf', b'\x1b[31m', b'\x07',
    b'\x00', b'\xc2\x85', b'\x0c', b'\xc2\xa0', b'\xe2\x80\x8b', b'\xf0\x9f\x98\x80',
    b'e\xcc\x81', b'\xc4\xb0', b'\xef\xac\x81', b'\xc2\xbd', b'\xc2\xb2', b'\xe2\x80\x99',
    b'\xe2\x80\x9c', b'https://a.org/b', b'doi:10.1000/1', b'PMID 1', b'[1]', b'[1-999999]',
    b'[1,2]', b'(Smith 2020)', b'(Smith et al., 2019a; Lee, 2018)', b'## References\n',
    b'1. Smith J. A title. J Med. 2020;1(2):3-4.\n', b'5 mg', b'100 mcg/kg', b'1,000 IU', b'5%',
    b'p < 0.05', b'n=12', b' cures ', b' causes ', b' may ', b' no ', b' not ',
    b' studies show that ', b' guaranteed ', b' Dr. ', b'. ', b'; ', b', ', b'! ', b'? ',
    b'e.g. ', b', et al.', b'<!-- medlint: ignore[claims/cure] why -->', b'<!-- medlint: ',
    b'ignore-file[', b'# medlint: ignore[doses] x',
)  # fmt: skip
YAML = (
    b'\n', b'\n  ', b'\n- ', b'\n  - ', b': ', b':', b'- ', b'? ', b'{', b'}', b'[', b']', b',',
    b'&a ', b'*a', b'<<: ', b'!', b'!!python/object/apply:os.system ', b'!!binary ',
    b'%YAML 1.2', b'~ ', b' \\', b' ', b'\\', b'>-\n', b"'", b'"', b"''", b'#', b' #', b'\t',
    b'---\n', b'...\n', b'null', b'true', b'off', b'0', b'-1', b'1.5', b'1e999', b'0x1f',
    b'.inf', b'2024-01-31', b'12:30', b'\x00', b'\x07', b'\xe2\x80\xa8', b'\xe2\x80\xae',
    b'\xef\xbb\xbf', b'\xf0\x9f\x98\x80', b'\xc4\xb0', b'(a+)+', b'(?:', b'(?i)', b'\\b',
    b'\\d+', b'.*', b'[a-', b'(?<=', b'(?P<a>', b'\\1', b'{cure-verbs}', b'{a}', b'{match}',
    b'{parts}', b'(a\\', b'b)', b'...', b'_', b'{nothing}', b'a b c', b'find:', b'examples:',
    b'regex:', b'phrases:', b'tokens:', b'unless:',
)  # fmt: skip


def mutated(seed: bytes, random: Random, pieces: Sequence[bytes], others: Sequence[bytes] = ()) -> bytes:
    """`seed` after one to eight mutations; `others` are inputs that stretches may be taken from."""
    data = bytearray(seed)
    for _ in range(random.choice((1, 1, 2, 2, 3, 4, 6, 8))):
        if others and random.random() < 0.1:
            _splice(data, random, others)
        else:
            random.choice(_MUTATIONS)(data, random, pieces)
    return bytes(data)


def window(text: bytes, random: Random, longest: int) -> bytes:
    """A stretch of `text`, from the beginning of a line as often as from anywhere."""
    if len(text) <= longest:
        return text
    start = random.randrange(len(text) - longest // 2)
    if random.random() < 0.5:
        start = text.rfind(b"\n", 0, start) + 1
    return text[start : start + random.randint(longest // 8, longest)]


def _stretch(data: bytearray, random: Random, longest: int = 40) -> slice:
    start = random.randrange(len(data) + 1)
    return slice(start, start + random.randint(1, longest))


def _drop(data: bytearray, random: Random, _: Sequence[bytes]) -> None:
    del data[_stretch(data, random)]


def _drop_one(data: bytearray, random: Random, _: Sequence[bytes]) -> None:
    del data[_stretch(data, random, 1)]


def _double(data: bytearray, random: Random, _: Sequence[bytes]) -> None:
    at = _stretch(data, random)
    data[at.stop : at.stop] = data[at] * random.choice((1, 1, 1, 2, 30))


def _swap(data: bytearray, random: Random, _: Sequence[bytes]) -> None:
    one, other = sorted((_stretch(data, random, 20), _stretch(data, random, 20)), key=lambda s: s.start)
    if one.stop <= other.start:
        first, second = data[one], data[other]
        data[other] = first
        data[one] = second


def _truncate(data: bytearray, random: Random, _: Sequence[bytes]) -> None:
    at = random.randrange(len(data) + 1)
    if random.random() < 0.5:
        del data[at:]
    else:
        del data[:at]


def _change(data: bytearray, random: Random, _: Sequence[bytes]) -> None:
    if data:
        data[random.randrange(len(data))] = random.choice((random.randrange(1, 128), random.randrange(256)))


def _insert(data: bytearray, random: Random, pieces: Sequence[bytes]) -> None:
    at = random.randrange(len(data) + 1)
    data[at:at] = random.choice(pieces) * random.choice((1, 1, 1, 1, 2, 3, 50))


def _insert_at_line(data: bytearray, random: Random, pieces: Sequence[bytes]) -> None:
    at = data.rfind(b"\n", 0, random.randrange(len(data) + 1)) + 1
    data[at:at] = random.choice(pieces)


def _around(data: bytearray, random: Random, pieces: Sequence[bytes]) -> None:
    at = _stretch(data, random)
    piece = random.choice(pieces)
    data[at.stop : at.stop] = piece
    data[at.start : at.start] = piece


def _line_ends(data: bytearray, random: Random, _: Sequence[bytes]) -> None:
    data[:] = data.replace(b"\n", random.choice((b"\r\n", b"\r", b"\n\n", b" ", b"  \n", b"\n> ", b"\n  ")))


def _splice(data: bytearray, random: Random, others: Sequence[bytes]) -> None:
    at = random.randrange(len(data) + 1)
    data[at:at] = window(random.choice(others), random, 80)


_MUTATIONS: tuple[Mutation, ...] = (
    *(_drop, _drop_one, _drop_one, _double, _swap, _truncate, _change, _change),
    *(_insert, _insert, _insert, _insert_at_line, _insert_at_line, _around, _line_ends),
)
