"""What each command does: from parsed arguments to an exit code."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from medlint import again, run
from medlint.config import Config
from medlint.crew import of_problems
from medlint.data import data_folder
from medlint.files import STDIN, Source, find, rewrite, shown, write
from medlint.model import FAMILIES, Problem, Report, UserError
from medlint.nearest import NAMES
from medlint.report.totals import Style, Totals, counted, render_totals
from medlint.rules import Rule, RuleSet, load_rules
from medlint.run import Result
from medlint.settings import Settings, rules_of

if TYPE_CHECKING:
    from medlint.again import Known
    from medlint.listing import Listed
    from medlint.report.progress import Bar

# -- check ---------------------------------------------------------------------------------------------------


def check(args: Namespace, known: Sequence[Known] | None = None) -> int:
    """`known` is what `again` has found out already."""
    if known is not None:
        return _reported(args, _recalled(known), frozenset(args.family or ()), len(known))
    settings = _settings(args)
    families = _families(args.family, settings)
    mends = args.fix or args.diff
    if mends and STDIN in args.paths:
        raise UserError(Problem(STDIN, "--fix and --diff mend files, and standard input is none"))
    if args.executor:
        return _elsewhere(args, settings, families)
    _refuse_addresses(args.paths)
    sources, problems = find(args.paths, args.stdin_filename)
    lint = partial(run.fix_source, families=families) if mends else run.lint_source
    # what stands near a finding is worked out for those who asked for it
    form = again.form(args)
    results = run.check(
        sources,
        settings,
        jobs=args.jobs,
        lint=partial(lint, nearby=form == again.NEARBY),
        seconds=args.timeout,
        form=None if mends or args.no_cache else form,
    )
    if mends:
        results = _mended(results, sources, only_shown=args.diff)
    lost = (Result(of_problems(problem)) for problem in problems)
    return _reported(args, chain(lost, results), families, len(sources))


def _refuse_addresses(paths: Iterable[str]) -> None:
    problems = [
        Problem(path, "addresses are read with --executor: medlint check --executor dask://local ADDRESS")
        for path in paths
        if "://" in path and not os.path.lexists(path)
    ]
    if problems:
        raise UserError(*problems)


def _elsewhere(args: Namespace, settings: Settings, families: frozenset[str]) -> int:
    """The same on a Dask cluster."""
    if args.fix or args.diff:
        raise UserError(Problem("medlint", "--fix and --diff mend files of this machine, without --executor"))
    from medlint.cluster.addresses import find
    from medlint.cluster.team import Cluster

    form = again.form(args)
    with Cluster(args.executor, args.jobs, nearby=form == again.NEARBY) as cluster:
        sources, problems = find(args.paths, args.stdin_filename)
        form_kept = None if args.no_cache else form
        results = run.check(sources, settings, seconds=args.timeout, form=form_kept, crew=cluster.crew)
        lost = (Result(of_problems(problem)) for problem in problems)
        return _reported(args, chain(lost, results), families, len(sources))


def _recalled(known: Iterable[Known]) -> Iterator[Result]:
    from medlint.config import config_of
    from medlint.results import report_of

    for article in known:
        report = report_of(article.made, article.path, article.text())
        yield Result(report, config_of(article.settings.data, article.settings.path))


def _reported(args: Namespace, results: Iterable[Result], families: frozenset[str], total: int) -> int:
    """Write the report; returns the exit code."""
    bar = _bar(args, total)
    code = 0

    def judged() -> Iterator[Result]:
        nonlocal code
        for result in results:
            kept = _only(result, families)
            left = 2 if kept.report.problems else int(kept.report.fixed > 0)
            code = max(code, left if args.diff else kept.exit_code(args.fail_on))
            if bar:
                bar.done()
            yield kept

    form = "quiet" if args.quiet and args.format == "text" else args.format
    form = "diff" if args.diff else form
    pieces = _FORMATS[form](judged(), _style(to_file=args.output is not None))
    try:
        if args.output is not None:
            from medlint.report.output import to_file

            to_file(Path(args.output), pieces)
        else:
            _to_terminal(pieces, bar)
    finally:
        if bar:
            bar.hide()
    return code


def _bar(args: Namespace, total: int) -> Bar | None:
    if args.quiet or total == 1 or not sys.stderr.isatty():
        return None
    from medlint.report.progress import Bar, wanted

    return Bar(total, "checking") if wanted() else None


def _to_terminal(pieces: Iterable[str], bar: Bar | None) -> None:
    for piece in pieces:
        if bar and sys.stdout.isatty():
            bar.hide()
        sys.stdout.write(piece)
        sys.stdout.flush()


def _settings(args: Namespace) -> Settings:
    return Settings(Path(args.config) if args.config else None, ignore=args.no_config)


def _families(names: Sequence[str] | None, settings: Settings) -> frozenset[str]:
    """The families that were asked for; empty for all. Raises UserError for one that no rule belongs to."""
    unknown = set(names or ()) - set(FAMILIES)
    if unknown:
        known = {*FAMILIES, *_rules_here(settings).families}
        _refuse_unknown(sorted(unknown - known), known, "family")
    return frozenset(names or ())


def _only(result: Result, families: frozenset[str]) -> Result:
    """The result without findings of other families. They are made all the same: only then is it known
    whether a directive that hides one of them is in use."""
    if not families:
        return result
    findings = tuple(finding for finding in result.report.findings if finding.family in families)
    return result._replace(report=result.report._replace(findings=findings))


def _mended(results: Iterable[Result], sources: Iterable[Source], *, only_shown: bool) -> Iterator[Result]:
    """The results, once what was mended is written into the files and told. What lies behind a link may be anybody's:
    it stays as it is."""
    by_path = {source.path: source for source in sources}
    for result in results:
        report = result.report
        if report.fixed and result.config:
            report = _put_in_place(report, by_path[report.path], result.config, only_shown=only_shown)
        yield result._replace(report=report)


def _put_in_place(report: Report, source: Source, config: Config, *, only_shown: bool) -> Report:
    if source.file.is_symlink():
        return run.lint_source(report.before, report.path, config)
    if not only_shown:
        try:
            rewrite(source, report.before, report.text)
        except UserError as error:
            return of_problems(*error.problems)
        _tell(f"{report.path}: {report.fixed:,} fixed")
    return report


def _tell(line: str) -> None:
    """What is no part of the report goes where it is in nobody's way."""
    from medlint.report.excerpt import neutral

    print(neutral(line), file=sys.stderr, flush=True)


