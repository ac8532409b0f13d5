"""Citation marks, links and reference lists; `medlint.evidence` is the way in."""
