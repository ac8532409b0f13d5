"""medlint reads health articles in Markdown the way a careful medical editor would."""

__version__ = "0.1.0"
