"""The baseline table: against the published one of the CDISC pilot, and where values are missing.

Expected p-values, unless another source is named: table 14-2.01 as made again from the same data by
atorus-research/CDISC_pilot_replication (outputs/14-2.01.rtf, R), whose footnote names the tests.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.evaluation.made import SCORES, six, subject
from tests.evaluation.pilot_study import pilot
from tests.evaluation.spoken import block, everything_said, lines, notes, said

from trialrun.evaluation.baseline import baseline
from trialrun.evaluation.results import Table
from trialrun.evaluation.study import Study
from trialrun.protocol.analysis import BaselineTable


def table_of(study: Study, *rows: str, compared: bool = False) -> Table:
    plan = replace(study.plan, baseline=BaselineTable("enrolled", rows, compared))
    (section,) = baseline(replace(study, plan=plan))
    return section.tables[0]


@pytest.fixture(scope="module")
def published() -> Table:
    (section,) = baseline(pilot())
    return section.tables[0]


def test_age_is_that_of_the_published_table(published: Table) -> None:
    assert block(published, "Age, years") == {
        "n": ("86", "84", "84", "254", ""),
        "mean (SD)": ("75.2 (8.59)", "75.7 (8.29)", "74.4 (7.89)", "75.1 (8.25)", ""),
        "median (quartiles)": (
            # The medians are published; the quartiles are those of R 4.2.2, quantile(AGE, type=2).
            "76.0 (69.0, 82.0)",
            "77.5 (71.0, 82.0)",
            "76.0 (70.5, 80.0)",
            "77.0 (70.0, 81.0)",
            "",
        ),
        "minimum, maximum": ("52, 89", "51, 88", "56, 88", "51, 89", ""),
    }


def test_groups_of_age_are_those_of_the_published_table(published: Table) -> None:
    found = block(published, "Age group, years")
    assert list(found) == ["<65", "65-80", ">80"]
    counts = [tuple(int(cell.split()[0]) for cell in cells[:4]) for cells in found.values()]
    assert counts == [(14, 8, 11, 33), (42, 47, 55, 144), (30, 29, 18, 77)]
    assert found["<65"][0] == "14 (16.3%)"


@pytest.mark.parametrize(
    ("label", "p"),
    [
        ("Age, years", 0.5934),
        ("Age group, years", 0.1439),
        # Report of the pilot, table 14-2.01; Fisher's exact test would give .1516.
        ("Sex", 0.1409),
    ],
)
def test_the_tests_are_anova_and_pearson(published: Table, label: str, p: float) -> None:
    (row,) = [row for row in published.rows if said(row.label) == label]
    assert row.cells[-1].value == pytest.approx(p, abs=5e-5)


def test_groups_go_by_the_titles_of_the_plan_and_others_by_the_words_of_the_source(
    published: Table,
) -> None:
    assert list(block(published, "Race")) == [
        "American Indian or Alaska Native",
        "Black or African American",
        "White",
    ]
    study = pilot()
    unnamed = replace(study, plan=replace(study.plan, characteristics=()))
    (section,) = baseline(unnamed)
    assert "AMERICAN INDIAN OR ALASKA NATIVE" in block(section.tables[0], "RACE")


def test_a_missing_value_is_a_row(published: Table) -> None:
    # SELECT count(*) FROM adsl WHERE WEIGHTBL IS NULL: 1, of the low dose
    assert block(published, "Body weight, kg")["n"] == ("86", "83", "84", "253", "")
    assert block(published, "Body weight, kg")["missing"] == ("0", "1 (1.2%)", "0", "1 (0.4%)", "")
    assert "missing" not in block(published, "Age, years")


def test_the_baseline_of_a_variable_is_its_last_value_before_the_drug() -> None:
    table = table_of(six(), "alsfrs-r", "sex")
    assert block(table, "ALSFRS-R total")["mean (SD)"] == ("39.0 (4.29)",)
    assert block(table, "Sex") == {"male": ("6 (100.0%)",)}
    first = [score["V1"] for score in SCORES.values()]
    mean = table.rows[2].cells[0]
    assert mean.value == sum(first) / 6
    assert mean.rows == tuple(f"alsfrs-r.total/{number}-V1" for number in SCORES)


def test_nobody_has_it() -> None:
    table = table_of(six(), "fvc", "unheard-of", "weight")
    assert block(table, "FVC, % of predicted") == {"missing": ("6 (100.0%)",)}
    assert block(table, "Body weight, kg") == {"missing": ("6 (100.0%)",)}
    assert block(table, "unheard-of") == {"missing": ("6 (100.0%)",)}


def test_what_the_hospital_knows_is_missed_by_its_name() -> None:
    unknown = six([subject(number, sex=None, age=None) for number in SCORES])
    table = table_of(unknown, "sex", "age")
    assert block(table, "Sex") == {"missing": ("6 (100.0%)",)}
    assert any("--records" in note for note in notes(table))
    assert not any("--records" in note for note in notes(table_of(six(), "sex", "age")))
    assert not any("--records" in note for note in notes(table_of(unknown, "alsfrs-r")))


def test_one_arm_is_not_compared() -> None:
    table = table_of(six(), "age", compared=True)
    assert len(table.columns) == 1
    assert not any("chi-square" in note for note in notes(table))


def test_without_variation_there_is_no_test() -> None:
    study = pilot()
    same = tuple(replace(one, age=70.0, sex="female") for one in study.data.subjects)
    study = replace(study, data=replace(study.data, subjects=same))
    plan = replace(study.plan, baseline=BaselineTable("intent-to-treat", ("age", "sex"), True))
    (section,) = baseline(replace(study, plan=plan))
    everything_said([section])
    heads = [row for row in lines(section.tables[0]) if row[0] in ("Age, years", "Sex")]
    assert [row[-1] for row in heads] == ["not estimable: no variation"] * 2


def test_of_what_is_known_of_nobody_there_is_no_test() -> None:
    study = pilot()
    unknown = tuple(replace(one, sex=None) for one in study.data.subjects)
    study = replace(study, data=replace(study.data, subjects=unknown))
    plan = replace(study.plan, baseline=BaselineTable("intent-to-treat", ("sex",), True))
    (section,) = baseline(replace(study, plan=plan))
    head, *_ = lines(section.tables[0])
    assert head[-1] == "not estimable: no data"


def test_of_an_empty_trial_the_table_stands() -> None:
    study = six()
    nobody = replace(study, data=replace(study.data, subjects=(), observations=()))
    assert block(table_of(nobody, "age"), "Age, years")["n"] == ("0",)


def test_a_plan_without_a_table() -> None:
    study = six([subject("001")])
    assert list(baseline(replace(study, plan=replace(study.plan, baseline=None)))) == []
