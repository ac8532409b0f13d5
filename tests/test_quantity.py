"""Which amounts are doses, and what is read off them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medlint.doses.numbers import figures, read_number
from medlint.quantity import KINDS, DoseDetector
from medlint.rules import load_rules


@pytest.fixture(scope="module")
def detector() -> DoseDetector:
    rules = load_rules()
    return DoseDetector(rules.lexicons, rules.phrases)


def found(detector: DoseDetector, text: str, header: str = "") -> list[tuple[str, str]]:
    return [(text[d.start : d.end], d.kind) for d in detector.find(text, header)]


DOSES = [
    ("One group had 2.0 mg/kg of ketamine.", ["2.0 mg/kg"]),
    ("Ketamine (2.0 mg/kg) was compared with a low dose (0.2 mg/kg).", ["2.0 mg/kg", "0.2 mg/kg"]),
    ("It runs in at 0.5 mg/kg IV over 40 minutes.", ["0.5 mg/kg IV over 40 minutes"]),
    ("Take 2 tablets of 500 mg twice a day.", ["2 tablets of 500 mg twice a day"]),
    ("Adults take 200 to 400 mg a day.", ["200 to 400 mg a day"]),
    ("Between 310 and 420 mg is usual.", ["310 and 420 mg"]),
    ("It goes from 50 mg to 100 mg.", ["50 mg to 100 mg"]),
    ("Doses of 5, 10 and 15 mg were used.", ["5, 10 and 15 mg"]),
    ("Most begin on 0.25 mg once a week and end on 2.4 mg.", ["0.25 mg once a week", "2.4 mg"]),
    ("She was on .5 mg at night.", [".5 mg at night"]),
    ("Levothyroxine 50 mcg before breakfast", ["50 mcg before breakfast"]),
    ("Levothyroxine 50 µg", ["50 µg"]),
    ("Levothyroxine 50 micrograms daily", ["50 micrograms daily"]),
    ("50ug works too", ["50ug"]),
    ("Take 10mg.", ["10mg"]),
    ("a 10-mg dose", ["10-mg"]),
    ("1,000 mg of vitamin C", ["1,000 mg"]),
    ("1\u202f000 mg of vitamin C", ["1\u202f000 mg"]),
    ("2,5 mg of melatonin", ["2,5 mg"]),
    ("Five hundred milligrams of chlorella", ["Five hundred milligrams"]),
    ("Three grams daily gets you there.", ["Three grams daily"]),
    ("a gram of it", ["a gram"]),
    ("a tenth of a gram of dried mushrooms", ["a tenth of a gram"]),
    ("2½ mg at bedtime", ["2½ mg at bedtime"]),
    ("10 billion CFU a day", ["10 billion CFU a day"]),
    ("10 billion colony-forming units", ["10 billion colony-forming units"]),
    ("10^9 CFU", ["10^9 CFU"]),
    ("5 million units of penicillin", ["5 million units"]),
    ("50K IU of vitamin D", ["50K IU"]),
    ("2,000 IU daily", ["2,000 IU daily"]),
    ("400 I.U. of vitamin E", ["400 I.U."]),
    ("400 international units", ["400 international units"]),
    ("20 mmol of potassium over an hour", ["20 mmol"]),
    ("40 mEq by mouth", ["40 mEq by mouth"]),
    ("Adrenaline 0.05–0.1 micrograms/kg/min", ["0.05–0.1 micrograms/kg/min"]),
    ("10 to 20 mg per kilo of body weight per day", ["10 to 20 mg per kilo of body weight per day"]),
    ("75 mg/m2 of docetaxel", ["75 mg/m2"]),
    ("20 mL/kg crystalloid", ["20 mL/kg"]),
    ("A single 0.5 mL injection", ["0.5 mL"]),
    ("3 liters of IVF in 24 hours", ["3 liters"]),
    ("A liter of fluids plus ondansetron 4 mg", ["A liter", "4 mg"]),
    ("2 L/min of oxygen", ["2 L/min"]),
    ("Insulin with dextrose (10 units IVP)", ["10 units IVP"]),
    ("Inject 10 units before meals.", ["10 units before meals"]),
    ("10 units on an insulin syringe is 250 mcg", ["10 units", "250 mcg"]),
    ("Two grains of desiccated thyroid", ["Two grains"]),
    ("60 Gy in 30 fractions", ["60 Gy"]),
    ("600 MBq of iodine", ["600 MBq"]),
    ("Half a tablet at bedtime", ["Half a tablet at bedtime"]),
    ("1/2 tablet daily", ["1/2 tablet daily"]),
    ("One dropper under the tongue", ["One dropper under the tongue"]),
    ("A half dropper in the morning takes the edge off.", ["A half dropper in the morning"]),
    ("A teaspoon at bedtime", ["A teaspoon at bedtime"]),
    ("Two sprays in each nostril", ["Two sprays in each nostril"]),
    ("Take two capsules at breakfast", ["two capsules at breakfast"]),
    ("Chew two gummies before bed.", ["two gummies before bed"]),
    ("Take 1-2 capsules with water.", ["1-2 capsules with water"]),
    ("Give another 10 puffs.", ["10 puffs"]),
    ("Readers using two capsules (1,000 mg) before breakfast", ["two capsules (1,000 mg) before breakfast"]),
    ("Mix one scoop (5 g) with a glass of water.", ["one scoop (5 g)"]),
    ("Stir 5 g into warm water.", ["5 g"]),
    ("With each meal, take 500 mg of metformin.", ["500 mg"]),
    ("For fat loss, take 300 mg of it.", ["300 mg"]),
    ("To lower blood sugar, take 500 mg of berberine.", ["500 mg"]),
    ("Add 2 g of EPA-rich fish oil.", ["2 g"]),
    ("600 mg of ashwagandha per serving", ["600 mg"]),
    ("Many tonics contain 5–15 mg per serving.", ["5–15 mg per serving"]),
    ("They lost 15% of their weight on semaglutide 2.4 mg.", ["2.4 mg"]),
    ("Doses rise by 20 mg a week.", ["20 mg a week"]),
    ("100 mg of B12 at 8 am", ["100 mg"]),
    ("Omega-3 2,000 mg for 8 weeks", ["2,000 mg for 8 weeks"]),
    ("CYP2D6 and 5-HT2A aside, 25 mg was given.", ["25 mg"]),
    ("300 mcg per nostril", ["300 mcg per nostril"]),
    ("500 mg q8h", ["500 mg q8h"]),
    ("2.5 mg twice a week × 6 weeks", ["2.5 mg twice a week × 6 weeks"]),
    ("70 mg/kg every 4 hours", ["70 mg/kg every 4 hours"]),
    ("50 micrograms (0.5 mL)", ["50 micrograms (0.5 mL)"]),
    ("Toxicity comes from months at 40,000 IU or more.", ["40,000 IU"]),
    ("Dose: 0.5 mL/kg (onset within half an hour)", ["0.5 mL/kg"]),
]


@pytest.mark.parametrize(("text", "expected"), DOSES, ids=[text for text, _ in DOSES])
def test_doses(detector: DoseDetector, text: str, expected: list[str]) -> None:
    assert [excerpt for excerpt, kind in found(detector, text) if kind == "dose"] == expected


OTHER = [
    ("A fasting glucose of 92 mg/dL", ["laboratory"]),
    ("LDL fell by 0.17 mmol/L.", ["laboratory"]),
    ("Vitamin D above 20 ng/mL is enough.", ["laboratory"]),
    ("An ALT of 40 U/L", ["laboratory"]),
    ("A TSH of 2.1 mIU/L", ["laboratory"]),
    ("Estradiol around 100 pg/mL (367 pmol/L)", ["laboratory"]),
    ("A serum level above 10 mcg/mL", ["laboratory"]),
    ("HbA1c of 48 mmol/mol", ["laboratory"]),
    ("We draw about 60 mL from your arm.", ["laboratory"]),
    ("A residual of 100 mL in the bladder", ["laboratory"]),
    ("NAD rose to 41 µM.", ["laboratory"]),
    ("VO2max fell to 18 mL/kg/min.", ["laboratory"]),
    ("Hip density was 0.98 g/cm².", ["laboratory"]),
    ("Smoke at 35 µg/m3 raises risk.", ["laboratory"]),
    ("A 75 g glucose challenge", ["methods"]),
    ("Each has 25 g of protein and 3 g of creatine.", ["nutrition", "dose"]),
    ("Mice got 10 mg/kg a day.", ["methods"]),
    ("Rats were given 5 mL of saline.", ["methods"]),
    ("It worked at 100 µM in a petri dish.", ["methods"]),
    ("Scores fell in the 25 mg group.", ["methods"]),
    ("20 g of protein with lunch", ["nutrition"]),
    ("Sodium 2,300 mg is the limit.", ["nutrition"]),
    ("2,300 mg of sodium", ["nutrition"]),
    ("a coffee with 107 mg of caffeine", ["nutrition"]),
    ("Each has 4 g of carbohydrate.", ["nutrition"]),
    ("3 oz of cooked salmon", ["nutrition"]),
    ("A cup of coffee a day", ["nutrition"]),
    ("two glasses of wine", ["nutrition"]),
    ("a 150 mL glass of wine", ["nutrition"]),
    ("Drink 2 litres of water a day.", ["nutrition"]),
    ("No more than 14 units of alcohol a week", ["nutrition"]),
    ("200 g Greek yoghurt", ["nutrition"]),
    ("For a person of 75 kg", ["body"]),
    ("She lost 1.2 kg in a week.", ["body"]),
    ("Under 10 lb", ["body"]),
    ("The band weighs 31 g.", ["body"]),
    ("Probe with an 18 g needle.", ["body"]),
    ("€18.50 for 100 g", ["price"]),
    ("$28 per 200 mg", ["price"]),
    ("500 mg for $20", ["price"]),
    ("1% hydrocortisone cream", ["concentration"]),
    ("minoxidil 5%", ["concentration"]),
    ("0.25% in a spray", ["concentration"]),
    ("35% hydrogen peroxide", ["concentration"]),
    ("23% lidocaine with 7% tetracaine", ["concentration", "concentration"]),
    ("The oil has 50 mg/mL.", ["concentration"]),
    ("120 mg/5 mL", ["concentration"]),
    ("a 5 mg vial", ["pack-size"]),
    ("a 30 mL bottle", ["pack-size"]),
    ("Each bottle holds 60 capsules.", ["pack-size"]),
    ("60 capsules per bottle", ["pack-size"]),
    ("a 100 g tin", ["pack-size"]),
]


@pytest.mark.parametrize(("text", "expected"), OTHER, ids=[text for text, _ in OTHER])
def test_other_amounts(detector: DoseDetector, text: str, expected: list[str]) -> None:
    assert [kind for _, kind in found(detector, text)] == expected


NOTHING = [
    "Vitamin B12, 5-HT2A, omega-3 and COVID-19",
    "In 2022 the clinic had 41 beds.",
    "He was 42 years old and came at 10 pm.",
    "Blood pressure was 120/80 mmHg.",
    "One in ten people, or 34%, agreed.",
    "Two sessions a week for 8 weeks",
    "Walk 30 minutes a day, 10,000 steps if you can.",
    "7.0% of people on the gel had an event.",
    "No more events with gel than with placebo gel (7.0% vs 7.3%).",
    "The late meal gave 8.3 percent higher glucose exposure.",
    "Why not just take a pill?",
    "For a lot of people a pill is fine.",
    "My doctor took me off one tablet in March.",
    "One scoop is like eating a whole garden.",
    "The label doesn't say how much iodine is in a scoop.",
    "Fill in the form on a tablet.",
    "The hospital has 24 intensive care units.",
    "A 5G phone and a 3D model",
    "A grain of truth",
    "The engine holds 3 L.",
    "Per 500 ml, off the back of the packet:",
    "Prices start from $15.",
    "The 10-unit mark on the insulin syringe",
    "95% CI 0.5 to 1.2, p = 0.05, n = 40",
    "A BMI of 27 kg/m2 is not what we mean by 3.5 METs.",
]


@pytest.mark.parametrize("text", NOTHING)
def test_no_dose(detector: DoseDetector, text: str) -> None:
    assert [kind for _, kind in found(detector, text) if kind in ("dose", "concentration")] == []


CELLS = [
    ("144", "Elemental Mg per serving (mg)", [("144", "dose")]),
    ("200–400", "Daily dose, mg", [("200–400", "dose")]),
    ("12–19", "25(OH)D (ng/mL)", [("12–19", "laboratory")]),
    ("144 people", "Amount (mg)", []),
    ("200 mg", "Amount", [("200 mg", "dose")]),
    ("1–3", "Weeks", []),
    ("2 capsules", "Suggested use", [("2 capsules", "dose")]),
    ("2 drops", "Evening", [("2 drops", "dose")]),
    ("1 scoop in warm water", "Use", [("1 scoop", "dose")]),
    ("1 click (50 mg)", "Dose", [("1 click (50 mg)", "dose")]),
    ("30 capsules", "Pack size", [("30 capsules", "pack-size")]),
    ("500 mg", "Price per 100 g", [("500 mg", "price")]),
    ("2 units", "Dose", [("2 units", "dose")]),
    ("Testosterone cream 20%", "Product", [("20%", "concentration")]),
    ("26–60 lb", "Weight", [("26–60 lb", "body")]),
    ("300 mg", "Serum level", [("300 mg", "laboratory")]),
]


@pytest.mark.parametrize(("text", "header", "expected"), CELLS)
def test_table_cells(detector: DoseDetector, text: str, header: str, expected: list[tuple[str, str]]) -> None:
    assert found(detector, text, header) == expected


READINGS = [
    ("0.5 mg/kg of ketamine over 40 minutes", 0.5, None, "mg", "kg", "ketamine", "", "over 40 minutes"),
    ("100 to 200 mcg of levothyroxine daily", 100, 200, "microgram", "", "levothyroxine", "", "daily"),
    ("sertraline 50 mg by mouth", 50, None, "mg", "", "sertraline", "by mouth", ""),
    ("2 tablets of 500 mg twice a day", 500, None, "mg", "", "", "", "twice a day"),
    ("50 mg to 100 mg", 50, 100, "mg", "", "", "", ""),
    ("adrenaline 0.1 micrograms/kg/min", 0.1, None, "microgram", "kg/min", "adrenaline", "", ""),
    ("10,000 international units", 10_000, None, "IU", "", "", "", ""),
]


@pytest.mark.parametrize(
    ("text", "value", "high", "unit", "per", "substance", "route", "frequency"),
    READINGS,
    ids=[r[0] for r in READINGS],
)
def test_readings(
    detector: DoseDetector,
    text: str,
    value: float,
    high: float | None,
    unit: str,
    per: str,
    substance: str,
    route: str,
    frequency: str,
) -> None:
    (dose,) = detector.find(text)
    assert (dose.value, dose.high, dose.unit, dose.per) == (value, high, unit, per)
    assert (dose.substance, dose.route, dose.frequency) == (substance, route, frequency)


NUMBERS = [
    ("1,234.5", 1234.5),
    ("0.5", 0.5),
    (".5", 0.5),
    ("2,5", 2.5),
    ("1\u00a0000", 1000),
    ("½", 0.5),
    ("2½", 2.5),
    ("1/2", 0.5),
    ("1 1/2", 1.5),
    ("10^6", 1e6),
    ("1 x 10^9", 1e9),
    ("10⁶", 1e6),
    ("5 million", 5e6),
    ("50K", 50_000),
    ("ten", 10),
    ("twenty-five", 25),
    ("five hundred", 500),
    ("two thousand five hundred", 2500),
    ("a quarter", 0.25),
    ("one and a half", 1.5),
    ("half of a", 0.5),
    ("a dozen", 12),
]


@pytest.mark.parametrize(("text", "value"), NUMBERS)
def test_numbers(text: str, value: float) -> None:
    assert read_number(text) == pytest.approx(value)


def test_a_word_is_no_number() -> None:
    with pytest.raises(ValueError, match="milk"):
        read_number("milk")


PIECES = st.sampled_from(
    [
        *("1", "12", "0.5", ",000", ".", ",", "-", "–", "/", "%", "½", "10^", "x", "×", "(", ")", "$"),
        *(
            "mg",
            "mcg",
            "mL",
            "g",
            "units",
            "IU",
            "kg",
            "tablets",
            "half",
            "a",
            "two",
            "of",
            "to",
            "and",
            "per",
        ),
        *("take", "daily", "protein", "level", "mice", "\u00a0", "\ufffc"),
    ]
)


@given(
    st.lists(st.tuples(PIECES, st.sampled_from(["", " "])), max_size=30), st.sampled_from(["", "Dose (mg)"])
)
def test_offsets_are_ordered_and_inside(
    detector: DoseDetector, pieces: list[tuple[str, str]], header: str
) -> None:
    text = "".join(piece + gap for piece, gap in pieces)
    end = 0
    for dose in detector.find(text, header):
        assert end <= dose.start < dose.end <= len(text)
        assert dose.kind in KINDS
        end = dose.end


@given(st.text(max_size=200))
def test_any_text_is_read(detector: DoseDetector, text: str) -> None:
    assert all(text[dose.start : dose.end].strip() for dose in detector.find(text))


@pytest.mark.parametrize(
    "unit", ["1", "1,", "1.", "1 ", "1-", "1/", "1 to ", "one ", "10^", "1 mg ", "1 mg (", "½"]
)
def test_long_runs_of_figures_end(detector: DoseDetector, unit: str) -> None:
    detector.find(unit * 5000)
    assert len(list(figures(unit * 5000))) <= 5000
