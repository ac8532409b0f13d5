"""Learns the weights of rules/scores/ from labelled articles; see docs/scorer.md."""
