"""The protocol in words: each sentence of the registry beside what is made of it."""

from __future__ import annotations

import pytest

from trialrun.criteria.wording import Language
from trialrun.protocol.model import TrialProtocol
from trialrun.protocol.words import show


@pytest.mark.parametrize(
    ("language", "label", "meaning", "asks"),
    [
        ("en", "Sponsor", "“Any vaccine”", "vaccination record"),
        ("zh", "申办者", "“任何疫苗”", "疫苗接种记录"),
    ],
)
def test_shown_in_a_language(
    shipped: TrialProtocol, language: Language, label: str, meaning: str, asks: str
) -> None:
    shown = show(shipped, language)
    assert (label, "Peking University Third Hospital") in shown.facts
    (e3,) = [s for s in shown.sentences if s.id == "E3"]
    assert e3.text.startswith("Vaccination within 6 months before enrolment")
    assert [c.id for c in e3.criteria] == ["E3a", "E3b"]
    assert meaning in e3.criteria[0].meaning
    assert asks in e3.criteria[0].asks


def test_nothing_is_left_out(shipped: TrialProtocol) -> None:
    shown = show(shipped)
    criteria = [c for s in shown.sentences for c in s.criteria]
    assert [c.id for c in criteria] == [c.id for c in shipped.criteria]
    assert [c.assumptions for c in criteria] == [c.assumptions for c in shipped.criteria]
    assert [c.hint != "" for c in criteria] == [c.hint is not None for c in shipped.criteria]
    assert len([label for label, _ in shown.facts if label == "Target enrolment"]) == 3
    for line in ("day 28 ± 3, phone", "42 in all", "day -7 to day 0", "primary endpoint: "):
        assert any(line in each for each in shown.design), line
