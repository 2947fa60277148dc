from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pytest
from rich.console import Console, RenderableType
from tests.report.world import NURSE, ON, TOLD, pseudonymised, screening, shipped

from trialrun.criteria.wording import Language
from trialrun.protocol.checks import check
from trialrun.protocol.findings import Finding, Severity
from trialrun.protocol.words import show, words_of_names
from trialrun.records.schema import Kind
from trialrun.report.terminal import (
    explanation,
    findings,
    load_caveats,
    load_summary,
    patient_tree,
    protocol_words,
    screening_summary,
)
from trialrun.screening.verdict import Death, Verdict
from trialrun.sources.intake import LoadSummary
from trialrun.sources.intake.covered import CoverageLine
from trialrun.sources.intake.summary import Reason
from trialrun.sources.intake.unread import UncodedRows, UnknownConcept, UnknownUnit, Withheld
from trialrun.sources.rejections import NOT_USED, UNNAMED_PATIENT
from trialrun.sources.rejections import Severity as RowSeverity

LOADED = LoadSummary(
    source="clinic",
    format="fhir",
    time_zone="Asia/Shanghai",
    rows={"patient": 2000, Kind.CONDITION: 1, Kind.CONSENT: 0},
    reasons=(
        Reason(RowSeverity.REJECTED, "condition", "of an unknown patient", 2, ("a:1", "a:2")),
        Reason(RowSeverity.IGNORED, "file", "not [bold]FHIR[/bold]", 1, ("log.ndjson",)),
        Reason(RowSeverity.IGNORED, "Claim", NOT_USED, 1200, ("b:1",)),
        Reason(RowSeverity.IGNORED, "Goal", NOT_USED, 30, ("c:1",)),
    ),
    units=(UnknownUnit("片", 3),),
    uncoded=(UncodedRows(Kind.ALLERGY, 1, 58),),
    concepts=tuple(UnknownConcept(Kind.MEASUREMENT, "LOINC", f"{n}", "钾", n) for n in range(12)),
    coverage=(CoverageLine(Kind.CONSENT, date(2015, 1, 1), date(9999, 12, 31)),),
    withheld=(Withheld("name", Kind.CONDITION, 3, 14, ("Condition/7", "Condition/9")),),
    withdrawn=(CoverageLine(Kind.MEDICATION, date(2015, 1, 1), date(9999, 12, 31)),),
)


def printed(content: RenderableType, width: int = 120) -> str:
    """What is printed where the output is piped."""
    console = Console(file=io.StringIO(), width=width, highlight=False)
    console.print(content)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def flat(content: RenderableType, width: int = 400) -> str:
    """What is printed, without guides and line ends."""
    return " ".join(printed(content, width).replace("│", " ").split())


def tree_of(name: str, language: Language = "en") -> RenderableType:
    patient = next(c for c in screening().opened if c.name == name)
    return patient_tree(patient, language, words_of_names(shipped(), language))


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_everything_fits_and_has_no_colours_when_piped(language: Language, width: int) -> None:
    for content in (
        screening_summary(screening(), language),
        tree_of("f-not-covered", language),
        load_summary(LOADED, language),
        protocol_words(show(shipped(), language), language),
        findings(check(shipped(), ON)),
    ):
        text = printed(content, width)
        assert "\x1b" not in text
        assert max(len(line) for line in text.split("\n")) <= width


def test_colours_are_used_where_they_are_seen() -> None:
    console = Console(file=io.StringIO(), force_terminal=True, width=120)
    console.print(tree_of("m-vaccinated"))
    assert isinstance(console.file, io.StringIO)
    assert "\x1b[" in console.file.getvalue()


@pytest.mark.parametrize(
    "said",
    [
        "1,400 Patients judged",
        "280 eligible",
        "700 undetermined none refuses, some unknown; 1 ready for a visit",
        "420 ineligible",
        "37 deceased",
        "E3a Vaccination, 6 months before 1,260 280 280 980 280 280",
        "I2 the neurologist's diagnosis, and the signs of upper and lower motor neuron damage "
        "420 140 only a person can say",
        "Alone: those for whom nothing else is open, so that its answer is their verdict.",
        "The true gain lies between the two numbers.",
        "2022-03-01 m-vaccinated-earlier E3a 2022-02-28",
        "within 6 → 3 months before enrolment. +1 +12",
        "I1 leave it out 0 +140",
        "… and 5 more",
    ],
)
def test_the_summary_says(said: str) -> None:
    assert said in flat(screening_summary(screening(), "en"))


