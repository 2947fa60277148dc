"""The CDISC pilot comes in whole: its published populations, doses and adverse events.

Source of the expected numbers, unless another is named: the report of the CDISC SDTM/ADaM Pilot
Project (CDISCPILOT01), tables 14-1.01 (populations), 14-1.02 (disposition), 14-4.01 (exposure) and
14-5.01 (treatment-emergent events). In threes: placebo, low dose, high dose.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from statistics import fmean

import pytest
from tests.oracles.pilot import ADAM, PROTOCOL, SDTM

from trialrun.evaluation.sets import membership
from trialrun.evaluation.study import Study
from trialrun.exchange.cdisc.read import read_cdisc
from trialrun.records.analysis_data import AdverseEventRecord, AnalysisData, Standing

ARMS = ("Pbo", "Xan_Lo", "Xan_Hi")
PRURITUS = "APPLICATION SITE PRURITUS"


@pytest.fixture(scope="module")
def adam() -> AnalysisData:
    return read_cdisc((ADAM, SDTM / "dm.parquet", SDTM / "ex.parquet"), PROTOCOL)


@pytest.fixture(scope="module")
def sdtm() -> AnalysisData:
    names = ("dm", "suppdm", "ds", "ex", "ae", "suppae", "sv", "qsco", "lbch", "lbur", "vs")
    return read_cdisc([SDTM / f"{name}.parquet" for name in names], PROTOCOL)


def sizes(data: AnalysisData, name: str) -> tuple[int, ...]:
    assert PROTOCOL.analysis is not None
    study = Study(PROTOCOL, PROTOCOL.analysis, data)
    return tuple(group.size for group in membership(study, name).groups(study))


def test_populations_of_adam(adam: AnalysisData) -> None:
    assert sizes(adam, "intent-to-treat") == (86, 84, 84)
    assert sizes(adam, "safety") == (86, 84, 84)
    assert sizes(adam, "efficacy") == (79, 81, 74)
    assert sizes(adam, "completers") == (60, 28, 30)


def test_populations_of_sdtm(sdtm: AnalysisData) -> None:
    assert sizes(sdtm, "intent-to-treat") == (86, 84, 84)
    assert sizes(sdtm, "efficacy") == (79, 81, 74)
    # DM says of 12 of the high dose that they only ever received the low one (ACTARMCD); ADSL
    # counts them as treated with the high dose (TRT01A).
    assert sizes(sdtm, "safety") == (86, 84 + 12, 84 - 12)


@pytest.mark.parametrize("name", ["adam", "sdtm"])
def test_disposition(name: str, request: pytest.FixtureRequest) -> None:
    data: AnalysisData = request.getfixturevalue(name)
    standing = Counter(subject.standing for subject in data.subjects)
    assert len(data.subjects) == 306
    assert standing[Standing.SCREEN_FAILURE] == 52
    assert sum(subject.enrolled for subject in data.subjects) == 254
    completed = [s.arm for s in data.subjects if s.standing is Standing.COMPLETED]
    assert [Counter(completed)[arm] for arm in ARMS] == [58, 25, 27]
    assert len(completed) == 110
    assert sum(subject.death_day is not None for subject in data.subjects) == 3


def test_exposure_of_adsl(adam: AnalysisData) -> None:
    means = {
        name: [
            fmean(float(s.characteristics[name]) for s in adam.subjects if s.arm == a) for a in ARMS
        ]
        for name in ("AVGDD", "CUMDOSE")
    }
    assert [round(mean, 1) for mean in means["AVGDD"]] == [0.0, 54.0, 71.6]
    assert [round(mean, 1) for mean in means["CUMDOSE"]] == [0.0, 5347.3, 7551.0]


def exposure(data: AnalysisData) -> tuple[list[float], list[float]]:
    """The mean daily and cumulative dose of each arm, from the rows of EX."""
    given: dict[str, float] = dict.fromkeys((s.id for s in data.subjects if s.enrolled), 0)
    days = Counter[str]()
    for dose in data.doses:
        length = dose.last_day - dose.first_day + 1
        given[dose.subject] += (dose.given or 0) * length
        days[dose.subject] += length
    arms = [[s.id for s in data.subjects if s.arm == arm] for arm in ARMS]
    daily = [fmean(given[one] / days[one] for one in arm) for arm in arms]
    return daily, [fmean(given[one] for one in arm) for arm in arms]


def test_exposure_of_ex(adam: AnalysisData, sdtm: AnalysisData) -> None:
    daily, whole = exposure(adam)
    assert [round(mean, 1) for mean in daily] == [0.0, 54.0, 71.6]
    assert [round(mean, 1) for mean in whole] == [0.0, 5347.3, 7551.0]
    alone = exposure(sdtm)
    assert alone == (daily, whole)


def test_a_dose_without_an_end_is_counted(adam: AnalysisData) -> None:
    counted = {one.what: one.count for one in adam.left_out}
    # SELECT count(*) FROM ex WHERE EXENDTC IS NULL
    assert counted["end of a row of EX"] == 6


def by_arm(data: AnalysisData, events: Iterable[AdverseEventRecord]) -> list[tuple[int, int]]:
    """Subjects and events of each arm."""
    arms = {subject.id: subject.arm for subject in data.subjects}
    those = list(events)
    subjects = Counter(arms[one] for one in {event.subject for event in those})
    counted = Counter(arms[event.subject] for event in those)
    return [(subjects[arm], counted[arm]) for arm in ARMS]


def test_events_of_adae(adam: AnalysisData) -> None:
    emergent = [event for event in adam.events if event.emergent]
    assert by_arm(adam, emergent) == [(65, 281), (77, 412), (76, 433)]
    pruritus = [event for event in emergent if event.term == PRURITUS]
    assert by_arm(adam, pruritus) == [(6, 10), (22, 32), (22, 35)]


def test_events_of_ae(sdtm: AnalysisData) -> None:
    """The package's AE has 961 rows where ADAE has 1191: subjects agree, events are fewer."""
    emergent = [event for event in sdtm.events if event.emergent]
    # SELECT count(*) FROM suppae WHERE QNAM = 'AETRTEM' AND QVAL = 'Y', by ARM of dm
    assert by_arm(sdtm, emergent) == [(65, 220), (77, 331), (76, 359)]
    pruritus = [event for event in emergent if event.term == PRURITUS]
    assert by_arm(sdtm, pruritus) == [(6, 8), (22, 30), (22, 31)]
    assert sum(event.serious is True for event in sdtm.events) == 3


