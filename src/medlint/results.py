"""What was found in earlier runs, kept under a name for everything that decided it; see `again` for the names.

One line of JSON for each article, behind the ones before it, in 256 files of which a run opens those that it needs.
A line is written at once and tells its own check sum, so that whatever a killed run or two runs at once leave behind
is an old line, a new one, or none. When a file is full it becomes the older of two, and what is looked up there is
written into the newer one again: what nobody has asked for while a file filled up is gone.

A store that cannot be read or written is only slower.
"""

from __future__ import annotations

import os
import zlib

from medlint.cache import folder_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from medlint.model import Report

MOST_BYTES = 256_000_000
"""All files together hold no more."""
_SHARDS = 256
_FULL = MOST_BYTES // _SHARDS // 2
_LONGEST = _FULL // 8
"""A longer line is not kept: an article with a thousand findings."""
_WRITE = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)


def find(key: str) -> Any:
    """What was kept under `key`, or None."""
    for path in (_path(key, "new"), _path(key, "old")):
        line = _line(path, key)
        if line is not None:
            if path.endswith("old"):
                _append(key, line)
            import json

            return json.loads(line)
    return None


def keep(key: str, value: Any) -> None:
    """Keep a JSON value under a key of hexadecimal digits."""
    import json

    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    _append(key, text.encode("utf-8", "surrogatepass"))


def _path(key: str, generation: str) -> str:
    return os.path.join(folder_name(), "results", f"{key[:2]}.{generation}")


def _line(path: str, key: str) -> bytes | None:
    try:
        with open(path, "rb", buffering=0) as file:
            data = file.read()
    except OSError:
        return None
    head = b"\n%s " % key.encode()
    start = data.rfind(head)
    if start < 0:
        return None
    end = data.find(b"\n", start + 1)
    line = data[start + 1 : end if end >= 0 else None]
    found = line[len(head) + 8 :]
    return found if line == _marked(key, found) else None


def _marked(key: str, line: bytes) -> bytes:
    head = key.encode()
    return b"%s %08x %s" % (head, zlib.crc32(line, zlib.crc32(head)), line)


def _append(key: str, line: bytes) -> None:
    if len(line) > _LONGEST:
        return
    # the line break stands before: half a line that was left behind spoils only itself
    line, path = b"\n" + _marked(key, line), _path(key, "new")
    try:
        if not _written(path, line):
            os.replace(path, _path(key, "old"))
            _written(path, line)
    except FileNotFoundError:
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            _written(path, line)
        except OSError:
            return
    except OSError:
        return


def _written(path: str, line: bytes) -> bool:
    """Whether there was room for the line. Raises OSError."""
    number = os.open(path, _WRITE, 0o666)
    try:
        if os.fstat(number).st_size + len(line) > _FULL:
            return False
        os.write(number, line)
        return True
    finally:
        os.close(number)


# -- reports -------------------------------------------------------------------------------------------------

HIDDEN = 6
"""Where a recorded finding says why it is not shown, if it is not."""


def record(report: Report) -> list[Any] | None:
    """What is kept of a report, as JSON; None when that would not be all of it."""
    if report.problems or report.fixed:
        return None
    findings = [
        [f.rule, f.severity, f.span, f.message, f.remedy, f.standards, f.suppressed, f.fix, f.evidence]
        for f in report.findings
    ]
    made = [report.words, findings]
    return made if report_of(made, report.path, report.text) == report else None


def report_of(made: list[Any], path: str, text: str) -> Report:
    """The report that was recorded, on a file of the same contents."""
    from medlint.model import Finding, Fix, Near, Report, Sought, Span, Suppression

    def sought(kind: str, scope: str, looked_for: str, found: list[Any], more: int) -> Sought:
        near = (Near(kind, Span(*at), relation, tuple(to), why) for kind, at, relation, to, why in found)
        return Sought(kind, scope, looked_for, tuple(near), more)

    findings = tuple(
        Finding(
            rule,
            severity,
            Span(*span),
            text[slice(*span)],
            message,
            remedy,
            tuple(standards),
            Suppression(*hidden) if hidden else None,
            Fix(Span(*fix[0]), fix[1]) if fix else None,
            sought(*evidence) if evidence else None,
        )
        for rule, severity, span, message, remedy, standards, hidden, fix, evidence in made[1]
    )
    return Report(path, text, made[0], findings)
