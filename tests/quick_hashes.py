"""Passwords hashed with the least work that argon2 knows: tests are not attacked."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from trialrun.conduct import passwords

_REAL = passwords._HASHER
_QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
_QUICK_NOBODYS = _QUICK.hash("nobody's")


@pytest.fixture
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_HASHER", _QUICK)
    monkeypatch.setattr(passwords, "_NOBODYS", _QUICK_NOBODYS)


@pytest.fixture
def real_hasher() -> PasswordHasher:
    return _REAL
