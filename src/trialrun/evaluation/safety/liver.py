"""Drug-induced liver injury: peaks of aminotransferases and bilirubin, candidates of Hy's law.

A candidate has ALT or AST of at least 3 times, and bilirubin above 2 times the upper limit of
normal, at any time after the first dose; whether alkaline phosphatase is below 2 times, as the law
asks, stands beside. Source: FDA, Guidance for Industry, Drug-Induced Liver Injury: Premarketing
Clinical Evaluation (2009), sections II.B and IV.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from trialrun.evaluation.figure_data import HysLaw, LiverPoint
from trialrun.evaluation.numbers import number
from trialrun.evaluation.results import Cell, Row, Table, Words, column_heads, phrase
from trialrun.evaluation.safety.case import Safety
from trialrun.evaluation.safety.laboratory_results import Course
from trialrun.evaluation.study import Group
from trialrun.protocol.analysis import Liver
from trialrun.records.analysis_data import TrialSubject

_AMINOTRANSFERASE, _BILIRUBIN = 3, 2
"""Multiples of the upper limit of normal."""


@dataclass(frozen=True)
class Peak:
    """The highest later result in multiples of the upper limit of normal; `open`: not of all."""

    times: float | None
    day: int | None
    rows: tuple[str, ...]
    open: bool

    @property
    def cell(self) -> Cell:
        """Return the peak with its day."""
        if self.times is None:
            return Cell(phrase("not_known"))
        shown = phrase("peak_on_day", times=number(self.times, 2), day=str(self.day))
        return Cell(shown, self.times, self.rows)


@dataclass(frozen=True)
class Peaks:
    """One subject's peaks."""

    subject: TrialSubject
    group: Group
    alt: Peak
    ast: Peak
    bilirubin: Peak
    alkaline_phosphatase: Peak

    @property
    def aminotransferase(self) -> float | None:
        """The higher peak of ALT and AST."""
        known = [peak.times for peak in (self.alt, self.ast) if peak.times is not None]
        return max(known, default=None)

    @property
    def is_candidate(self) -> bool | None:
        """Whether both peaks are as high as the law says; None: it cannot be told."""
        high_alt = _reaches(self.alt, _AMINOTRANSFERASE, or_equal=True)
        high_ast = _reaches(self.ast, _AMINOTRANSFERASE, or_equal=True)
        bilirubin = _reaches(self.bilirubin, _BILIRUBIN, or_equal=False)
        either = True if True in (high_alt, high_ast) else _unless_unknown(high_alt, high_ast)
        if False in (either, bilirubin):
            return False
        return None if None in (either, bilirubin) else True


def _unless_unknown(*answers: bool | None) -> bool | None:
    return None if None in answers else False


def _reaches(peak: Peak, times: float, *, or_equal: bool) -> bool | None:
    if peak.times is not None and (peak.times > times or (or_equal and peak.times == times)):
        return True
    return None if peak.open or peak.times is None else False


def peaks_of(safety: Safety, liver: Liver) -> Iterator[Peaks]:
    """Yield the peaks of every member of the safety set."""
    names = (liver.alt, liver.ast, liver.bilirubin, liver.alkaline_phosphatase)
    parameters = [safety.parameter(name) for name in names]
    for group in safety.groups:
        of_arm = zip(*(one.in_arm(group) for one in parameters), strict=True)
        for subject, courses in zip(group.subjects, of_arm, strict=True):
            alt, ast, bilirubin, alp = map(_peak, courses)
            yield Peaks(subject, group, alt, ast, bilirubin, alp)


def _peak(course: Course) -> Peak:
    later = course.later
    known = [(times, one) for one in later if (times := one.times_normal) is not None]
    is_open = len(known) < len(later)
    if not known:
        return Peak(None, None, (), is_open)
    times, result = max(known, key=lambda one: one[0])
    return Peak(times, result.day, result.of.rows, is_open)


def liver_table(safety: Safety, liver: Liver) -> Table:
    """Return the candidates of Hy's law, and of whom it cannot be told."""
    peaks = list(peaks_of(safety, liver))
    columns = ("arm", "alt", "ast", "bilirubin", "alkaline_phosphatase")
    return Table(
        "hys-law",
        phrase("hys_law"),
        column_heads(*columns),
        tuple(_row(one) for one in peaks if one.is_candidate),
        tuple(_notes(peaks)),
    )


def _row(of: Peaks) -> Row:
    found = (of.alt, of.ast, of.bilirubin, of.alkaline_phosphatase)
    return Row(of.subject.id, (Cell(of.group.title), *(peak.cell for peak in found)))


def _notes(peaks: list[Peaks]) -> Iterator[Words]:
    yield phrase("hys_law_rule")
    told = [one.is_candidate for one in peaks]
    yield phrase("hys_law_n", n=str(told.count(True)), of=str(len(told) - told.count(None)))
    if untold := told.count(None):
        yield phrase("hys_law_untold", n=str(untold))


def liver_figure(safety: Safety, liver: Liver) -> Iterator[HysLaw]:
    """Yield the figure of peak bilirubin against peak ALT or AST; none without a point."""
    points = tuple(
        LiverPoint(
            one.subject.id,
            one.group.title,
            one.aminotransferase,
            one.bilirubin.times,
            one.is_candidate is True,
        )
        for one in peaks_of(safety, liver)
        if one.aminotransferase is not None and one.bilirubin.times is not None
    )
    if points:
        yield HysLaw("hys-law-figure", phrase("hys_law"), points, _AMINOTRANSFERASE, _BILIRUBIN)
