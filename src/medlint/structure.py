"""The checks of a whole document, by the names that rule files give under `structure:`.

Each is a plain function from the article to the places it objects to. A hit may carry values for the
message beside {match}, such as {count}. Options called `words` and the like are phrases of the language of
rule files.
"""

from __future__ import annotations

from collections.abc import Mapping

from medlint.checks.article import Article, Check, Hit
from medlint.checks.bibliography import (
    author_year_near_miss,
    author_year_unlisted,
    doi_against_journal,
    doi_against_year,
    impossible_reference,
    incomplete_reference,
    mixed_numbering,
    number_order,
    predatory_suspect,
)
from medlint.checks.evidence_reading import headline_beyond_text, unlabelled_source
from medlint.checks.identifiers import isbn_checksum, issn_checksum, unmasked_text
from medlint.checks.links import affiliate_link, link_address, only_own_sources
from medlint.checks.metadata import finding_density, stale_review, unreferenced, unsaid
from medlint.checks.reading import front_matter, unread
from medlint.checks.references import (
    dangling_mark,
    duplicate_reference,
    fabricated_suspect,
    orphan_reference,
    stale_sources,
    uncited_reference_list,
)
from medlint.checks.scoring import reads_as_claim
from medlint.checks.source_fit import source_fit
from medlint.checks.statements import (
    dose_above_maximum,
    inconsistent_doses,
    own_names,
    repeated_density,
    section_uncited,
    without_risks,
)
from medlint.checks.verification import (
    mismatched_reference,
    retracted_reference,
    unfound_reference,
    unverified_reference,
)

__all__ = ["CHECKS", "Article", "Hit"]

CHECKS: Mapping[str, Check] = {
    check.__name__.replace("_", "-"): check
    for check in (
        uncited_reference_list,
        orphan_reference,
        dangling_mark,
        duplicate_reference,
        stale_sources,
        fabricated_suspect,
        incomplete_reference,
        impossible_reference,
        doi_against_year,
        doi_against_journal,
        predatory_suspect,
        number_order,
        mixed_numbering,
        author_year_near_miss,
        author_year_unlisted,
        retracted_reference,
        mismatched_reference,
        unfound_reference,
        unverified_reference,
        source_fit,
        isbn_checksum,
        issn_checksum,
        unmasked_text,
        link_address,
        only_own_sources,
        affiliate_link,
        section_uncited,
        without_risks,
        own_names,
        repeated_density,
        inconsistent_doses,
        dose_above_maximum,
        headline_beyond_text,
        unlabelled_source,
        reads_as_claim,
        unsaid,
        unreferenced,
        stale_review,
        finding_density,
        front_matter,
        unread,
    )
}
