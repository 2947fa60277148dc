"""Design matrices of linear models: factors by treatment coding, covariates, and interactions.

Terms are tuples of variable names; the intercept is always there. A model is hierarchical: an
interaction stands only beside all that it contains. What is refused: unknown names, levels that
do not occur, columns that are linear combinations of others.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import linalg

from trialrun.statistics.arrays import FloatArray
from trialrun.statistics.errors import InvalidInputError, NotEstimableError, Reason

Weights = Literal["equal", "observed"]
Term = tuple[str, ...]
# A column counts as a combination of the others if this share of its length is left over.
_ALIASED = 1e-9


@dataclass(frozen=True)
class Factor:
    """A categorical variable: `codes` (n,) index `levels`, of which the first is the reference.

    A code of −1 marks a missing label.
    """

    codes: npt.NDArray[np.int64]
    levels: tuple[str, ...]


Variable = Factor | FloatArray


def factor(labels: Sequence[str | None], reference: str) -> Factor:
    """The factor of `labels` (n,); the other levels follow `reference` in sorted order.

    Raises InvalidInputError if the reference level does not occur.
    """
    found = {label for label in labels if label is not None}
    if reference not in found:
        raise InvalidInputError(f"no observation has the reference level {reference!r}")
    levels = (reference, *sorted(found - {reference}))
    code = {level: index for index, level in enumerate(levels)}
    return Factor(np.array([-1 if x is None else code[x] for x in labels]), levels)


@dataclass(frozen=True)
class Design:
    """A model's matrix (n, p) with the names of its columns and the term that each belongs to."""

    variables: Mapping[str, Variable]
    terms: tuple[Term, ...]
    matrix: FloatArray
    columns: tuple[str, ...]
    term_of_column: tuple[Term, ...]

    def column(self, name: str) -> FloatArray:
        """The row (p,) that picks one coefficient by its column's name."""
        if name not in self.columns:
            raise InvalidInputError(f"no column {name!r}; there are {', '.join(self.columns)}")
        return np.asarray(np.eye(len(self.columns))[self.columns.index(name)])


def design_of(variables: Mapping[str, Variable], terms: Sequence[Term]) -> Design:
    """The design of `terms` over `variables` (each of n values); missing values give NaN rows.

    Raises InvalidInputError for unknown names, unequal lengths, a model that is not hierarchical.
    """
    _check_terms(variables, terms)
    matrix, names, owners = _columns(variables, terms, deviations=False)
    return Design(dict(variables), tuple(terms), matrix, names, owners)


def complete_rows(design: Design, outcome: FloatArray) -> tuple[Design, npt.NDArray[np.bool_]]:
    """The design of the rows where outcome and all variables are known, and which those are.

    Levels that no such row has are dropped; if the reference is among them, the next takes its
    place. Raises NotEstimableError if no row is complete, or if columns are aliased: the message
    names them.
    """
    if outcome.shape != (len(design.matrix),):
        raise InvalidInputError("the outcome needs one value for each row of the design")
    # A factor of one level, or of none, has no column that could show who lacks a label.
    labelled = [v.codes >= 0 for v in design.variables.values() if isinstance(v, Factor)]
    complete = np.isfinite(outcome) & np.isfinite(design.matrix).all(axis=1)
    complete &= np.all([np.ones_like(complete), *labelled], axis=0)
    if not complete.any():
        raise NotEstimableError(Reason.NO_DATA, "no observation has an outcome and all covariates")
    kept = design_of({n: _kept(v, complete) for n, v in design.variables.items()}, design.terms)
    aliased = _aliased_columns(kept)
    if aliased:
        raise NotEstimableError(
            Reason.SINGULAR,
            f"the data cannot tell these columns from others: {', '.join(aliased)}; "
            "leave out a term or join levels",
        )
    return kept, complete


def mean_row(design: Design, at: Mapping[str, str | float], weights: Weights) -> FloatArray:
    """The row (p,) whose product with the coefficients is a least-squares mean.

    Variables in `at` are held there. Equal weights: every combination of the other factors' levels
    counts alike, covariates are at their means. Observed weights: the other variables
    take their values of each observation in turn (observed margins of SAS LSMEANS OM; for additive
    models the proportional weights of R's emmeans).
    Source: Searle, Speed and Milliken, The American Statistician 1980;34:216-221.
    """
    _check_levels(design, at)
    rest = {name: v for name, v in design.variables.items() if name not in at}
    grid = _grid(rest) if weights == "equal" else rest
    size = max((_length(v) for v in grid.values()), default=1)
    for name, value in at.items():
        variable = design.variables[name]
        held = variable.levels.index(str(value)) if isinstance(variable, Factor) else value
        column = np.full(size, held)
        grid[name] = (
            Factor(column.astype(np.int64), variable.levels)
            if isinstance(variable, Factor)
            else column.astype(np.float64)
        )
    return np.asarray(_columns(grid, design.terms, deviations=False)[0].mean(axis=0))