def _text(results: Iterable[Result], style: Style) -> Iterator[str]:
    totals = Totals()
    for result in results:
        totals += Totals.of(result.report)
        if result.report.problems or any(f.suppressed is None for f in result.report.findings):
            from medlint.report.text import render_file

            yield render_file(
                result.report, rules_of(result.config).standards if result.config else {}, style
            )
    yield render_totals(totals, style)


def _quiet(results: Iterable[Result], _style: Style) -> Iterator[str]:
    from medlint.report.text import render_short

    return (f"{line}\n" for result in results for line in render_short(result.report))


def _json(results: Iterable[Result], _style: Style) -> Iterator[str]:
    from medlint.report import json_report

    return json_report.pieces(result.report for result in results)


def _diff(results: Iterable[Result], style: Style) -> Iterator[str]:
    from medlint.fix import as_diff
    from medlint.report.excerpt import neutral

    for result in results:
        for problem in result.report.problems:
            _tell(str(problem))
        told = as_diff(result.report)
        # for a person, safe to look at; for a program, exact
        yield "\n".join(map(neutral, told.split("\n"))) if style.seen else told


_FORMATS: Mapping[str, Callable[[Iterable[Result], Style], Iterator[str]]] = {
    "text": _text,
    "quiet": _quiet,
    "json": _json,
    "diff": _diff,
}


