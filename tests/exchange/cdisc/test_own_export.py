"""The trial's own SDTM export comes back as what conduct holds, but for what SDTM cannot carry.

It cannot carry, or carries otherwise:
- the number of a subject: it is part of USUBJID, and the site stands beside it;
- day 0: it is that of the first dose, not of enrolment (in this trial the same day), and enrolment
  only of whoever had no dose;
- the last day of whoever goes on: the last visit, not the day of the data;
- the criteria for which somebody was not enrolled: the reason in words instead;
- a derived item that a missing part leaves open: no row;
- text beyond 200 characters, and a narrative;
- limits of normal of what is no laboratory value, and the second grade of a value;
- a deviation that nobody has judged: it is not important there;
- the baseline: the export marks it, conduct leaves it to the evaluation;
- the names of rows: those of the datasets.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.conduct.clinic import ZONE
from tests.exchange.world import LAST, PROTOCOL

from trialrun.evaluation.from_conduct import from_conduct
from trialrun.evaluation.sets import membership
from trialrun.evaluation.study import Study
from trialrun.exchange.cdisc.read import read_cdisc
from trialrun.exchange.sdtm.course import Study as ExportedStudy
from trialrun.exchange.sdtm.files import sdtm_files
from trialrun.records.analysis_data import AnalysisData, Observation, TrialSubject
from trialrun.records.trial_data import TrialData


@pytest.fixture(scope="module", params=["json", "csv"])
def back(
    data: TrialData, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> AnalysisData:
    folder = tmp_path_factory.mktemp("sdtm")
    for name, content in sdtm_files(ExportedStudy(PROTOCOL, ZONE), data).items():
        if name.endswith(request.param):
            (folder / name).write_bytes(content)
    return read_cdisc(folder, PROTOCOL)


@pytest.fixture(scope="module")
def conducted(data: TrialData) -> AnalysisData:
    return from_conduct(data, PROTOCOL, LAST.astimezone(ZONE).date())


def number(usubjid: str) -> str:
    return usubjid.rpartition("-")[2]


def test_subjects(back: AnalysisData, conducted: AnalysisData) -> None:
    def same(one: TrialSubject) -> TrialSubject:
        failed = one.discontinued_because if one.enrolled else ""
        return replace(
            one,
            id=number(one.id),
            discontinued_because=failed,
            last_day=one.last_day if one.discontinued_because else None,
            site=None,
            characteristics={},
            rows=(),
        )

    assert [same(one) for one in back.subjects] == [same(one) for one in conducted.subjects]


def test_values(back: AnalysisData, conducted: AnalysisData) -> None:
    def same(row: Observation) -> Observation:
        laboratory = row.parameter.startswith(("laboratory.", "inflammatory-factors."))
        return replace(
            row,
            subject=number(row.subject),
            baseline=False,
            normal_low=row.normal_low if laboratory else None,
            normal_high=row.normal_high if laboratory else None,
            rows=(),
        )

    def order(row: Observation) -> tuple[str, str, int, str]:
        return row.subject, row.parameter, row.day or 0, row.visit or ""

    expected = sorted(map(same, conducted.observations), key=order)
    found = sorted(map(same, back.observations), key=order)
    assert len(found) > 300
    assert found == expected


def test_doses(back: AnalysisData, conducted: AnalysisData) -> None:
    same = [replace(one, subject=number(one.subject), rows=()) for one in back.doses]
    assert same == [replace(one, rows=()) for one in conducted.doses]


def test_events(back: AnalysisData, conducted: AnalysisData) -> None:
    same = [replace(one, subject=number(one.subject), rows=()) for one in back.events]
    assert same == [replace(one, narrative="", rows=()) for one in conducted.events]


def test_departures(back: AnalysisData, conducted: AnalysisData) -> None:
    same = [replace(one, subject=number(one.subject), rows=()) for one in back.departures]
    assert same == [replace(one, rows=()) for one in conducted.departures]


def test_sets(back: AnalysisData, conducted: AnalysisData) -> None:
    assert PROTOCOL.analysis is not None
    studies = [Study(PROTOCOL, PROTOCOL.analysis, one) for one in (back, conducted)]
    for one in PROTOCOL.analysis.sets:
        of_export, of_conduct = (
            [number(member.id) for member in membership(study, one.id).members] for study in studies
        )
        assert of_export == of_conduct, one.id
    assert of_conduct == ["001"]
