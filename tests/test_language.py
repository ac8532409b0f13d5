"""Sentence ends and context cues. The cases are hard on purpose: medicine is full of full stops."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medlint.language import Contexts, Endings, split_sentences
from medlint.rules import load_rules

RULES = load_rules()
ENDINGS = Endings.from_data(RULES.language["sentences"])
CUES = Contexts(RULES.language["contexts"], RULES.phrases)


@pytest.mark.parametrize(
    "sentences",
    [
        ["Cravings fell (Osei et al., 2012).", "They stayed low."],
        ["Osei et al. (2012) saw fewer relapses.", "Others did not."],
        ["As Osei et al. reported it was brief.", "Nobody repeated it."],
        ["Dr. Lind met Prof. Amari in St. Gallen.", "They spoke at length."],
        ["Oral vs. nasal doses were compared.", "None was better."],
        ["The dose was 2 mg/kg i.v. over an hour.", "It was halved later."],
        ["It was given i.m.", "Nurses watched."],
        ["See Fig. 3 and Ref. 8.", "Table 2 has the rest."],
        ["Avoid NSAIDs, e.g. ibuprofen, i.e. most of them.", "Ask first."],
        ["It was close, p = .06.", "The effect was d = 0.2."],
        ["They took 5 mg b.i.d. for a month.", "Then 10 mg q.d. was tried."],
        ["The U.S. Food and Drug Administration said no.", "The F.D.A. warned again."],
        ["It is sold in the U.S.", "Canada followed."],
        ["S. aureus grew.", "E. coli did not."],
        ["She asked, “Is it safe?” and waited.", "He nodded."],
        ["Is it safe?", "Yes!", "Mostly."],
        ["About approx. 3 mL went in at 9 a.m. daily.", "It stung."],
        ["Most take vitamin C.", "Few need it."],
        ["It fell from 6.1 mmol/L to 5.2 mmol/L.", "That is little."],
        ["Lind, J. B., et al. (2011).", "A treatise."],
        ["It began in Jan. 2021.", "It ended in Mar. 2022."],
        ["It rose by .4 points.", "That is 3%."],
        ["Acme Inc. sells it.", "It is a spray."],
        ["Ask if it lasts...", "Ask again."],
        ["Mrs. Vos, Ph.D., led it.", "Prof. Ito, M.D., helped."],
        ["HbA1c fell.", "eGFR held.", "mRNA rose."],
        ["It failed.[1]", "It failed again.[2,3]"],
        ["Smoking harms.¹", "Stop.²"],
        ["It worked (see p. 12).", "It was cheap."],
        ["“It is over.”", "She left."],
        ["No. 4 was lost.", "No.", "She said it again."],
    ],
)
def test_sentences(sentences: list[str]) -> None:
    text = " ".join(sentences)
    assert [text[a:b] for a, b in split_sentences(text, ENDINGS)] == sentences


@given(st.text(alphabet='aB1 .?!)”"[]¹\n', max_size=60))
def test_sentences_cover_everything_but_white_space(text: str) -> None:
    spans = split_sentences(text, ENDINGS)
    assert all(a < b for a, b in spans)
    assert all(b <= c for (_, b), (c, _) in pairwise(spans))
    assert "".join(text[a:b] for a, b in spans).replace(" ", "").replace("\n", "") == "".join(text.split())


@pytest.mark.parametrize(
    ("context", "sentence", "holds"),
    [
        ("negated", "No trial shows that it [heals] wounds.", True),
        ("negated", "It has never [healed] a wound.", True),
        ("negated", "The cream [heals] not a thing.", False),
        ("negated", "The cream [heals] wounds without scars.", False),
        ("negated", "Not only does it help, it [heals] wounds.", False),
        ("negated", "It does not sting but it [heals] wounds.", False),
        ("negated", "A [healing effect] has not been shown.", True),
        ("negated", "It [heals] eczema, and our winters are not so different.", False),
        ("negated", "It [heals] eczema but has not been tested.", False),
        ("negated", "It has [no side effects].", False),
        ("hedged", "It may [heal] wounds.", True),
        ("hedged", "It can [heal] wounds.", False),
        ("hedged", "This promising cream [heals] wounds.", False),
        ("hedged", "Researchers are studying whether it [heals] wounds.", True),
        ("denied", "There is no good evidence that it [heals] wounds.", True),
        ("denied", "That it [heals] wounds is a myth.", True),
        ("question", "Does it [heal] wounds?", True),
        ("question", "It [heals] wounds.", False),
        ("quoted", "The advert said “it [heals] wounds” in bold.", True),
        ("quoted", "The “advert” said it [heals] wounds in “bold”.", False),
        ("attributed", "The FDA says it [heals] wounds.", True),
        ("attributed", "The market says it [heals] wounds.", False),
        ("animal", "In mice it [heals] wounds.", True),
        ("limited", "It [heals] wounds, but the study had no control group.", True),
        ("absolute", "It [halves] the risk, from 8% to 4%.", True),
        ("absolute", "It [halves] the risk.", False),
    ],
)
def test_contexts(context: str, sentence: str, holds: bool) -> None:
    start, end = sentence.index("["), sentence.index("]") - 1
    assert CUES.holds(context, sentence.replace("[", "").replace("]", ""), start, end) is holds