def _style(*, to_file: bool = False) -> Style:
    """Colour where it is seen and nobody objects; lines no longer than can be read."""
    width = _width()
    seen = sys.stdout.isatty() and not to_file
    if to_file or os.environ.get("NO_COLOR"):
        return Style(False, 80 if to_file else width, seen=seen)
    forced = os.environ.get("FORCE_COLOR", "0") not in ("", "0")
    return Style(forced or (seen and os.environ.get("TERM") != "dumb"), width, seen=seen)


def _width() -> int:
    if not sys.stdout.isatty() and "COLUMNS" not in os.environ:
        return 80
    import shutil

    return min(shutil.get_terminal_size((80, 24)).columns, 100)


# -- references ----------------------------------------------------------------------------------------------


def references(args: Namespace) -> int:
    from medlint.bibliography.bibtex import to_bibtex
    from medlint.bibliography.csl import to_json
    from medlint.listing import listed
    from medlint.report.references import as_json, blocks

    files, problems = listed(args.paths, _settings(args))
    for problem in problems:
        _tell(str(problem))
    if args.verify:
        return max(_verify(args, files), 2 if problems else 0)
    if args.format == "text":
        sys.stdout.writelines(blocks(files, _style()))
    elif args.format == "json":
        sys.stdout.write(as_json(files))
    else:
        write_out = to_bibtex if args.format == "bibtex" else to_json
        sys.stdout.write(write_out(entry for file in files for entry in file.entries))
    return 2 if problems else 0


def _verify(args: Namespace, files: Sequence[Listed]) -> int:
    """Look the references up, and tell what came of it."""
    try:
        from medlint.verifying.verify import Options, verify
    except ImportError as error:
        if error.name != "httpx":
            raise
        what = "to look references up, medlint needs httpx: pip install 'medlint[verify]'"
        raise UserError(Problem("medlint", what)) from error
    from medlint.report.progress import progress
    from medlint.report.verification import as_json, table

    if args.format not in ("text", "json"):
        raise UserError(Problem("medlint", f"--verify reports as text or json, not {args.format}"))
    options = Options(args.contact or "", args.timeout, args.refresh)
    outcome = verify(files, options, partial(progress, what="looking up references"))
    sys.stdout.write(as_json(outcome) if args.format == "json" else table(outcome, _style()))
    if outcome.anonymous:
        _tell(
            "give your e-mail address with --contact or under “references” in .medlint.yml: the services ask for it"
        )
    return max((article.failing for article in outcome.articles), default=0)


# -- rules ---------------------------------------------------------------------------------------------------


def explain(args: Namespace) -> int:
    from medlint.report import topics
    from medlint.report.about import overview, page, table

    settings, style = _settings(args), _style()
    rules, what = _rules_here(settings), args.rule
    if what is None:
        print(overview(rules, style), end="")
    elif what in rules.rules:
        print(page(rules.rules[what], rules, style, settings.here().scope), end="")
    elif what in topics.names():
        print(topics.topic(what, style), end="")
    else:
        known = (*rules.rules, *rules.families, *topics.names())
        _refuse_unknown({what} - {*rules.families}, known, "rule, family or topic")
        print(table(_of_family(rules, what), rules, style), end="")
    return 0


def rules(args: Namespace) -> int:
    from medlint.report.about import as_json, table

    rule_set = _rules_here(_settings(args))
    chosen = list(rule_set.rules.values())
    if args.family:
        _refuse_unknown({args.family} - set(rule_set.families), rule_set.families, "family")
        chosen = _of_family(rule_set, args.family)
    pack = None
    if args.pack:
        _refuse_unknown({args.pack} - set(rule_set.packs), rule_set.packs, "pack")
        pack = rule_set.packs[args.pack]
        chosen = [rule for rule in chosen if rule.id in pack.levels]
    if args.format == "json":
        print(as_json(chosen, rule_set, pack), end="")
    else:
        print(table(chosen, rule_set, _style(), pack), end="")
    return 0


