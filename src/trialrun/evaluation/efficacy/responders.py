"""The share of responders in each arm with its exact interval, and the arms compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from trialrun.evaluation.efficacy.case import Case, case_of
from trialrun.evaluation.efficacy.outcome import Headline, Outcome, unused_values
from trialrun.evaluation.efficacy.responses import Answer, Responses, responses_of
from trialrun.evaluation.efficacy.shares_compared import compared, compared_headlines
from trialrun.evaluation.numbers import count_and_percent, in_percent, not_estimable, number
from trialrun.evaluation.results import Cell, Row, Table, Words, phrase
from trialrun.evaluation.study import Study
from trialrun.protocol.analysis import Better
from trialrun.protocol.analysis_methods import Responders
from trialrun.statistics.errors import NotEstimableError
from trialrun.statistics.proportions import proportion

SHARE_DECIMALS = 3
"""Of a share between 0 and 1."""


def responders(study: Study, analysis: Responders) -> Outcome:
    """Carry out the analysis."""
    case = case_of(study, analysis)
    responses = responses_of(case, analysis)
    return Outcome(
        analysis,
        (),
        (_shares(case, analysis, responses), *compared(case, analysis, responses)),
        headlines=tuple(_headlines(case, responses)),
    )


def _shares(case: Case, analysis: Responders, responses: Sequence[Responses]) -> Table:
    """Return how many of each arm responded, the interval, and why the others did not."""
    rows = [
        Row(phrase("analysed"), tuple(Cell(str(one.total), one.total) for one in responses)),
        Row(phrase("answer_response"), tuple(_cell(one, Answer.RESPONSE) for one in responses)),
        Row(phrase("exact_interval"), tuple(_interval(case, one) for one in responses)),
    ]
    for answer in (Answer.TOO_LITTLE, Answer.EVENT, Answer.MISSING):
        if any(one.those(answer) for one in responses):
            cells = tuple(_cell(one, answer) for one in responses)
            label = phrase(f"answer_{answer.name.lower()}")
            rows.append(Row(label, cells, depth=1))
    notes = tuple(_notes(case, analysis, responses))
    return Table(f"{analysis.id}-responders", case.title, case.heads, tuple(rows), notes)


def _cell(of: Responses, answer: Answer) -> Cell:
    those = of.those(answer)
    return count_and_percent(len(those), of.total, [row for one in those for row in one.rows])


def _interval(case: Case, of: Responses) -> Cell:
    try:
        found = proportion(of.events, of.total, level=case.study.level).interval
    except NotEstimableError as error:
        return not_estimable(error)
    return Cell(in_percent(found))


def _notes(case: Case, analysis: Responders, responses: Sequence[Responses]) -> Iterator[Words]:
    least = "least" if case.variable.better is Better.HIGHER else "most"
    change = number(float(analysis.change), case.variable.decimals)
    visit = case.study.visit_title(analysis.visit)
    yield phrase(f"response_at_{least}", visit=visit, change=change)
    yield phrase(f"missing_{analysis.missing.name.lower()}")
    left_out = Counter(who.answer for one in responses for who in one.left_out)
    for answer, key in ((Answer.MISSING, "missing_left_out_n"), (Answer.NOT_YET, "not_yet_n")):
        if left_out[answer]:
            yield phrase(key, n=str(left_out[answer]))
    yield from unused_values(case.study, case.everybody)


def _headlines(case: Case, responses: Sequence[Responses]) -> Iterator[Headline]:
    """Yield the differences between arms; of one arm alone its share, which has no null value."""
    yield from compared_headlines(case, responses, SHARE_DECIMALS)
    if len(responses) > 1 or not responses[0].total:
        return
    found = proportion(responses[0].events, responses[0].total, level=case.study.level)
    label = phrase("share_of", what=case.title)
    yield Headline(label, found.value, found.interval, None, None, SHARE_DECIMALS)
