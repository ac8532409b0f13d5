"""Looks references up in catalogues of publications, keeps what those answer, and judges entries by it."""
