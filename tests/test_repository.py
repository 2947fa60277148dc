"""Every file of the program is kept: none of them is among what the repository leaves out."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ASKED = ["git", "ls-files", "--others", "--ignored", "--exclude-standard", "src", "tests", "bench"]


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="this is no checkout")
def test_no_file_of_the_program_is_left_out_of_the_repository() -> None:
    ignored = subprocess.run(ASKED, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    kinds = (".py", ".html", ".po", ".sql", ".yaml", ".css", ".js")
    assert [name for name in ignored.splitlines() if name.endswith(kinds)] == []
