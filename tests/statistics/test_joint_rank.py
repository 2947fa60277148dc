import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialrun.statistics.errors import InvalidInputError, NotEstimableError, Reason
from trialrun.statistics.joint_rank import joint_ranks

NONE = math.nan


def test_five_participants_by_hand() -> None:
    """Berry et al. 2013: survival first, then the change at the last visit both attended.

    A died on day 100, B on day 200, C was lost on day 150, D and E completed 365 days.
    A loses to all. B beats A, loses to D and E; C was lost before B died, so that visit 1 decides:
    C (-3) beats B (-5). C beats A; against D visit 1 decides (-3 to -2: lost), and against E, too
    (-3 to -4: won). D against E: visit 2 decides (-8 to -6), though D led at visit 1.
    """
    changes = [[-9, NONE], [-5, NONE], [-3, NONE], [-2, -8], [-4, -6]]
    found = joint_ranks([100, 200, 150, 365, 365], [1, 1, 0, 0, 0], changes)
    assert found.scores.tolist() == [-4, -2, 2, 2, 2]
    assert found.ranks.tolist() == [1, 2, 4, 4, 4]


def test_without_a_common_visit_neither_wins() -> None:
    found = joint_ranks([10, 10], [0, 0], [[1, NONE], [NONE, 5]])
    assert found.scores.tolist() == [0, 0]
    assert joint_ranks([10, 12], [0, 0], np.zeros((2, 0))).scores.tolist() == [0, 0]


def test_deaths_on_one_day_are_decided_by_function() -> None:
    assert joint_ranks([10, 10], [1, 1], [[-1], [-4]]).scores.tolist() == [1, -1]


def test_one_participant_has_nobody_to_be_compared_with() -> None:
    found = joint_ranks([10], [1], [[-1]])
    assert (found.scores.tolist(), found.ranks.tolist()) == ([0], [1])
    with pytest.raises(NotEstimableError) as caught:
        joint_ranks([], [], np.zeros((0, 1)))
    assert caught.value.reason is Reason.NO_DATA


@pytest.mark.parametrize("changes", [[-1, -2], [[-1]], [[math.inf], [1]]])
def test_ill_formed_changes_are_refused(changes: list[float]) -> None:
    with pytest.raises(InvalidInputError):
        joint_ranks([1, 2], [1, 1], changes)


PARTICIPANTS = st.lists(
    st.tuples(
        st.integers(1, 5),
        st.integers(0, 1),
        st.lists(st.sampled_from([-2.0, -1.0, 0.0, math.nan]), min_size=3, max_size=3),
    ),
    min_size=1,
    max_size=12,
)


@given(PARTICIPANTS)
def test_what_one_wins_another_loses(participants: list[tuple[int, int, list[float]]]) -> None:
    times, events, changes = (list(column) for column in zip(*participants, strict=True))
    found = joint_ranks(times, events, changes)
    assert found.scores.sum() == 0
    turned = joint_ranks(times[::-1], events[::-1], changes[::-1])
    assert np.array_equal(turned.scores[::-1], found.scores)
