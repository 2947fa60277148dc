"""Everything that people do to the trial: one function per verb, one file per theme.

Each checks its rules, says all that is wrong at once, and writes by one act.
"""
