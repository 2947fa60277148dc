"""Strategies of trials, and of records whose verdicts change as time passes: clean and dirty ones.

Clean records are dated exactly and have begun by the index date. Dirty ones have days known to the
month or not at all, rows that come to count later, coverage that begins or ends, and births known
in part.
"""

from __future__ import annotations

from hypothesis import strategies as st

CRITERIA = (
    "inclusion: age from 18 to 70 years",
    "inclusion: age at least 18 years or condition in [als] active",
    "exclusion: immunisation in [vaccines] within 6 months",
    "inclusion: immunisation in [vaccines] within 6 months",
    "exclusion: at least 2 records of immunisation in [vaccines] within 5 months",
    "inclusion: not immunisation in [vaccines] within 26 weeks",
    "exclusion: immunisation in [vaccines] within 2 months after enrolment",
    "exclusion: medication in [glucocorticoids] within 2 months",
    "exclusion: oral medication in [glucocorticoids] active",
    "inclusion: medication in [glucocorticoids] from enrolment to 2022-12-31",
    "exclusion: highest prednisone-equivalent dose within 1 month > 0.5 mg/kg/d",
    "inclusion: prednisone-equivalent dose <= 0.5 mg/kg/d",
    "inclusion: highest prednisone-equivalent dose within 1 month from 0.3 to 0.5 mg/kg/d",
    "exclusion: condition in [als] within 45 days",
    "inclusion: condition in [als] active",
    "exclusion: condition in [malignancy]",
    "inclusion: latest [platelets] within 30 days >= 100 10*9/L",
    "exclusion: latest [platelets] within 3 months < 100 10*9/L",
    "exclusion: first [platelets] within 3 months < 100 10*9/L",
    "exclusion: any [platelets] within 3 months < 100 10*9/L",
    "inclusion: every [platelets] within 3 months >= 100 10*9/L",
    "exclusion: lowest [platelets] within 2 months from 50 to 100 10*9/L",
    "inclusion: highest [platelets] within 2 months from 100 to 200 10*9/L",
    "inclusion: if age at least 18 years then latest [crp] within 60 days < 5 mg/L",
    "exclusion: latest any of [crp], [platelets] within 60 days > 170",
    "exclusion: any each of [crp], [platelets] within 60 days > 5",
    "exclusion: at least 2 of (immunisation in [vaccines] within 1 month, "
    "condition in [als] active, latest [crp] within 60 days >= 5 mg/L)",
    "inclusion: change in [platelets] from first within 4 months to latest within 2 months > -10 %",
    "exclusion: change in [crp] from latest within 4 months to latest within 30 days >= 5 mg/L",
    "inclusion: latest creatinine clearance within 3 months >= 67 mL/min",
    "exclusion: eGFR within 6 months < 86.5 mL/min/1.73m2",
    'inclusion: attested "fit"',
    'inclusion: attested "fit" within 30 days',
    'exclusion: attested "fit" within 2 months',
)
BIRTHS = ("1951-02-01", "1951-08-20", "1951-01-16", "1970-01-01", "2004-01-16", "2004-03-31")
DIRTY_BIRTHS = ("1951", "1951-02", "2004-02", "1962-01", "1962-03-01")
STARTS = ("2021-08-31", "2021-09-30", "2021-11-16", "2021-12-01", "2021-12-31", "2022-01-15")
ENDS = ("2022-01-15", "2022-01-31", "2022-02-28", "2022-04-30", "now")
LINES = (
    *(f"immunisation influenza vaccine on {day}" for day in STARTS),
    *(f"condition ALS from {day} to {end}" for day in STARTS[::2] for end in ENDS),
    *(
        f"medication prednisone from {day} to {end}, oral, {dose} mg a day"
        for day in STARTS[::2]
        for end in ENDS
        for dose in (20, 40)
    ),
    *(
        f"measurement platelets on {day}: {count} 10*9/L"
        for day in STARTS
        for count in (80, 150, 250)
    ),
    *(f"measurement CRP on {day}: {number} mg/L" for day in STARTS for number in (2, 9)),
    *(f"measurement creatinine on {day}: 1 mg/dL" for day in STARTS[2:]),
    "condition breast cancer from 2020-01-01 to now",
    "measurement weight on 2022-01-10: 60 kg",
    "measurement weight on 2021-03-01: 60 kg",
    'attestation "fit" on 2022-01-05: yes',
    'attestation "fit" on 2021-12-31: no',
)
_UNSURE = ("2022-01", "2021-12", "2021-07", "2022", "2022-01-16", "2022-02-20", "an unknown day")
DIRTY_LINES = (
    *(f"immunisation influenza vaccine on {day}" for day in _UNSURE),
    *(f"condition ALS from {day}{end}" for day in _UNSURE for end in ("", " to now")),
    *(
        f"condition ALS from 2021-12-01{end}"
        for end in ("", " to 2022-01", " to 2022-03", " to 2022")
    ),
    *(
        f"medication prednisone from {day}{end}, oral{dose}"
        for day in ("2021-12-01", *_UNSURE[::2])
        for end in ("", " to 2022-06")
        for dose in ("", ", 20 mg a day", ", 40 mg a day")
    ),
    "condition a local code from 2021-12-01 to 2022-02-10",
    "medication a local code from 2021-12-01 to 2022-02-10",
    *(
        f"measurement platelets on {day}: {n} 10*9/L"
        for day in _UNSURE
        for n in ("80", "150", "<90")
    ),
    *(f"measurement CRP on {day}: {number} mg/L" for day in _UNSURE for number in (2, 9)),
    *(f"measurement creatinine on {day}: 1 mg/dL" for day in _UNSURE),
    *(f"measurement weight on {day}: 61 kg" for day in _UNSURE),
    *(f'attestation "fit" on {day}: {said}' for day in _UNSURE for said in ("yes", "no")),
)
_KINDS = ("immunisations", "conditions", "medications")
COVERED = "; ".join(f"C{n} covers {kind}" for n, kind in enumerate(_KINDS))
DIRTY_COVERED = (
    COVERED,
    "C0 covers immunisations since 2021-10-01; C1 covers conditions until 2022-01-15",
    "C0 covers medications until 2021-12-31; C1 covers conditions since 2022-01-01",
    "C0 covers immunisations until 2022-03-31; C1 covers medications since 2021-12-20",
    "male",
)
DEATHS = ("", "", "", "", "; died 2022-03-10", "; died 2022-04", "; died 2022")


def records() -> st.SearchStrategy[str]:
    return _records(BIRTHS, LINES, (COVERED,))


def dirty_records() -> st.SearchStrategy[str]:
    return _records((*BIRTHS, *DIRTY_BIRTHS), (*LINES, *DIRTY_LINES), DIRTY_COVERED)


def _records(
    births: tuple[str, ...], some: tuple[str, ...], covered: tuple[str, ...]
) -> st.SearchStrategy[str]:
    return st.builds(
        lambda born, covering, lines: "; ".join(
            [f"born {born}", "male", covering] + [f"#{n} {line}" for n, line in enumerate(lines, 1)]
        ),
        st.sampled_from(births),
        st.sampled_from(covered),
        st.lists(st.sampled_from(some), max_size=6),
    )


def trials() -> st.SearchStrategy[str]:
    some = st.lists(st.sampled_from(CRITERIA), min_size=1, max_size=3, unique=True)
    return some.map(lambda lines: "\n".join(f"C{n} {line}" for n, line in enumerate(lines)))
