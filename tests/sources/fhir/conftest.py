from pathlib import Path

import pytest
from tests.sources.fhir.exports import Export


@pytest.fixture
def export(tmp_path: Path) -> Export:
    folder = tmp_path / "export"
    folder.mkdir()
    return Export(folder, tmp_path / "hospital.duckdb")
