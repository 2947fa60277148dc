"""Ordered answers: CIBIC+ of the CDISC pilot, and data that hold no test."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
from tests.evaluation.spoken import lines, notes, said
from tests.oracles.pilot import ADAM, PROTOCOL, SDTM

from trialrun.evaluation.efficacy.categories import categories
from trialrun.evaluation.results import Table
from trialrun.evaluation.study import Study
from trialrun.exchange.cdisc.read import read_cdisc
from trialrun.protocol.analysis_methods import Categories, Missing


@cache
def of_cibic() -> Study:
    names = (ADAM / "adsl.parquet", ADAM / "adcibc.parquet", SDTM / "ex.parquet")
    assert PROTOCOL.analysis is not None
    return Study(PROTOCOL, PROTOCOL.analysis, read_cdisc(names, PROTOCOL))


def planned(name: str = "cibic-24", **known: object) -> Categories:
    analysis = next(one for one in of_cibic().plan.analyses if one.id == name)
    assert isinstance(analysis, Categories)
    return replace(analysis, **known)  # type: ignore[arg-type]


def p_of(table: Table, label: str) -> float | None:
    (row,) = [one for one in table.rows if said(one.label) == label]
    value = row.cells[-1].value
    assert value is None or isinstance(value, float)
    return value


# Table 14-3.13 of the pilot as made again from the same data by atorus-research/
# CDISC_pilot_replication (notes/divergences.md: coin::cmh_test, as the SAS report has them)
@pytest.mark.parametrize(
    ("name", "p"), [("cibic-8", 0.2727), ("cibic-16", 0.4003), ("cibic-24", 0.6180)]
)
def test_the_means_of_the_answers_are_compared_as_published(name: str, p: float) -> None:
    _, tests = categories(of_cibic(), planned(name)).tables
    assert p_of(tests, "All arms: row mean scores") == pytest.approx(p, abs=5e-5)


def test_the_counts_are_those_of_the_data() -> None:
    """SELECT TRTP, AVAL, count(*) FROM adcibc WHERE AVISIT = 'Week 24' AND ANL01FL = 'Y'."""
    counts, _ = categories(of_cibic(), planned()).tables
    assert lines(counts) == [
        ("Analysed", "79", "81", "74"),
        ("Marked improvement", "0", "0", "0"),
        ("Moderate improvement", "1 (1.3%)", "1 (1.2%)", "0"),
        ("Minimal improvement", "9 (11.4%)", "14 (17.3%)", "11 (14.9%)"),
        ("No change", "38 (48.1%)", "37 (45.7%)", "33 (44.6%)"),
        ("Minimal worsening", "28 (35.4%)", "27 (33.3%)", "25 (33.8%)"),
        ("Moderate worsening", "3 (3.8%)", "2 (2.5%)", "5 (6.8%)"),
        ("Marked worsening", "0", "0", "0"),
    ]
    assert "Carried forward from the last value after baseline (n = 81)." in notes(counts)
    assert len(counts.rows[2].cells[0].rows) == 1


def test_without_carrying_forward_who_has_no_answer_is_counted() -> None:
    counts, _ = categories(of_cibic(), planned(missing=Missing.LEFT_OUT)).tables
    assert sum(int(said(cell.shown)) for cell in counts.rows[0].cells) == 153
    assert "Left out: no value that may be used (n = 81)." in notes(counts)


def test_two_arms_are_tested_once_and_one_not_at_all() -> None:
    study = of_cibic()
    for arms, tables, rows in ((("Pbo", "Xan_Lo"), 2, 2), (("Pbo",), 1, 0)):
        design = study.protocol.design
        fewer = replace(design, arms=tuple(arm for arm in design.arms if arm.id in arms))
        subjects = tuple(one for one in study.data.subjects if one.arm in arms)
        of_few = replace(
            study,
            protocol=replace(study.protocol, design=fewer),
            data=replace(study.data, subjects=subjects),
        )
        found = categories(of_few, planned()).tables
        assert len(found) == tables
        assert sum(len(one.rows) for one in found[1:]) == rows


def test_nobodys_answer_is_no_test() -> None:
    study = of_cibic()
    nothing = replace(study, data=replace(study.data, observations=()))
    counts, tests = categories(nothing, planned()).tables
    assert {line[1:] for line in lines(counts)} <= {("0", "0", "0")}
    assert p_of(tests, "All arms: row mean scores") is None
    assert "not estimable" in said(tests.rows[0].cells[0].shown)


def test_who_has_no_stratum_is_counted() -> None:
    study = of_cibic()
    subjects = [replace(one, characteristics={}) for one in study.data.subjects]
    nowhere = replace(study, data=replace(study.data, subjects=tuple(subjects)))
    _, tests = categories(nowhere, planned()).tables
    assert "not estimable" in said(tests.rows[0].cells[0].shown)
    assert any("234" in note for note in notes(tests))


def test_an_answer_that_the_plan_does_not_name_goes_by_its_number() -> None:
    study = of_cibic()
    unnamed = tuple(replace(one, answers=()) for one in study.plan.variables)
    counts, _ = categories(
        replace(study, plan=replace(study.plan, variables=unnamed)), planned()
    ).tables
    assert [said(row.label) for row in counts.rows] == ["Analysed", "2", "3", "4", "5", "6"]
