"""The safety of the CDISC pilot: published counts and p-values, and its own derived columns.

In threes: placebo, low dose, high dose, as ADSL says they were treated.
"""

from __future__ import annotations

import pytest
from tests.evaluation.safety.made import row, shown
from tests.oracles.pilot import ADAM, PROTOCOL

from trialrun.evaluation.results import Table, phrase
from trialrun.evaluation.safety.adverse_events import overview
from trialrun.evaluation.safety.by_class import by_class
from trialrun.evaluation.safety.case import Safety
from trialrun.evaluation.safety.laboratory_changes import changes
from trialrun.evaluation.safety.laboratory_ranges import range_shifts
from trialrun.evaluation.safety.liver import liver_table
from trialrun.evaluation.safety.questions import emergent
from trialrun.evaluation.study import Study
from trialrun.exchange.cdisc.read import read_cdisc


@pytest.fixture(scope="module")
def pilot() -> Safety:
    files = [ADAM / f"{name}.parquet" for name in ("adsl", "adae", "adlbc", "adlbh")]
    assert PROTOCOL.analysis is not None
    assert PROTOCOL.analysis.safety is not None
    study = Study(PROTOCOL, PROTOCOL.analysis, read_cdisc(files, PROTOCOL))
    return Safety(study, PROTOCOL.analysis.safety)


def test_treatment_emergent_events(pilot: Safety) -> None:
    """Report of the CDISC SDTM/ADaM Pilot Project (CDISCPILOT01), table 14-5.01.

    It prints p .007 and .014; Fisher's exact test in R 4.2.2 gives 0.006533129 and 0.01363769:
    fisher.test(matrix(c(65, 21, 77, 7), 2)) and fisher.test(matrix(c(65, 21, 76, 8), 2)).
    """
    found = row(overview(pilot), phrase("event_emergent"))
    assert shown(found)[:3] == ["65 (75.6%) [281]", "77 (91.7%) [412]", "76 (90.5%) [433]"]
    assert [cell.value for cell in found.cells[4:]] == pytest.approx([0.006533129, 0.01363769])
    assert shown(found)[4:] == ["0.007", "0.014"]


def test_application_site_pruritus(pilot: Safety) -> None:
    """The same table: 6 [10], 22 [32] and 22 [35]; it is the most frequent of its class."""
    table = by_class(pilot, "emergent", emergent)
    first_of_class = next(one for one in table.rows if one.depth == 1)
    assert first_of_class.label == "APPLICATION SITE PRURITUS"
    assert shown(first_of_class)[:3] == ["6 (7.0%) [10]", "22 (26.2%) [32]", "22 (26.2%) [35]"]


def test_all_events(pilot: Safety) -> None:
    """Table AET06 of insightsengineering/scda.test (tests/testthat/_snaps/table_aet06.md).

    Women and men together: subjects 40 + 29, 44 + 33 and 37 + 42; events 171 + 130, 251 + 184 and
    173 + 282.
    """
    found = row(overview(pilot), phrase("event_recorded"))
    assert shown(found)[:3] == ["69 (80.2%) [301]", "77 (91.7%) [435]", "79 (94.0%) [455]"]


def test_actions_are_not_in_the_data(pilot: Safety) -> None:
    """ADAE has no AEACN: whether an event led to withdrawal is not known of one of them."""
    found = row(overview(pilot), phrase("event_stopped"))
    assert shown(found) == [phrase("not_known")] * 6


def below(table: Table, title: str) -> Table:
    """The rows of one parameter."""
    labels = [getattr(one.label, "en", None) for one in table.rows]
    at = labels.index(title)
    rows = table.rows[at + 1 :]
    until = next((k for k, one in enumerate(rows) if one.depth == 0), len(rows))
    return Table(table.id, table.title, table.columns, rows[:until])


def test_changes_are_those_of_chg(pilot: Safety) -> None:
    """SELECT TRTA, count(CHG), avg(CHG), stddev(CHG) FROM adlbc WHERE PARAMCD = 'ALT'
    AND AVISIT = 'Week 24' GROUP BY 1: of 57 and 30 (placebo, high dose) -0.3157894736842105 and
    0.16666666666666666, 16.61879 and 8.24656. One of the low dose has no baseline by ABLFL."""
    table = changes(pilot)
    title = phrase("change_at", visit=pilot.study.visit_title("Week-24"))
    found = row(table, title).cells
    assert found[0].value == pytest.approx(-0.3157894736842105)
    assert found[2].value == pytest.approx(0.16666666666666666)
    assert found[0].shown == phrase("n_mean", n="57", mean="−0.3 (16.62)")
    assert found[2].shown == phrase("n_mean", n="30", mean="0.2 (8.25)")


def test_shifts_are_those_of_the_limits(pilot: Safety) -> None:
    """ALT of whoever has a later value (ADY > 1), by the row with ABLFL = 'Y'; of placebo and the
    high dose. SELECT TRTA, bh, bl, h, lo, count(*) GROUP BY ALL, where bh and bl are AVAL > A1HI
    and AVAL < A1LO at baseline, h and lo bool_or() of the same later: placebo 73 normal, 1 low,
    6 high of normal ones, 1 normal and 3 high of high ones; high dose 69 and 7, 5 high of high."""
    placebo, _, high = (below(table, "Alanine aminotransferase") for table in range_shifts(pilot))
    normal = row(placebo, phrase("range_normal"))
    assert [cell.value for cell in normal.cells] == [1, 73, 6, 0, 0, 2]
    assert [cell.value for cell in row(placebo, phrase("range_high")).cells] == [0, 1, 3, 0, 0, 0]
    assert [cell.value for cell in row(high, phrase("range_normal")).cells] == [0, 69, 7, 0, 0, 3]
    assert [cell.value for cell in row(high, phrase("range_high")).cells] == [0, 0, 5, 0, 0, 0]


def test_the_one_candidate_of_hys_law(pilot: Safety) -> None:
    """Bilirubin above 2 x A1HI have 01-705-1186 and 01-709-1029, ALT or AST of 3 x A1HI four
    subjects, of whom only the first is among those: R2A1HI of bilirubin is at most 5.944286."""
    assert pilot.plan.liver is not None
    (found,) = liver_table(pilot, pilot.plan.liver).rows
    assert found.label == "01-705-1186"
    assert found.cells[3].value == pytest.approx(5.944285714285714)
