"""The report of an evaluation: one HTML file that prints and reaches for nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from importlib.metadata import version

from jinja2 import Environment
from markupsafe import Markup

from trialrun.evaluation.results import Evaluation, Figure, Words
from trialrun.protocol.model import TrialProtocol
from trialrun.records.analysis_data import LeftOut
from trialrun.report.evaluation.figures import draw
from trialrun.report.evaluation.laid_out import laid_out, unbroken
from trialrun.report.evaluation.left_out_in_chinese import in_chinese
from trialrun.report.evaluation.provenance import provenance
from trialrun.report.evaluation.voice import EvaluationVoice
from trialrun.report.self_contained import environment, own


def evaluation_page(
    evaluation: Evaluation,
    protocol: TrialProtocol,
    voice: EvaluationVoice,
    *,
    source: Words,
    left_out: Sequence[LeftOut] = (),
) -> str:
    """Lay an evaluation out as one HTML file in the voice's language.

    `source` says where its data come from, `left_out` what of them is not used.
    """

    def drawn(figure: Figure) -> Markup:
        return Markup(draw(figure, voice))

    return (
        _templates()
        .get_template("evaluation.html")
        .render(
            evaluation=evaluation,
            protocol=protocol,
            plan=protocol.analysis,
            source=voice.words(source),
            left_out=tuple(_left_out(left_out, voice)),
            provenance=provenance(protocol, evaluation, source),
            language=voice.language,
            say=voice.say,
            words=voice.words,
            drawn=drawn,
            unbroken=unbroken,
            laid_out=lambda table: laid_out(table, voice),
            style=own("evaluation.css"),
            program=f"trialrun {version('trialrun')}",
        )
    )


def _left_out(rows: Sequence[LeftOut], voice: EvaluationVoice) -> Iterator[str]:
    """Yield what is not used, how often, and why."""
    is_chinese = voice.language == "zh"
    for row in rows:
        what, why = ((is_chinese and in_chinese(said)) or said for said in (row.what, row.reason))
        yield voice.say("left_out_n", what=what, n=f"{row.count:,}", reason=why)


@cache
def _templates() -> Environment:
    return environment()
