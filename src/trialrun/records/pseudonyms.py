"""Names for patients in what is written out: their ids, or keyed hashes of them.

The same key gives the same pseudonym in every run, and whoever lacks the key cannot try ids until
one fits (HMAC, RFC 2104, with SHA-256; 80 bits are kept, so that two of a million patients share a
pseudonym with a chance below 1 in 10^12).
"""

from __future__ import annotations

import hmac
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from trialrun.errors import UsageError

SHORTEST_KEY = 16
LONGEST_KEY = 65_536
"""Of a device that never ends no more is read."""


@dataclass(frozen=True)
class Naming:
    """From a patient's id to the name that is written out.

    `hides`: names tell nobody who somebody is, and nothing else that is written out may.
    """

    name: Callable[[str], str]
    hides: bool

    def __call__(self, patient_id: str) -> str:
        """Return the name of the patient with this id."""
        return self.name(patient_id)


OWN_NAMES = Naming(str, hides=False)
"""The hospital's ids as they are."""


def pseudonyms(key_file: Path) -> Naming:
    """Return the naming by keyed hashes with the bytes of a key file.

    Raises:
        UsageError: the file cannot be read, or holds fewer than 16 bytes, or far too many.
    """
    try:
        with key_file.open("rb") as file:
            key = file.read(LONGEST_KEY + 1).strip()
    except OSError as error:
        raise UsageError(f"{key_file}: the key cannot be read ({error.strerror})") from None
    if len(key) < SHORTEST_KEY:
        raise UsageError(
            f"{key_file}: a key needs at least {SHORTEST_KEY} bytes; "
            "make one with: (umask 077; head -c 32 /dev/urandom | base64 > key)"
        )

    if len(key) > LONGEST_KEY:
        raise UsageError(f"{key_file}: a key has at most {LONGEST_KEY} bytes; is this the key?")

    def name(patient_id: str) -> str:
        return "P-" + hmac.digest(key, patient_id.encode(), "sha256").hex()[:20]

    return Naming(name, hides=True)


def is_exposed(key_file: Path) -> bool:
    """Tell whether others on the machine can read a key, and so try whose pseudonym is whose."""
    mode = key_file.stat().st_mode
    return stat.S_ISREG(mode) and bool(mode & (stat.S_IRGRP | stat.S_IROTH))
