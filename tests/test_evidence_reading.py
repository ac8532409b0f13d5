"""How a finding is told: headlines beyond their text, sources that nobody has reviewed."""

from __future__ import annotations

import pytest

from medlint.config import Config
from medlint.lint import lint_text
from medlint.rules import load_rules

RULES = load_rules()
LINK = "Late screens were linked to migraine in pupils."
TRIAL = "A randomised trial of late screens and migraine followed ([Marsh 2020](https://doi.org/10.5555/x))."
SERVER = "https://www.medrxiv.org/content/10.1101/2024.01.02.24300001v1"


def excerpts(rule: str, text: str) -> list[str]:
    config = Config(extends=(), rules={rule: RULES.rules[rule].severity})
    return [f.excerpt for f in lint_text(text, "a.md", config, RULES).findings if f.rule == rule]


@pytest.mark.parametrize(
    ("text", "flagged"),
    [
        (f"# Late screens cause migraine\n\n{LINK}", ["cause migraine"]),
        (f"# Late screens cause migraine\n\n{LINK} {TRIAL}", []),
        (f"# Late screens cause migraine\n\n## Methods\n\n{LINK}", ["cause migraine"]),
        (f"# Late screens cause migraine\n\n# Pupils\n\n{LINK}", ["cause migraine"]),
        ("# Late screens cause migraine\n\nTea was linked to gout.", ["cause migraine"]),
        (f"# Late screens cause migraine\n\nTea was linked to gout ([Marsh]({SERVER})).", []),
        ("# Foods that cause migraine\n\nTea was linked to gout.", []),
        (f"# Late screens may cause migraine\n\n{LINK}", []),
        (f"# Do late screens cause migraine?\n\n{LINK}", []),
        ("# Walking lowers weight\n\nWalking was linked to lower weight.", ["lowers"]),
        ("# Walking lowers weight\n\nWalking was linked to long life.", []),
        ("# Walking lowers weight\n\n- Walking was linked to lower weight.", ["lowers"]),
        ("# Walking lowers weight\n\n> Walking was linked to lower weight.", []),
        ("# Walking lowers weight\n\n# Rest\n\nWalking was linked to lower weight.", []),
        ("---\ntitle: Walking lowers weight\n---\n\nWalking was linked to lower weight.", ["lowers"]),
        ("---\nauthor: Walking lowers weight\n---\n\nWalking was linked to lower weight.", []),
        (
            "| Title |\n| --- |\n| Walking lowers weight |\n\nWalking was linked to lower weight.",
            [],
        ),
    ],
)
def test_headline_beyond_text(text: str, flagged: list[str]) -> None:
    assert excerpts("evidence/headline-causal", text) == flagged


@pytest.mark.parametrize(
    ("text", "flagged"),
    [
        (f"Rates fell ([Marsh 2024]({SERVER})).", [f"[Marsh 2024]({SERVER})"]),
        (f"Rates fell ([preprint, 2024]({SERVER})).", []),
        (f"Rates fell, as a paper that is not peer reviewed says ([Marsh 2024]({SERVER})).", []),
        ("Rates fell: https://arxiv.org/abs/2301.01234", ["https://arxiv.org/abs/2301.01234"]),
        (
            "Rates fell.[^1]\n\n[^1]: Marsh J. Rates. medRxiv. 2024. https://doi.org/10.1101/2024.01.02.24300001",
            ["https://doi.org/10.1101/2024.01.02.24300001"],
        ),
        (
            "Rates fell.[^1]\n\n[^1]: Marsh J. Rates. Preprint. 2024. https://doi.org/10.1101/2024.01.02.24300001",
            [],
        ),
        ("Genes vary ([Marsh 2019](https://doi.org/10.1101/gr.250092.119)).", []),
        ("Rates fell ([Marsh 2024](https://journal.example.org/arxiv.org-and-medicine)).", []),
    ],
)
def test_unlabelled_source(text: str, flagged: list[str]) -> None:
    assert excerpts("evidence/preprint", text) == flagged