def type_three_rows(design: Design, term: Term) -> FloatArray:
    """The rows (q, p) whose products with the coefficients are all zero under the type III null.

    They compare means that weigh all cells alike: the effects of the term if every factor were
    coded by deviations from the mean of its levels (Speed, Hocking and Hackney, JASA
    1978;73:105-112), each level less the reference, as SAS writes its rows. Raises
    InvalidInputError for a term that the model does not have.
    """
    if term not in design.terms:
        raise InvalidInputError(f"the model has no term {':'.join(term)}")
    deviations, _, owners = _columns(design.variables, design.terms, deviations=True)
    change = np.linalg.lstsq(deviations, design.matrix, rcond=None)[0]
    effects = change[[owner == term for owner in owners]]
    # Satterthwaite's degrees of freedom depend on the basis that the rows are written in.
    less_reference: FloatArray = np.ones((1, 1))
    for name in term:
        variable = design.variables[name]
        if isinstance(variable, Factor):
            count = len(variable.levels) - 1
            less_reference = np.asarray(np.kron(less_reference, np.eye(count) + 1))
    return np.asarray(less_reference @ effects)


def _check_terms(variables: Mapping[str, Variable], terms: Sequence[Term]) -> None:
    unknown = sorted({name for term in terms for name in term} - set(variables))
    if unknown:
        raise InvalidInputError(f"terms name variables that are not given: {', '.join(unknown)}")
    if not variables or len({_length(v) for v in variables.values()}) != 1:
        raise InvalidInputError("a design needs variables, and all of one length")
    stated = {frozenset(term) for term in terms}
    for term in terms:
        for part in itertools.combinations(term, len(term) - 1):
            if part and frozenset(part) not in stated:
                raise InvalidInputError(f"{':'.join(term)} needs the term {':'.join(part)}, too")


def _check_levels(design: Design, at: Mapping[str, str | float]) -> None:
    for name, value in at.items():
        variable = design.variables.get(name)
        if variable is None:
            raise InvalidInputError(f"the model has no variable {name!r}")
        if isinstance(variable, Factor) and value not in variable.levels:
            raise NotEstimableError(Reason.NO_DATA, f"no observation has {name} = {value!r}")


def _length(variable: Variable) -> int:
    return len(variable.codes if isinstance(variable, Factor) else variable)


def _kept(variable: Variable, rows: npt.NDArray[np.bool_]) -> Variable:
    if not isinstance(variable, Factor):
        return np.asarray(variable, dtype=np.float64)[rows]
    present, codes = np.unique(variable.codes[rows], return_inverse=True)
    return Factor(codes.astype(np.int64), tuple(variable.levels[code] for code in present))


def _grid(variables: Mapping[str, Variable]) -> dict[str, Variable]:
    factors = {name: v for name, v in variables.items() if isinstance(v, Factor)}
    cells = list(itertools.product(*(range(len(v.levels)) for v in factors.values())))
    grid: dict[str, Variable] = {
        name: Factor(np.array([cell[i] for cell in cells]), v.levels)
        for i, (name, v) in enumerate(factors.items())
    }
    for name, variable in variables.items():
        if not isinstance(variable, Factor):
            grid[name] = np.full(len(cells), np.mean(variable))
    return grid


def _coded(name: str, variable: Variable, deviations: bool) -> list[tuple[str, FloatArray]]:
    if not isinstance(variable, Factor):
        return [(name, np.asarray(variable, dtype=np.float64))]
    missing = np.where(variable.codes < 0, np.nan, 0.0)
    against = (variable.codes == 0) * 1.0 if deviations else np.zeros(len(variable.codes))
    return [
        (f"{name}={level}", (variable.codes == code) - against + missing)
        for code, level in enumerate(variable.levels)
        if code > 0
    ]


def _columns(
    variables: Mapping[str, Variable], terms: Sequence[Term], *, deviations: bool
) -> tuple[FloatArray, tuple[str, ...], tuple[Term, ...]]:
    size = max(_length(variable) for variable in variables.values())
    coded = {name: _coded(name, variable, deviations) for name, variable in variables.items()}
    columns, names = [np.ones(size)], ["intercept"]
    owners: list[Term] = [()]
    for term in terms:
        for parts in itertools.product(*(coded[name] for name in term)):
            columns.append(np.prod([values for _, values in parts], axis=0))
            names.append(":".join(name for name, _ in parts))
            owners.append(term)
    return np.column_stack(columns), tuple(names), tuple(owners)


def _aliased_columns(design: Design) -> list[str]:
    lengths = np.linalg.norm(design.matrix, axis=0)
    scaled = design.matrix / np.where(lengths > 0, lengths, 1.0)
    triangle, order = linalg.qr(scaled, mode="r", pivoting=True)
    kept = np.abs(np.diag(triangle)) > _ALIASED
    aliased = set(order[: len(kept)][~kept]) | set(order[len(kept) :])
    return [name for index, name in enumerate(design.columns) if index in aliased]