def test_emergence_without_a_flag_is_derived(sdtm: AnalysisData) -> None:
    names = ("dm", "ex", "ae")
    derived = read_cdisc([SDTM / f"{name}.parquet" for name in names], PROTOCOL)
    flags = {event.rows: event.emergent for event in sdtm.events}
    answers = Counter((flags[event.rows], event.emergent) for event in derived.events)
    # The 24 onsets that are known in part leave it open; every other answer is that of the flag.
    assert answers == {(True, True): 906, (False, False): 31, (True, None): 4, (False, None): 20}


def test_the_choice_of_rows_is_that_of_anl01fl(adam: AnalysisData) -> None:
    # SELECT AVISIT, DTYPE, count(*) FROM adadas
    # WHERE PARAMCD = 'ACTOT' AND ANL01FL = 'Y' GROUP BY ALL
    scores = Counter(
        (row.visit, row.imputed) for row in adam.observations if row.parameter == "ACTOT"
    )
    assert scores == {
        ("Baseline", ""): 254,
        ("Week-8", ""): 235,
        ("Week-8", "LOCF"): 19,
        ("Week-16", ""): 150,
        ("Week-16", "LOCF"): 104,
        ("Week-24", ""): 155,
        ("Week-24", "LOCF"): 99,
    }


def test_a_flag_without_the_baseline_chooses_nothing(adam: AnalysisData) -> None:
    """ANL01FL of ADLBC marks the worst values, and leaves out every baseline."""
    alt = [row for row in adam.observations if row.parameter == "ALT"]
    # SELECT count(*) FROM adlbc WHERE PARAMCD = 'ALT' AND ABLFL = 'Y'
    assert sum(row.baseline for row in alt) == 252
    counted = {(one.what, one.reason): one.count for one in adam.left_out}
    assert ("ADLBC row", "ANL01FL does not choose it") not in counted
    # SELECT count(*) - count(DISTINCT (USUBJID, PARAMCD, LBSEQ)) FROM adlbc
    assert counted["ADLBC row", "it repeats the value of a planned visit"] == 37132 - 32704


def test_a_code_of_several_datasets_is_that_of_the_plan(adam: AnalysisData) -> None:
    names = {row.parameter for row in adam.observations if row.parameter.endswith("ALT")}
    assert names == {"ALT", "_ALT", "ADLBHY.ALT"}
    # Blood pressure was taken three times a visit.
    pressures = {row.parameter for row in adam.observations if row.parameter.startswith("SYSBP")}
    assert pressures == {"SYSBP.815", "SYSBP.816", "SYSBP.817"}


def test_the_time_to_an_event_is_marked(adam: AnalysisData) -> None:
    times = [row for row in adam.observations if row.parameter == "TTDE"]
    # SELECT CNSR, count(*) FROM adtte GROUP BY CNSR
    assert Counter(row.text for row in times) == {"event": 152, "censored": 102}
    assert all(row.day == (row.value or 0) - 1 for row in times)


def test_sdtm_and_adam_agree_on_a_baseline(adam: AnalysisData, sdtm: AnalysisData) -> None:
    baselines = [
        {
            row.subject: row.value
            for row in data.observations
            if row.baseline and row.parameter == "ACTOT"
        }
        for data in (adam, sdtm)
    ]
    assert baselines[0] == baselines[1]
    assert len(baselines[0]) == 254


def test_a_day_known_in_part_is_counted(sdtm: AnalysisData) -> None:
    unknown = [event for event in sdtm.events if event.onset_day is None]
    # SELECT count(*) FROM ae WHERE length(AESTDTC) < 10; every AEENDTC is whole
    assert len(unknown) == 24
    counted = {one.what: one.count for one in sdtm.left_out}
    assert counted["day known in part"] == 24
