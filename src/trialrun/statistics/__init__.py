"""Numerics that know no trial: every function states shapes, units, errors and its source.

The room imports no other room but `errors`, reads no file and draws no random number except
from a generator that it is given. A result that cannot be had is an error that says why,
never a number that looks real.
"""
