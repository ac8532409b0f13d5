"""From sentences to weights: a logistic regression that keeps few features."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

from training.labelled import Row

STRENGTH = 0.7
"""The inverse of the penalty on weights (C). From 0.5 to 1 little changes but the number of features."""
OF_MAY = 0.3
"""What a sentence counts as a positive on which editors differ."""
OF_NEUTRAL = 0.5
"""What a sentence of a neutral page counts as a negative: nobody has judged it, but few of them are claims."""
LEAST_SENTENCES, LEAST_ARTICLES = 4, 3
"""A feature is learnt only from so many labelled sentences, of so many articles: others are names and chance."""
LEAST_WEIGHT = 0.02


class Model(NamedTuple):
    bias: float
    weights: Mapping[str, float]

    def score(self, row: Row) -> float:
        return self.bias + sum(self.weights.get(feature, 0.0) for feature in row.features)


def learn(labelled: Sequence[Row], neutral: Sequence[Row]) -> Model:
    """The weights of features. Of a piece that was judged as one only the longest sentence is a positive. Sentences
    that are never scored are learnt from too, each with a feature for its excuse, which is thrown away."""
    examples = [(row, *_target(row)) for row in labelled if row.main or not row.verdict]
    examples += [(row, 0, OF_NEUTRAL) for row in neutral if not row.found]
    known = _known(labelled)
    vectorizer: Any = CountVectorizer(analyzer=list, dtype=float)
    matrix = vectorizer.fit_transform([_features(row) & known for row, _, _ in examples])
    regression: Any = LogisticRegression(
        l1_ratio=1, solver="liblinear", C=STRENGTH, max_iter=300, random_state=0
    )
    regression.fit(
        matrix,
        [target for _, target, _ in examples],
        sample_weight=[weight for _, _, weight in examples],
    )
    learnt = zip(vectorizer.get_feature_names_out(), regression.coef_[0], strict=True)
    weights = {str(name): round(float(w), 2) for name, w in learnt if abs(w) >= LEAST_WEIGHT}
    kept = {name: weight for name, weight in weights.items() if not name.startswith("excuse ")}
    return Model(round(float(regression.intercept_[0]), 2), kept)


def _target(row: Row) -> tuple[int, float]:
    return int(bool(row.verdict)), OF_MAY if row.verdict == "may" else 1.0


def _features(row: Row) -> frozenset[str]:
    return row.features | {f"excuse {row.excuse}"} if row.excuse else row.features


def _known(rows: Sequence[Row]) -> frozenset[str]:
    """The features that are frequent enough to be learnt."""
    sentences: Counter[str] = Counter()
    articles: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        for feature in _features(row):
            sentences[feature] += 1
            articles[feature].add(row.article)
    return frozenset(
        name
        for name, count in sentences.items()
        if count >= LEAST_SENTENCES and len(articles[name]) >= LEAST_ARTICLES
    )