def test(args: Namespace) -> int:
    from medlint.lint import lint_text
    from medlint.report.excerpt import neutral
    from medlint.ruletest import failures

    settings = _settings(args)
    chosen = [pair for what in args.what for pair in _meant(what, settings)]
    if not args.what:
        here = _rules_here(settings)
        chosen = [(rule, here) for rule in here.rules.values()]
    failed = 0
    for rule, rule_set in chosen:
        for failure in failures(rule, rule_set, lint_text):
            failed += 1
            print(neutral(f"{rule.id}: {' '.join(failure.text.split())}"))
            print(neutral(f"  expected: {_marks(failure.expected)}"))
            print(neutral(f"  found:    {_marks(failure.found)}") + "\n")
    examples = sum(len(rule.bad) + len(rule.good) for rule, _ in chosen)
    verdict = f"{failed:,} failed" if failed else "all hold"
    print(f"{counted(len(chosen), 'rule')}, {counted(examples, 'example')}: {verdict}")
    return int(failed > 0)


def _marks(excerpts: Sequence[str]) -> str:
    return ", ".join(f"“{excerpt}”" for excerpt in excerpts) or "nothing"


def _meant(what: str, settings: Settings) -> list[tuple[Rule, RuleSet]]:
    """The rules that an argument of `test` means, each with its rule set: by id, family, folder or file.

    Raises UserError when it means none.
    """
    here, path = _rules_here(settings), Path(what).resolve()
    if what in here.rules or what in here.families:
        return [(rule, here) for rule in here.rules.values() if what in (rule.id, rule.family)]
    if not path.exists():
        _refuse_unknown([what], [*here.rules, *here.families], "rule or file")
    folder = path if path.is_dir() else path.parents[1]
    known = folder in (data_folder().resolve(), *settings.here().rule_folders)
    rule_set = here if known else load_rules((folder,))
    files = folder.glob("*/*.y*ml") if path.is_dir() else [path]
    ids = {file.relative_to(folder).with_suffix("").as_posix() for file in files}
    meant = [(rule, rule_set) for rule in rule_set.rules.values() if rule.id in ids]
    if not meant:
        raise UserError(Problem(shown(what), "holds no rules; they stand in family/name.yml"))
    return meant


def _rules_here(settings: Settings) -> RuleSet:
    """The rules for articles in this folder. Raises UserError when its configuration is at fault."""
    return rules_of(settings.here())


def _of_family(rules: RuleSet, family: str) -> list[Rule]:
    return [rule for rule in rules.rules.values() if rule.family == family]


def _refuse_unknown(names: Iterable[str], known: Iterable[str], kind: str) -> None:
    from medlint.schema import did_you_mean

    known = list(known)
    problems = [
        Problem("medlint", f"no {kind} is called “{name}”{did_you_mean(name, known)}") for name in names
    ]
    if problems:
        raise UserError(*problems)


# -- files to begin with, and files of one's own ------------------------------------------------------------


def init(args: Namespace) -> int:
    from medlint.starter import CONFIG, PRE_COMMIT

    path = Path(args.folder) / NAMES[0]
    if os.path.lexists(path) and not args.force:
        raise UserError(Problem(shown(path), "is there already; --force writes over it"))
    write(path, CONFIG)
    from medlint.report.excerpt import neutral

    print(
        f"Wrote {neutral(shown(path))}. To check every commit, put this into .pre-commit-config.yaml:\n\n{PRE_COMMIT}",
        end="",
    )
    return 0


def schema(args: Namespace) -> int:
    print((data_folder() / "schema" / f"{args.kind}.schema.json").read_text(encoding="utf-8"), end="")
    return 0


def check_rules(args: Namespace) -> int:
    from medlint.checkrules import problems

    found = problems(Path(file) for file in args.files)
    if found:
        raise UserError(*found)
    print(f"{counted(len(args.files), 'file')}: nothing found")
    return 0


COMMANDS: Mapping[str, Callable[[Namespace], int]] = {
    "check": check,
    "references": references,
    "explain": explain,
    "rules": rules,
    "test": test,
    "init": init,
    "schema": schema,
    "check-rules": check_rules,
}
