"""`python -m medlint`."""

from medlint.cli import entry

if __name__ == "__main__":
    entry()
