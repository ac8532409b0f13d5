"""Makes a corpus of Markdown articles, the same on every machine: `python -m benchmarks.generate FOLDER`, or with
`--bytes N` one article of that size.

The articles read like a clinic's blog put together by a machine. About one sentence in eight is one that
medlint should mark; the rest are plain prose, most of it without a word that any rule looks for.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

SEED = 20250301
FILES = 1000
WORDS = (290, 920)  # before the last paragraph and the notes
MARGIN = 1800  # the most bytes of a beginning and of a last paragraph with its notes

SUBJECTS = ("sleep", "back pain", "anxiety", "migraine", "asthma", "eczema", "low mood", "hypertension")
TREATMENTS = (
    "magnesium",
    "ketamine",
    "melatonin",
    "turmeric",
    "massage",
    "naltrexone",
    "acupuncture",
    "yoga",
)
PEOPLE = ("the nurse", "your doctor", "a pharmacist", "the receptionist", "a physiotherapist", "your family")
PLACES = ("at the clinic", "at home", "on the ward", "by telephone", "in the waiting room", "after work")
TOPICS = ("Before the first visit", "What to bring", "How a day is planned", "Who you will meet", "Questions")

PLAIN = (
    "Bring a list of the medicines that you take, and note when {person} last changed one of them.",
    "The first visit lasts about an hour, and most of it is spent talking {place}.",
    "{Person} will ask how {subject} affects your day, your work and the people around you.",
    "Parking is behind the building; the entrance for wheelchairs is on the left.",
    "Write down what you would like to ask about {treatment}, because it is easy to forget {place}.",
    "You can change your mind at any time, and {person} will not ask you why.",
    "Letters are sent by post unless you ask for another way, such as e-mail.",
    "Some people keep a diary of {subject} for a week; others find that it makes them think of nothing else.",
    "If you cannot come, please tell {person} a day ahead so that somebody else can have the time.",
    "A second opinion is your right, and {person} will help you to find one.",
    "What happens next depends on what you and {person} decide {place}.",
    "There is no single way to live with {subject}, and nobody expects you to find it alone.",
)
CITED = (
    "In one trial, {n} of {m} people given {treatment} had fewer days with {subject}.[^{k}]",
    "A review of {n} trials found no difference between {treatment} and placebo for {subject}.[^{k}]",
    "The trial protocol used {n} mg a day for {m} days.[^{k}]",
)
FAULTY = (
    "{Treatment} cures {subject} within {n} days.",
    "Studies show that {treatment} relieves {subject} in {n}% of patients.",
    "Adults take {n} mg of {treatment} twice a day.",
    "Our breakthrough programme with {treatment} is the best answer to {subject}, so book now!",
)
SOURCE = "[^{k}]: Example authors. {Treatment} and {subject}: a trial. *Example Journal*. <https://doi.org/10.5555/ex.{k}>"


def sentence(dice: random.Random, templates: tuple[str, ...], note: int) -> str:
    treatment, person = dice.choice(TREATMENTS), dice.choice(PEOPLE)
    return dice.choice(templates).format(
        treatment=treatment,
        Treatment=treatment.capitalize(),
        person=person,
        Person=person.capitalize(),
        subject=dice.choice(SUBJECTS),
        place=dice.choice(PLACES),
        n=dice.randint(10, 90),
        m=dice.randint(91, 400),
        k=note,
    )


def paragraph(dice: random.Random, notes: list[int]) -> str:
    sentences = []
    for _ in range(dice.randint(2, 6)):
        kind = dice.choices((PLAIN, CITED, FAULTY), weights=(6, 1, 1))[0]
        if kind is CITED:
            notes.append(len(notes) + 1)
        sentences.append(sentence(dice, kind, len(notes)))
    if dice.random() < 0.2:
        return "\n".join(f"- {text}" for text in sentences)
    return " ".join(sentences)


def article(dice: random.Random, size: int = 0) -> str:
    """One article of 300 to 1,200 words, notes included; or of at most `size` bytes, and nearly as many."""
    subject, treatment = dice.choice(SUBJECTS), dice.choice(TREATMENTS)
    title = f"{treatment.capitalize()} and {subject}"
    parts = [f"---\ntitle: {title}\ndescription: Notes on {treatment}.\n---", f"# {title}"]
    source = SOURCE.format(k="{k}", Treatment=treatment.capitalize(), subject=subject)
    notes: list[int] = []
    goal, words, room = dice.randint(*WORDS), 0, size - MARGIN
    while room > 0 if size else words < goal:
        cited = len(notes)
        if dice.random() < 0.15:
            parts.append(f"## {dice.choice(TOPICS)}")
            room -= len(parts[-1]) + 2
        parts.append(paragraph(dice, notes))
        words += len(parts[-1].split())
        room -= len(parts[-1]) + 2 + sum(len(source.format(k=note)) + 2 for note in notes[cited:])
    sources = [source.format(k=note) for note in notes]
    return "\n\n".join([*parts, *sources]) + "\n"


def write_corpus(folder: Path, files: int = FILES, seed: int = SEED) -> list[Path]:
    """Writes `files` articles into `folder`, makes it if need be, and says where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    dice = random.Random(seed)
    paths = []
    for number in range(files):
        path = folder / f"article-{number:04}.md"
        path.write_text(article(dice), encoding="utf-8", newline="\n")
        paths.append(path)
    return paths


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, metavar="PATH", help="a folder; with --bytes a file")
    parser.add_argument("--files", type=int, default=FILES)
    parser.add_argument("--bytes", type=int, default=0, help="one article of at most this size")
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    if options.bytes:
        text = article(random.Random(options.seed), options.bytes)
        options.folder.write_text(text, encoding="utf-8", newline="\n")
        return
    write_corpus(options.folder, options.files, options.seed)


if __name__ == "__main__":
    main()
