"""What a repository of articles begins with."""

from medlint import __version__

CONFIG = """\
# Settings of medlint. Every line that begins with “# ” below is an example: take the mark off to use it.
# What a rule is about: medlint explain claims/cure. All rules and packs: medlint rules.

# Packs of rules.
extends: [recommended]

# A rule or a family of rules at another level: off, info, warning, error.
# rules:
#   promotion: error
#   claims/cure: warning

# How near to a sentence its source must stand: sentence, paragraph, section, document.
# scope: paragraph

# The least severity that stops a commit: info, warning, error, never.
# fail-on: warning

# Your own clinic, brands and products, and your own sites: links to them are no sources.
# names: [Example Clinic]
# own-hosts: [clinic.example]

# Hosts that always or never count as sources.
# sources:
#   trusted: [journal.example]
#   refused: [shop.example]

# Your e-mail address, for the catalogues that medlint references --verify asks.
# references: {contact: editor@clinic.example}

# Files to leave out.
# exclude: ["drafts/**"]

# Folders with rules of your own.
# rule-folders: [medlint-rules]
"""

PRE_COMMIT = f"""\
repos:
  - repo: https://github.com/medlint/medlint
    rev: v{__version__}
    hooks:
      - id: medlint
"""