def test_the_summary_speaks_chinese() -> None:
    said = flat(screening_summary(screening(), "zh"))
    assert "下一步问什么" in said
    assert "删去该标准" in said


def test_an_empty_screening_has_no_empty_tables() -> None:
    nobody = replace(screening(), opened=(), gains=(), open_gaps=(), openings=())
    said = flat(screening_summary(nobody, "en"))
    assert "Near misses" not in said
    assert "What to ask next" not in said
    assert "What relaxing a criterion would gain" not in said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("m-eligible", "m-eligible male, born 1970-03-05 eligible, until 2022-01-22"),
        ("m-eligible", "I1 ✓ Age: permits until 2041-03-04"),
        (
            "m-eligible",
            "(LOINC 777-3), 2022-01-10: 210 10*9/L, reference 0.5–350 Observation/HIS-3",
        ),
        ("m-eligible", "[no] presumed from absence (vaccination complete)"),
        ("m-vaccinated", "near miss, opens on 2022-05-21"),
        ("m-vaccinated", "E3a ✗ Vaccination, 6 months before: refuses until 2022-05-20"),
        ("f-not-covered", "I8 ✎ Informed consent: unknown, a person is asked"),
        ("f-not-covered", "Asks for: the signed consent form"),
        ("m-vaccinated", "refused by E3a open: E7"),
        ("f-not-covered", "only a person can say → let an investigator answer"),
        ("f-not-covered", "Hint"),
        ("m-<script>alert('chart')</script>", "<script>alert('chart')</script> (ICD-10-CM G12.21)"),
    ],
)
def test_a_tree_shows(name: str, said: str) -> None:
    assert said in flat(tree_of(name))


def test_the_dead_are_said_to_be_no_candidates() -> None:
    (alive,) = [c for c in screening().opened if c.name == "m-to-confirm"]
    died = replace(alive, verdict=Verdict.INELIGIBLE, death=Death.MAY_HAVE_DIED)
    said = flat(patient_tree(died, "en", {}))
    assert "deceased: may have died by the index date, so no candidate" in said


def test_near_misses_of_one_day_come_by_the_fewest_unknowns() -> None:
    """129 before 1026, where as many are unknown; whoever has fewer unknowns comes first."""
    (one,) = [c for c in screening().opened if c.name == "m-vaccinated"]
    (open_more,) = [c for c in screening().opened if c.name == "m-vaccinated-earlier"]
    same_day = replace(
        screening(),
        opened=(
            replace(open_more, name="3", opens_on=one.opens_on),
            replace(one, name="1026"),
            replace(one, name="129"),
        ),
    )
    said = flat(screening_summary(same_day, "en"))
    assert said.index("05-21 129 ") < said.index("05-21 1026 ") < said.index("05-21 3 ")


def test_days_that_were_moved_are_marked() -> None:
    moved = "moved to the end of a month"
    assert moved in flat(screening_summary(pseudonymised(), "en"))
    assert moved not in flat(screening_summary(screening(), "en"))
    assert moved in flat(explanation(pseudonymised().opened[0], shipped(), ON, "en"))
    assert moved not in flat(explanation(screening().opened[0], shipped(), ON, "en"))


def test_near_misses_that_are_not_opened_are_counted() -> None:
    many = replace(screening(), openings=(date(2022, 2, 1),) * 140)
    assert "… and 138 more" in flat(screening_summary(many, "en"))


def test_an_explanation_says_by_which_protocol_and_on_which_day() -> None:
    said = flat(explanation(screening().opened[0], shipped(), ON, "en"))
    assert said.startswith("ld-il2-immune-als, version 1 · Index date: 2022-01-15 m-eligible")
    assert "“ALS syndrome (motor neuron disease" in said


def test_without_titles_value_sets_go_by_their_ids() -> None:
    patient = screening().opened[0]
    assert "“als-syndrome”" in flat(patient_tree(patient, "en", {}))


def test_a_tree_under_pseudonyms_names_nobody() -> None:
    text = "".join(flat(patient_tree(c, "en", {})) for c in pseudonymised().opened)
    for secret in ("HIS-", NURSE, TOLD, "1970-03-05", "alert("):
        assert secret not in text
    assert "condition#11" in text


