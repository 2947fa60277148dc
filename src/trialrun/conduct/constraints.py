"""What the database itself refuses, in words: the last line of defence behind every act.

An act checks its rules first and says more. Whatever still reaches a constraint or a trigger is
refused here without the values that were written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from sqlalchemy.exc import IntegrityError

from trialrun.errors import Problem, RefusedError

RULES: Mapping[str, str] = {}
"""The name of a constraint or `table.column` of a unique one -> the rule that it holds."""

_NAMED = re.compile(r"(?:constraint failed: |constraint \")([\w. ,]+)")


def refusal_of(error: IntegrityError) -> RefusedError:
    """Return the refusal that a constraint's error stands for."""
    said = str(error.orig).splitlines()[0]
    match = _NAMED.search(said)
    name = match[1].strip() if match else ""
    rule = RULES.get(name, "a rule of the database about what may stand together")
    return RefusedError("this cannot be written", [Problem(name or "database", rule)])
