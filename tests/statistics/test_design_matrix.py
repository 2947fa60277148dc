"""Design matrices: coding, names, missing values, and rows for means."""

import numpy as np
import pytest

from trialrun.statistics.design_matrix import (
    Design,
    Factor,
    Variable,
    complete_rows,
    design_of,
    factor,
    mean_row,
    type_three_rows,
)
from trialrun.statistics.errors import InvalidInputError, NotEstimableError, Reason

ARM = ["P", "A", "P", "A", "P", "A", "A"]
SEX = ["f", "f", "m", "m", "f", "f", "m"]
AGE = np.array([50.0, 60, 70, 40, 55, 65, 45])


def crossed(age: np.ndarray = AGE) -> Design:
    variables: dict[str, Variable] = {
        "arm": factor(ARM, "P"),
        "sex": factor(SEX, "f"),
        "age": age,
    }
    return design_of(variables, [("arm",), ("sex",), ("age",), ("arm", "sex"), ("arm", "age")])


def test_columns_are_coded_against_the_reference() -> None:
    design = crossed()
    assert design.columns == (
        "intercept",
        "arm=A",
        "sex=m",
        "age",
        "arm=A:sex=m",
        "arm=A:age",
    )
    assert design.matrix[3].tolist() == [1, 1, 1, 40, 1, 40]
    assert design.matrix[0].tolist() == [1, 0, 0, 50, 0, 0]
    assert design.term_of_column[4] == ("arm", "sex")


def test_a_missing_value_makes_its_row_unknown() -> None:
    labels = ["P", None, "A"]
    design = design_of({"arm": factor(labels, "P")}, [("arm",)])
    assert np.isnan(design.matrix[1, 1])
    kept, complete = complete_rows(design, np.array([1.0, 2.0, 3.0]))
    assert complete.tolist() == [True, False, True]
    assert kept.matrix.tolist() == [[1, 0], [1, 1]]


@pytest.mark.parametrize("labels", [["x", None, "x"], [None, None, None]])
def test_who_lacks_the_label_of_a_factor_without_columns_is_left_out(
    labels: list[str | None],
) -> None:
    levels = ("x",) if "x" in labels else ()
    codes = np.array([-1 if label is None else 0 for label in labels])
    design = design_of({"site": Factor(codes, levels)}, [("site",)])
    outcome = np.array([1.0, 2.0, 4.0])
    if not levels:
        with pytest.raises(NotEstimableError):
            complete_rows(design, outcome)
        return
    kept, complete = complete_rows(design, outcome)
    assert complete.tolist() == [True, False, True]
    site = kept.variables["site"]
    assert isinstance(site, Factor)
    assert (site.codes.tolist(), site.levels) == ([0, 0], ("x",))


def test_the_next_level_takes_the_place_of_an_unseen_reference() -> None:
    design = design_of({"site": factor(["x", "y", "z", "y"], "x")}, [("site",)])
    kept, _ = complete_rows(design, np.array([np.nan, 1.0, 2.0, 3.0]))
    assert kept.columns == ("intercept", "site=z")


def test_means_weigh_levels_alike_or_as_observed() -> None:
    design = crossed()
    equal = mean_row(design, {"arm": "A"}, "equal")
    assert equal == pytest.approx([1, 1, 0.5, 55, 0.5, 55])
    observed = mean_row(design, {"arm": "A"}, "observed")
    assert observed == pytest.approx([1, 1, 3 / 7, 55, 3 / 7, 55])
    held = mean_row(design, {"arm": "P", "sex": "m", "age": 30.0}, "equal")
    assert held == pytest.approx([1, 0, 1, 30, 0, 0])


def test_means_average_products_and_not_products_of_averages() -> None:
    variables = {"arm": factor(ARM, "P"), "sex": factor(SEX, "f")}
    design = design_of(variables, [("arm",), ("sex",), ("arm", "sex")])
    # Two of the seven are A and m, though 4/7 · 3/7 would be less than that.
    observed = mean_row(design, {}, "observed")
    assert observed == pytest.approx([1, 4 / 7, 3 / 7, 2 / 7])


def test_type_three_rows_compare_equally_weighted_means() -> None:
    design = crossed()
    rows = type_three_rows(design, ("sex",))
    men = mean_row(design, {"sex": "m"}, "equal")
    women = mean_row(design, {"sex": "f"}, "equal")
    assert rows[0] == pytest.approx(men - women, abs=1e-12)
    with pytest.raises(InvalidInputError, match="no term"):
        type_three_rows(design, ("sex", "age"))


def test_what_has_no_design_says_why() -> None:
    with pytest.raises(InvalidInputError, match="one length"):
        design_of({"age": AGE, "sex": factor(["f"], "f")}, [("age",)])
    with pytest.raises(InvalidInputError, match="no variable"):
        mean_row(crossed(), {"height": 1.0}, "equal")
    with pytest.raises(InvalidInputError, match="one value for each row"):
        complete_rows(crossed(), np.zeros(3))
    with pytest.raises(NotEstimableError) as caught:
        complete_rows(crossed(np.full(7, np.nan)), np.zeros(7))
    assert caught.value.reason is Reason.NO_DATA
    with pytest.raises(NotEstimableError, match="age"):
        complete_rows(crossed(np.full(7, 3.0)), np.zeros(7))
