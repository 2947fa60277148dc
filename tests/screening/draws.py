"""Strategies of trials, and of exactly dated records whose verdicts change as time passes."""

from __future__ import annotations

from hypothesis import strategies as st

CRITERIA = (
    "inclusion: age from 18 to 70 years",
    "inclusion: age at least 18 years or condition in [als] active",
    "exclusion: immunisation in [vaccines] within 6 months",
    "inclusion: immunisation in [vaccines] within 6 months",
    "exclusion: at least 2 records of immunisation in [vaccines] within 5 months",
    "inclusion: not immunisation in [vaccines] within 26 weeks",
    "exclusion: medication in [glucocorticoids] within 2 months",
    "exclusion: oral medication in [glucocorticoids] active",
    "exclusion: highest prednisone-equivalent dose within 1 month > 0.5 mg/kg/d",
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
    "exclusion: at least 2 of (immunisation in [vaccines] within 1 month, "
    "condition in [als] active, latest [crp] within 60 days >= 5 mg/L)",
)
BIRTHS = ("1951-02-01", "1951-08-20", "1951-01-16", "1970-01-01", "2004-01-16", "2004-03-31")
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
    "condition breast cancer from 2020-01-01 to now",
    "measurement weight on 2022-01-10: 60 kg",
)
COVERED = "; ".join(
    f"C{n} covers {kind}" for n, kind in enumerate(("immunisations", "conditions", "medications"))
)


def records() -> st.SearchStrategy[str]:
    return st.builds(
        lambda born, lines: "; ".join(
            [f"born {born}", "male", COVERED, *(f"#{n} {line}" for n, line in enumerate(lines, 1))]
        ),
        st.sampled_from(BIRTHS),
        st.lists(st.sampled_from(LINES), max_size=6),
    )


def trials() -> st.SearchStrategy[str]:
    some = st.lists(st.sampled_from(CRITERIA), min_size=1, max_size=3, unique=True)
    return some.map(lambda lines: "\n".join(f"C{n} {line}" for n, line in enumerate(lines)))
