"""Passwords: which are good enough, how they are kept, and how one is tried.

Kept by argon2id with the parameters of RFC 9106 (its second recommended option: 64 MiB, 3 passes,
4 lanes). The rules follow NIST SP 800-63B: long, not the name, not a common one; no rule about
kinds of characters, no date on which it must change.
"""

from __future__ import annotations

import re
import secrets
import threading
import unicodedata
from collections.abc import Collection, Iterator

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from trialrun.errors import Problem

SHORTEST = 12
LONGEST = 200
"""More is no password; and hashing a text without an end would keep the server busy."""

_HASHER = PasswordHasher(time_cost=3, memory_cost=65536, parallelism=4)
_NOBODYS = _HASHER.hash(secrets.token_urlsafe(32))
"""Tried when the account has no password, so that the answer takes as long."""

_AT_ONCE = threading.BoundedSemaphore(4)
"""Each try takes 64 MiB: many at once, from whoever may send them, must not fill the memory."""

_FEWEST_CHARACTERS = 5
_COMMON = frozenset(
    """
    abc abcd abcdef abcdefgh abcdefghijkl admin administrator asdf asdfgh asdfghjkl changeme clinic
    computer default doctor dragon football guest hello hospital iloveyou investigator letmein
    login master mima monitor monkey nihao pass passw password passwort pharmacist princess qazwsx
    qazwsxedc qwer qwert qwerty qwertyuiop root secret study sunshine superman temp temporary test
    tester trial trialrun trustno welcome woaini woaiwojia woshishui zaq zxcvbn zxcvbnm zhongguo
    """.split()  # noqa: SIM905 - a list of quoted words would be read by nobody
)
_LOOKS_LIKE = str.maketrans("0134578@$!", "oieastbasi")
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Of one-time passwords: none looks like another."""
_ONE_TIME = re.compile(rf"[{_LETTERS}]{{5}}(?:-[{_LETTERS}]{{5}}){{3}}")
_SHORTEST_NAME = 6
"""Letters and digits of a trial's name below which a password holds it by chance."""
_NOT_LETTERS = re.compile(r"[\W\d_]+")


def hashed(password: str) -> str:
    """Return what is kept of a password."""
    with _AT_ONCE:
        return _HASHER.hash(_normal(password))


def is_right(password_hash: str | None, password: str) -> bool:
    """Try a password; without a hash to try it against it takes as long, and is wrong."""
    with _AT_ONCE:
        try:
            _HASHER.verify(password_hash or _NOBODYS, _normal(password)[: 2 * LONGEST])
        except (VerificationError, InvalidHashError):
            return False
    return password_hash is not None


def one_time_password() -> str:
    """Return a random password, in groups that can be read out: 100 bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(4))


def weaknesses(
    password: str, name: str, field: str, trial: Collection[str] = ()
) -> Iterator[Problem]:
    """Yield everything that is wrong with a new password of the account `name`.

    `trial` are the names of the trial, which everybody there knows.
    """
    text = _normal(password).lower()
    if len(text) < SHORTEST:
        yield Problem(field, "it is shorter than 12 characters", "several words are easy to keep")
    if len(text) > LONGEST:
        yield Problem(field, "it is longer than 200 characters", "choose a shorter one")
    if name.lower() in text:
        yield Problem(field, "it holds the name of the account", "choose one without it")
    if any(_holds(text, known) for known in trial):
        yield Problem(field, "it holds a name of the trial", "choose one without it")
    if _ONE_TIME.fullmatch(text):
        found = "it is one that the program gave out, for one time"
        yield Problem(field, found, "choose one of your own")
    if _is_common(text):
        yield Problem(field, "it is one of the first that anybody would try", "choose another")


def _holds(text: str, known: str) -> bool:
    """Say whether a password holds a name, whatever stands between its letters."""
    letters = re.sub(r"\W|_", "", known.lower())
    return len(letters) >= _SHORTEST_NAME and letters in re.sub(r"\W|_", "", text)


def _is_common(text: str) -> bool:
    """Say whether a password is a common word with digits around, or hardly any characters."""
    if len(set(text)) < _FEWEST_CHARACTERS:
        return True
    stems = (_NOT_LETTERS.sub("", text), _NOT_LETTERS.sub("", text.translate(_LOOKS_LIKE)))
    return any(_once(stem) in _COMMON or not stem for stem in stems)


def _once(stem: str) -> str:
    """Return what a stem repeats, such as `pass` of `passpass`."""
    return stem[: (stem + stem).find(stem, 1)] if stem else stem


def _normal(password: str) -> str:
    # The same characters, whichever keyboard wrote them (NIST SP 800-63B, 3.1.1.2).
    return unicodedata.normalize("NFKC", password)
