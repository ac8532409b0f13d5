"""Names that the command line knows before anything else is imported."""

FAMILIES = ("claims", "evidence", "citations", "doses", "promotion", "people", "metadata", "medlint")
SEVERITIES = ("info", "warning", "error")