@pytest.mark.parametrize(
    "said",
    [
        "Loaded clinic (fhir, days of Asia/Shanghai, as declared)",
        "patients 2,000",
        "diagnosis 1",
        "2 rejected: diagnosis, of an unknown patient a:1",
        "1 ignored: file, not [bold]FHIR[/bold] log.ndjson",
        "片 3",
        "… and 2 more",
        "allergy: 1 of 58 row has no code of a known system",
        "consent complete since 2015-01-01",
        "1,230 ignored: a resource type that is not used (Claim 1,200, Goal 30)",
        "diagnosis: 3 names and codes are not shown (rows: 14): fewer than 5 patients have each",
        "Condition/7 Condition/9",
    ],
)
def test_a_load_says(said: str) -> None:
    assert said in flat(load_summary(LOADED, "en"))


def test_a_load_gives_its_reasons_in_chinese() -> None:
    stranger = Reason(RowSeverity.REJECTED, "condition", UNNAMED_PATIENT, 2, ("a:1",))
    said = flat(load_summary(replace(LOADED, reasons=(stranger, *LOADED.reasons[2:])), "zh"))
    assert "2 拒收：诊断，所属患者未出现在任何数据源的患者表中 a:1" in said
    assert "1,230 按规则忽略：不使用的资源类型（Claim 1,200、Goal 30）" in said


def test_a_time_zone_that_nobody_declared_is_said_to_be_the_default() -> None:
    said = flat(load_summary(replace(LOADED, zone_declared=False), "en"))
    assert "Loaded clinic (fhir, days of Asia/Shanghai, by default)" in said
    assert "Nothing declares the hospital's time zone" in said
    assert "Nothing declares" not in flat(load_summary(LOADED, "en"))


def test_coverage_that_is_gone_is_warned_of_beside_the_summary() -> None:
    (said,) = load_caveats(LOADED, "en")
    assert "it no longer holds: medication complete since 2015-01-01." in said
    assert "no longer holds" not in flat(load_summary(LOADED, "en"))


def test_a_load_without_losses_or_coverage_says_so() -> None:
    clean = replace(
        LOADED, reasons=(), units=(), uncoded=(), concepts=(), coverage=(), withdrawn=()
    )
    said = flat(load_summary(clean, "en"))
    assert "Every row counts as it was sent." in said
    assert "This source declares nothing complete" in said
    assert "Units" not in said
    assert load_caveats(clean, "en") == []


def test_a_protocol_stands_with_each_sentence_beside_its_logic() -> None:
    said = flat(protocol_words(show(shipped(), "en"), "en"))
    for criterion in shipped().criteria:
        assert " ".join(criterion.text.split()) in said
        assert " ".join(criterion.logic.split()) in said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "a person must confirm within 30 days before enrolment"),
        ("en", "A person confirms within 7 days before enrolment: “takes part in another"),
        ("en", "a person must confirm before it permits"),
        ("zh", "入组前30天内须经人员确认方可通过"),
        ("zh", "入组前7天内经人工确认：“正在参加其他临床研究"),
    ],
)
def test_a_protocol_says_how_long_a_word_counts(language: Language, said: str) -> None:
    shown = flat(protocol_words(show(shipped(), language), language))
    assert said.lower() in shown.lower()


def test_a_small_protocol_has_no_empty_headings() -> None:
    small = replace(show(shipped(), "en"), design=(), assumptions=())
    assert "Design" in flat(protocol_words(show(shipped(), "en"), "en"))
    said = flat(protocol_words(small, "en"))
    assert "Design" not in said
    assert not said.endswith("Our assumptions")


def test_findings_are_counted_and_have_a_place() -> None:
    found = [
        Finding(Severity.ERROR, "a.yaml:3", "no [such] value set", "did you mean x?", "I1"),
        Finding(Severity.WARNING, "a.yaml:9", "the target is 0"),
        Finding(Severity.WARNING, "a.yaml:10", "it has ended"),
    ]
    assert flat(findings(found)) == (
        "error a.yaml:3 I1: no [such] value set → did you mean x? "
        "warning a.yaml:9 the target is 0 warning a.yaml:10 it has ended 1 error, 2 warnings"
    )
    assert flat(findings([])) == "Nothing is wrong."
