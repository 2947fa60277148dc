"""Chinese and Western letters of SAS transport files are read as what they are, or refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.exchange.cdisc.writers import Table, as_xpt

from trialrun.errors import SourceError
from trialrun.exchange.cdisc.encodings import encoding_of
from trialrun.exchange.cdisc.formats import open_dataset

CHINESE = ("受试者退出", "注射部位反应", "朱镕基 2级", "头痛", "WHO分级")
WESTERN = ("fièvre", "Übelkeit", "señal", "≤ 5".replace("≤", "±"), "plain")


def read(path: Path, texts: tuple[str, ...], encoding: str) -> list[object]:
    file = path / "ae.xpt"
    file.write_bytes(as_xpt(Table("AE", ["AETERM"], [[text] for text in texts]), encoding))
    dataset = open_dataset(file)
    assert dataset is not None
    return [row.cells["AETERM"] for row in dataset.rows()]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_chinese(tmp_path: Path, encoding: str) -> None:
    assert read(tmp_path, CHINESE, encoding) == list(CHINESE)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_western(tmp_path: Path, encoding: str) -> None:
    assert read(tmp_path, WESTERN, encoding) == list(WESTERN)


def test_one_chinese_letter_is_enough(tmp_path: Path) -> None:
    assert read(tmp_path, ("3级", "Grade 2"), "gb18030") == ["3级", "Grade 2"]


def test_what_cannot_be_told_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as refused:
        read(tmp_path, ("Müßig", "fièvre"), "cp1252")
    (problem,) = refused.value.problems
    assert problem.where.endswith("ae.xpt")
    assert problem.found == "it cannot be told in which encoding its texts are"
    assert "UTF-8" in problem.remedy


@pytest.mark.parametrize(
    ("texts", "encoding"),
    [
        ([], "utf-8"),
        ([b"plain"], "utf-8"),
        # A rare letter, whose second byte is ASCII, is told by those beside it.
        ([b"\xe9F"], "cp1252"),
        ([b"\xe9F", "退出".encode("gb2312")], "gb18030"),
        (["3级".encode("gb2312")], "gb18030"),
        # "créée" and "agréé" could be one Chinese letter among Western ones.
        (["créée".encode("cp1252")], None),
        (["agréé".encode("cp1252")], None),
        (["CRÉÉ".encode("cp1252")], None),
        (["één".encode("cp1252")], None),
        (["A组".encode("gb2312"), b"plain"], "gb18030"),
        # "Headache" in GB2312 is two rare letters in UTF-8, and "female" a Czech one.
        (["头痛".encode("gb2312")], None),
        (["女".encode("gb2312")], None),
        (["头痛".encode("gb2312"), "男".encode("gb2312")], "gb18030"),
        (["头痛".encode()], "utf-8"),
        (["女".encode()], "utf-8"),
        (["TNF-α".encode(), "± 5 µg".encode(), "créée".encode(), "né".encode()], "utf-8"),
        ([b"\x81"], None),
        ([b"\xff\xff\xff\xff"], None),
    ],
)
def test_what_tells(texts: list[bytes], encoding: str | None) -> None:
    assert encoding_of(texts) == encoding
