"""The command line: what can be asked, in words, and how a question ends.

Exit codes: 0 nothing found, 1 findings, 2 something a person has to mend first, 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import argparse
import gc
import io
import os
import sys
from collections.abc import Sequence

from medlint import __version__, rulefolders
from medlint.names import FAMILIES, SEVERITIES

_ABOUT = """\
medlint reads health articles in Markdown the way a careful medical editor would. It marks claims with
nothing behind them, studies and figures without a source, unsourced doses, and copy that sells."""

_ENDS = """\
exit codes:
  0  nothing found
  1  findings at or above the level of “fail-on”
  2  something has to be mended first: a file that cannot be read, a fault in the settings

examples:
  medlint check                       every article below this folder
  medlint check articles/sleep.md     one article
  medlint explain claims/cure         what a rule is about
  medlint init                        write a .medlint.yml to start from"""


def entry() -> None:
    """The command `medlint`: run, and end the process.

    A run lasts a fraction of a second, so it seldom pays to look for garbage, and never to tidy up at the end.
    """
    gc.set_threshold(200_000, 20, 50)
    rulefolders.look_once()
    code = main(keep_expressions=True)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def main(argv: Sequence[str] | None = None, *, keep_expressions: bool = False) -> int:
    """Run the command line and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    given = sys.argv[1:] if argv is None else list(argv)
    if misread := _names_like_options(given):
        from medlint.report.excerpt import neutral

        print(
            f"medlint: {neutral(misread)} is a file here, and reads like an option; write ./ before it",
            file=sys.stderr,
        )
        return 2
    args = parser(given[:1]).parse_args(given)
    try:
        code = _run(args, keep_expressions)
        sys.stdout.flush()
    except KeyboardInterrupt:
        print("medlint: stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # whoever read the output has gone; Python must not find the pipe broken once more at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    return code


def _names_like_options(given: Sequence[str]) -> str:
    """The first argument that is the name of a file and reads like an option, or "": what hands over the files of a
    commit must not hand over the options that somebody has called a file by."""
    options = given[: given.index("--")] if "--" in given else given
    return next(
        (each for each in options if each.startswith("-") and each != "-" and os.path.lexists(each)), ""
    )


def _run(args: argparse.Namespace, keep_expressions: bool) -> int:
    """What has been done before is only told again; for anything else the rest of medlint is imported."""
    known = None
    if args.command == "check":
        from medlint import again

        known = again.known(args)
        if known is not None and (told := again.closing_line(args, known)) is not None:
            sys.stdout.write(told)
            return 0
    from medlint import expressions

    if keep_expressions:
        expressions.use_kept()
    from medlint import commands
    from medlint.model import UserError

    try:
        code = commands.check(args, known) if known else commands.COMMANDS[args.command](args)
    except UserError as error:
        from medlint.report.excerpt import neutral

        for problem in error.problems:
            print(neutral(str(problem)), file=sys.stderr)
        return 2
    if keep_expressions:
        expressions.keep_new()
    return code


class _Help(argparse.RawDescriptionHelpFormatter):
    """Help as wide as the terminal. argparse makes a formatter for every option, and to know the width it would import
    what a run has no use for."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_columns() - 2)


def _columns() -> int:
    told = os.environ.get("COLUMNS", "")
    if told.isdecimal() and int(told):
        return int(told)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    except (OSError, ValueError):
        return 80


def parser(wanted: Sequence[str] = ()) -> argparse.ArgumentParser:
    """The parser of all commands, or of the one that is `wanted`; `command` is the name of the chosen one."""
    top = argparse.ArgumentParser("medlint", description=_ABOUT, epilog=_ENDS, formatter_class=_Help)
    top.add_argument("--version", action="version", version=f"medlint {__version__}")
    commands = top.add_subparsers(dest="command", required=True, title="commands", prog="medlint")
    for name in _COMMANDS.keys() & set(wanted) or _COMMANDS:
        about, example, add_arguments = _COMMANDS[name]
        text = f"{about[0].upper()}{about[1:]}."
        epilog = f"example:\n  {example}"
        command = commands.add_parser(
            name, help=about, description=text, epilog=epilog, formatter_class=_Help
        )
        add_arguments(command)
    return top


def _check(command: argparse.ArgumentParser) -> None:
    add = command.add_argument
    add(
        "paths",
        nargs="*",
        default=["."],
        metavar="PATH",
        help="files, folders, or - for standard input; default: .",
    )
    add("--fix", action="store_true", help="mend what needs no writer, then report what is left")
    add("--diff", action="store_true", help="show what --fix would change, and write nothing")
    add("--format", choices=("text", "json"), default="text", help="for people (default) or for programs")
    add("--output", metavar="FILE", help="write the report there instead of to the terminal")
    levels = (*SEVERITIES, "never")
    add(
        "--fail-on",
        choices=levels,
        help="the least severity that fails; default: that of .medlint.yml, or warning",
    )
    families = ", ".join(FAMILIES)
    add(
        "--family",
        action="append",
        metavar="NAME",
        help=f"only rules of this family ({families}); may be repeated",
    )
    add(
        "--stdin-filename",
        metavar="NAME",
        help="what to call standard input, and where to look for its settings",
    )
    add("--jobs", type=_number, default=0, metavar="N", help="number of processes; default: as many as pay")
    add(
        "--timeout",
        type=_limit,
        default=60.0,
        metavar="SECONDS",
        help="how long a file may take, and again for each further megabyte; 0 for no limit; default: 60",
    )
    add(
        "--executor",
        type=_executor,
        metavar="ADDRESS",
        help="check on a Dask cluster, dask://HOST:PORT, or dask://local for one of this machine; takes medlint[dask]",
    )
    add("--no-cache", action="store_true", help="check again what was checked before, and keep no results")
    add("--quiet", "-q", action="store_true", help="one line for each finding, nothing else")
    _settings(command)


def _references(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "paths",
        nargs="*",
        default=["."],
        metavar="PATH",
        help="articles, folders of articles, or bibliographies (.bib, .json, .yaml); default: .",
    )
    command.add_argument(
        "--format",
        choices=("text", "json", "bibtex", "csl"),
        default="text",
        help="for people (default), for programs, or for a reference manager (BibTeX, CSL JSON)",
    )
    _verify(command)
    _settings(command)


def _verify(command: argparse.ArgumentParser) -> None:
    add = command.add_argument_group("looking references up").add_argument
    add(
        "--verify",
        action="store_true",
        help="ask Crossref and PubMed for each, and keep the answers in medlint-references.json",
    )
    add("--refresh", action="store_true", help="ask again what was answered in the last 30 days, too")
    add(
        "--contact",
        type=_address,
        metavar="ADDRESS",
        help="your e-mail address, for the services to write to; default: that of .medlint.yml",
    )
    add(
        "--timeout",
        type=_seconds,
        default=20.0,
        metavar="SECONDS",
        help="how long to wait for an answer; default: 20",
    )


def _explain(command: argparse.ArgumentParser) -> None:
    what = (
        "the id of a rule, such as claims/cure, a family, or scope: pictures of how near a source has to be"
    )
    command.add_argument("rule", nargs="?", metavar="RULE", help=what)
    _settings(command)


def _rules(command: argparse.ArgumentParser) -> None:
    command.add_argument("--family", metavar="NAME", help="only rules of this family")
    command.add_argument("--pack", metavar="NAME", help="only rules of this pack")
    command.add_argument(
        "--format", choices=("text", "json"), default="text", help="for people or for programs"
    )
    _settings(command)


def _test(command: argparse.ArgumentParser) -> None:
    what = "rule ids, families, folders of rules, or rule files; default: every rule"
    command.add_argument("what", nargs="*", metavar="RULE", help=what)
    _settings(command)


def _init(command: argparse.ArgumentParser) -> None:
    command.add_argument("folder", nargs="?", default=".", help="where to write it; default: .")
    command.add_argument("--force", action="store_true", help="write over a .medlint.yml that is there")


def _schema(command: argparse.ArgumentParser) -> None:
    kinds = ("rule", "config", "lexicon", "pack", "score", "weights", "references", "standards", "maxima")
    command.add_argument("kind", choices=kinds, help="the kind of file")


def _check_rules(command: argparse.ArgumentParser) -> None:
    what = "rule, lexicon and pack files, and .medlint.yml files"
    command.add_argument("files", nargs="+", metavar="FILE", help=what)


def _settings(command: argparse.ArgumentParser) -> None:
    group = command.add_mutually_exclusive_group()
    group.add_argument(
        "--config", metavar="FILE", help="settings for all files, instead of the nearest .medlint.yml"
    )
    group.add_argument(
        "--no-config", action="store_true", help="the settings medlint comes with, for all files"
    )


def _number(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"“{text}” is not a number of processes")
    return int(text)


def _executor(text: str) -> str:
    kind, mark, address = text.partition("://")
    if kind != "dask" or not mark or (address not in ("", "local") and ":" not in address):
        raise argparse.ArgumentTypeError(f"“{text}” is neither dask://HOST:PORT nor dask://local")
    return text


def _address(text: str) -> str:
    name, _, host = text.partition("@")
    if not name or "." not in host.strip(".") or not text.isprintable() or set(" <>,;:").intersection(text):
        raise argparse.ArgumentTypeError(f"“{text}” is no e-mail address")
    return text


def _limit(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 86_400:
        raise argparse.ArgumentTypeError(f"“{text}” is no number of seconds")
    return seconds


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 600:
        raise argparse.ArgumentTypeError(f"“{text}” is no number of seconds, up to 600")
    return seconds


_COMMANDS = {
    "check": ("mark what a medical editor would mark", "medlint check articles --fail-on error", _check),
    "references": (
        "list the references of articles as medlint reads them",
        "medlint references articles/sleep.md",
        _references,
    ),
    "explain": (
        "tell what a rule is about, how to mend what it finds, and how near a source has to be",
        "medlint explain claims/cure",
        _explain,
    ),
    "rules": ("list the rules", "medlint rules --family doses", _rules),
    "test": ("run the examples that rules carry", "medlint test house-rules", _test),
    "init": ("write a .medlint.yml to start from", "medlint init", _init),
    "schema": (
        "print the JSON Schema of a kind of file, for editors",
        "medlint schema rule > rule.json",
        _schema,
    ),
    "check-rules": ("check rule files and settings", "medlint check-rules .medlint.yml", _check_rules),
}
"""Name → what it does, an example, its arguments."""
