"""What binds one participant, and whether it is kept, as of today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus

from fastapi import Request
from starlette.responses import Response

from trialrun.conduct.asked import statements_of_participants
from trialrun.conduct.record import Source
from trialrun.conduct.rows import find
from trialrun.conduct.surveillance import State, SurveillanceFinding
from trialrun.conduct.tables.participants import Participant
from trialrun.criteria.wording_gaps import GAP_WORDS
from trialrun.errors import RefusedError
from trialrun.protocol.model import Category, TrialProtocol
from trialrun.records.rows import Attestation, Row
from trialrun.report.rows import RowLine, row_line
from trialrun.report.voice import Voice
from trialrun.web.access import SIGNED_IN, Pages, RowId
from trialrun.web.forms import Form
from trialrun.web.rendering import page
from trialrun.web.trial import sex_of_candidate, today, trial_of
from trialrun.web.visitors import language_of, settings_of
from trialrun.web.words import msgid
from trialrun.workflows.asking import asked_of
from trialrun.workflows.looking_after import look_at

pages = Pages()
_IN_WORDS: Mapping[tuple[bool, State], str] = {
    (False, State.KEPT): msgid("complied with"),
    (False, State.BROKEN): msgid("not complied with"),
    (True, State.KEPT): msgid("does not hold"),
    (True, State.BROKEN): msgid("came to hold"),
}
"""What is well, or not, in the words of each kind; True: of an exclusion, which is never kept."""


@dataclass(frozen=True)
class Told:
    """A finding in words: how it stands, the logic, of an UNKNOWN why, what would settle it.

    `rows` are those behind it, each with who wrote it down.
    """

    finding: SurveillanceFinding
    rows: tuple[tuple[Source, RowLine], ...]
    state: str
    title: str
    logic: str
    why: str
    settled_by: str


@pages.get("/participants/{participant_id}/obligations", SIGNED_IN)
def show(request: Request, participant_id: RowId) -> Response:
    """Show how every obligation and every watched exclusion stands."""
    settings, trial, on = settings_of(request), trial_of(request), today(request)
    with settings.database.reading() as session:
        participant = find(session, Participant, participant_id)
        sex = sex_of_candidate(request, session, participant.candidate_id)
        asked = asked_of(session, trial, participant, sex)
    form = Form()
    found: tuple[SurveillanceFinding, ...] = ()
    try:
        found = look_at(
            settings.database,
            trial,
            participant_id,
            on,
            zone=settings.time_zone,
            data=settings.data,
        )
    except RefusedError as error:
        # The page is there to be read: why nothing could be asked stands on it.
        form = replace(form.refused(error), status=HTTPStatus.OK)
    voice = Voice.of(trial, language_of(request))
    return page(
        request,
        "obligations.html",
        form=form,
        participant=participant,
        told=[_told(trial, finding, voice) for finding in found],
        asked=asked,
        asks=bool(statements_of_participants(trial)),
        has_hospital=settings.data is not None,
        on=on,
    )


def _told(trial: TrialProtocol, finding: SurveillanceFinding, voice: Voice) -> Told:
    criterion, language = finding.criterion, voice.language
    words = GAP_WORDS[language][finding.gap] if finding.gap else None
    return Told(
        finding=finding,
        rows=tuple((one.source, _line(one.row, trial, voice)) for one in finding.rows),
        state=_IN_WORDS.get((criterion.category is Category.EXCLUSION, finding.state), "unknown"),
        title=criterion.title.in_language(language) if criterion.title else "",
        logic=voice.sentence(criterion.expression),
        why=words.reason if words else "",
        settled_by=finding.settled_by(language),
    )


def _line(row: Row, trial: TrialProtocol, voice: Voice) -> RowLine:
    """Lay a row out; of what a person said, with the statement: it stands nowhere above."""
    line = row_line(row, voice, pseudonymised=False)
    if isinstance(row, Attestation):
        return replace(line, what=trial.statement_in(row.question, voice.language))
    return line
