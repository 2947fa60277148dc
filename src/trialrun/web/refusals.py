"""Refusals, told beside the fields of a page: an action names its arguments, a form its fields."""

from __future__ import annotations

from dataclasses import replace

from trialrun.errors import RefusedError


def placed(error: RefusedError, **fields: str) -> RefusedError:
    """Return the same refusal, with the problems of some arguments at the fields for them."""
    problems = [
        replace(problem, where=fields.get(problem.where, problem.where))
        for problem in error.problems
    ]
    return type(error)(error.message, problems)
