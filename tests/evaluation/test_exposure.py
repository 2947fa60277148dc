"""Exposure: by hand, and against table 14-4.01 and ADSL of the CDISC pilot."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.evaluation.made import doses, il2_protocol, six, subject
from tests.evaluation.pilot_study import ARMS, pilot
from tests.evaluation.spoken import block, everything_said, said

from trialrun.evaluation.exposure import exposure, exposure_of


def test_the_doses_of_the_pilot_are_those_published() -> None:
    """Report of the pilot, table 14-4.01: mean daily and cumulative dose of all who were safe."""
    (table,) = exposure(pilot()).tables
    daily = block(table, "Mean daily dose, mg")["mean (SD)"][:3]
    total = block(table, "Total dose, mg")["mean (SD)"][:3]
    assert [cell.split()[0] for cell in daily] == ["0.0", "54.0", "71.6"]
    assert [cell.split()[0] for cell in total] == ["0.0", "5347.3", "7551.0"]
    assert block(table, "Compliance, %")["n"] == ("0", "0", "0", "0")


@pytest.mark.parametrize("arm", ARMS)
def test_everybodys_exposure_is_that_of_adsl(arm: str) -> None:
    """AVGDD, CUMDOSE and TRTDURD of ADSL; AVGDD is rounded there."""
    study = pilot()
    those = [one for one in study.data.subjects if one.arm == arm and one.enrolled]
    assert those
    for one in those:
        found = exposure_of(study, one)
        assert found is not None
        said_there = one.characteristics
        assert found.totals["mg"] == pytest.approx(float(said_there["CUMDOSE"]))
        assert found.duration == said_there["TRTDURD"]
        assert found.daily("mg") == pytest.approx(float(said_there["AVGDD"]), abs=0.051)


def test_doses_by_hand() -> None:
    """Every other day five times, then the days without; one of six stopped after day 12."""
    study = six()
    regimen = il2_protocol().design.arms[0].regimen
    short = exposure_of(
        replace(study, data=replace(study.data, doses=tuple(doses(il2_protocol(), "006", 12)))),
        study.subjects["006"],
    )
    days = [day for day in regimen.days if day <= 12]
    assert short is not None
    assert (short.days, short.duration) == (len(days), days[-1] + 1)
    total = len(days) * float(regimen.dose)
    assert short.totals == {regimen.unit: total}
    assert short.daily(regimen.unit) == total / (days[-1] + 1)
    assert short.daily("mg") is None
    (table,) = exposure(study).tables
    assert block(table, "Days with a dose")["n"] == ("6",)
    assert block(table, "Compliance, %")["mean (SD)"] == ("100.00 (0.000)",)


def test_two_doses_of_a_day_are_one_day() -> None:
    study = six()
    first, *_ = doses(il2_protocol(), "001")
    data = replace(study.data, doses=(first, first, replace(first, last_day=1)))
    found = exposure_of(replace(study, data=data), study.subjects["001"])
    assert found is not None
    assert (found.days, found.duration) == (2, 2)
    assert found.totals == {first.unit: 4 * (first.given or 0)}


def test_units_are_not_added() -> None:
    study = six()
    first, *_ = given = doses(il2_protocol(), "001")
    other = [replace(first, unit="mg", given=0.25)]
    data = replace(study.data, doses=(*given, *other))
    (table,) = exposure(replace(study, data=data)).tables
    assert block(table, "Total dose, mg")["mean (SD)"] == ("0.250 (–)",)
    amount = first.planned or 0
    assert block(table, "Total dose, IU")["minimum, maximum"] == (
        f"{amount * len(given):,.0f}, {amount * len(given):,.0f}",
    )
    assert block(table, "Days with a dose")["n"] == ("1",)


def test_nobody_was_given_anything() -> None:
    study = six([subject("001")])
    none = tuple(replace(one, given=None) for one in study.data.doses)
    section = exposure(replace(study, data=replace(study.data, doses=none)))
    everything_said([section])
    assert block(section.tables[0], "Days with a dose")["n"] == ("0",)
    assert block(section.tables[0], "Compliance, %")["mean (SD)"] == ("0.00 (0.000)",)
    empty = exposure(replace(study, data=replace(study.data, doses=())))
    assert [said(words) for words in empty.said] == ["The data have no doses."]
    assert empty.tables == ()


def test_without_doses_exposure_is_what_adsl_says() -> None:
    """The same means as published, to the decimal of AVGDD; rows are those of the subjects."""
    study = replace(pilot(), data=replace(pilot().data, doses=()))
    section = exposure(study)
    everything_said([section])
    (table,) = section.tables
    daily = block(table, "Mean daily dose, mg")["mean (SD)"][:3]
    total = block(table, "Total dose, mg")["mean (SD)"][:3]
    assert [cell.split()[0] for cell in daily] == ["0.00", "54.00", "71.60"]
    assert [cell.split()[0] for cell in total] == ["0.0", "5347.3", "7551.0"]
    assert block(table, "Duration of treatment, days")["n"] == ("86", "84", "84", "254")
    assert table.rows[1].cells[0].rows[0].startswith("ADSL:")
    (note,) = table.notes
    assert "(TRTDURD, CUMDOSE, AVGDD)" in said(note)


def test_an_amount_without_a_unit_is_not_shown() -> None:
    study = pilot()
    first, *others = study.protocol.design.arms
    arms = (replace(first, regimen=replace(first.regimen, unit="g")), *others)
    protocol = replace(study.protocol, design=replace(study.protocol.design, arms=arms))
    (table,) = exposure(
        replace(study, protocol=protocol, data=replace(study.data, doses=()))
    ).tables
    heads = [said(row.label) for row in table.rows if not row.depth]
    assert heads == ["Duration of treatment, days"]
