"""What was found out about an entry, in words."""

from __future__ import annotations

from medlint.verifying.answers import Notice, Work
from medlint.verifying.judging import Judgement
from medlint.verifying.wording import plain

_LONGEST = 90
_SAID = {
    "retraction": "was retracted",
    "concern": "is under an expression of concern",
    "correction": "was corrected",
}


def notice(judgement: Judgement) -> str:
    """“was retracted (notice: doi.org/10.…)”: the gravest of the notices."""
    gravest = min(judgement.notices, key=lambda found: (list(_SAID).index(found.kind), not found.by))
    return f"{_SAID[gravest.kind]}{_where(gravest)}"


def _where(found: Notice) -> str:
    if not found.by:
        return ""
    address = f"PMID {found.by}" if found.by.isdecimal() else f"https://doi.org/{found.by}"
    return f" (notice: {address})"


def difference(judgement: Judgement) -> str:
    """Which parts of an entry are wrong, and what the catalogue says."""
    parts = [_astray(judgement)] if judgement.astray else []
    if parts and judgement.work is not None and _address(judgement.work):
        parts.append(f"this work is {_address(judgement.work)}")
    parts += [
        f"{found.part} “{_short(found.given)}” here, “{_short(found.recorded)}” there"
        for found in judgement.differences
    ]
    return "; ".join(parts)


def _astray(judgement: Judgement) -> str:
    told = " and ".join(dict.fromkeys(judgement.astray))
    if judgement.led is None:
        return f"{told} leads nowhere"
    return f"{told} leads to another work, “{work_in_short(judgement.led)}”"


def absence(judgement: Judgement) -> str:
    """What there is instead of a work that no catalogue has; "" when there is nothing to tell."""
    astray = _astray(judgement) if judgement.astray else ""
    near = f"the nearest is “{work_in_short(judgement.near)}”" if judgement.near else ""
    return "; ".join(filter(None, (astray, near)))


def work_in_short(work: Work) -> str:
    """Author, title, container and year."""
    author = next(iter((*work.authors, *work.groups)), "")
    more = " et al." if len(work.authors) > 1 else ""
    place = " ".join(filter(None, (next(iter(work.containers), ""), str(next(iter(work.years), "")))))
    parts = (f"{author}{more}".removesuffix("."), _short(work.titles[0]).removesuffix("."), place)
    return ". ".join(filter(None, parts))


def _address(work: Work) -> str:
    return f"https://doi.org/{work.doi}" if work.doi else f"PMID {work.pmid}" if work.pmid else ""


def _short(text: str) -> str:
    line = plain(text)
    return line if len(line) <= _LONGEST else line[: _LONGEST - 2].rsplit(" ", 1)[0] + " …"
