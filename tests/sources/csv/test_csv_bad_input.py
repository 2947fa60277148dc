"""Files that are not as they should be: a clear message or a counted row, and nothing lost."""

from __future__ import annotations

import csv
import stat
from datetime import date, datetime
from pathlib import Path

import pytest
from tests.sources.csv.loading import Folder

from trialrun.errors import SourceError
from trialrun.sources.csv import encodings, raw, sheets
from trialrun.sources.csv.encodings import encoding_of, undecodable

LABS = """\
files:
  labs.csv:
    table: measurement
    columns: {patient_id: id, text: what, date: on, value: value}
"""
HEADER = "id,what,on,value\n"
SECRET = "张三"


def refusal(folder: Folder, mapping: str = LABS) -> SourceError:
    with pytest.raises(SourceError) as caught:
        folder.stage(mapping)
    assert SECRET not in str(caught.value)
    return caught.value


@pytest.mark.parametrize(
    ("content", "where", "found", "remedy"),
    [
        (b"", "labs.csv:1", "the file is empty", "export again"),
        (b"\n\n", "labs.csv:1", "the file is empty", "export again"),
        (b"id;what;on;value\n1;2;3;4\n", "labs.csv:1", "a single column", 'delimiter: ";"'),
        (b"id\twhat\ton\tvalue\n", "labs.csv:1", "a single column", "delimiter: tab"),
        (
            (HEADER + "001,WBC,2021-05-03,张三\n").encode("gb18030"),
            *("labs.csv:2", "not UTF-8: byte 37 of the file", "encoding: GB18030"),
        ),
        (HEADER.encode("utf-16"), "labs.csv:1", "not UTF-8: byte 1", "encoding"),
        (HEADER.encode("utf-16-le"), "labs.csv:1", "not UTF-8", "UTF-16"),
        (
            (HEADER + '001,WBC,2021-05-03,"张三\n001,WBC,2021-05-04,2\n').encode(),
            *("labs.csv:2", "a quote opens here", "close the quote"),
        ),
        (
            (HEADER + '001,"WBC,2021-05-03,2\n001,"PLT",2021-05-04,2\n').encode(),
            *("labs.csv:2", "a quote opens here", "close the quote"),
        ),
        (
            b"id,what,on,valeu\n001,WBC,2021-05-03,2\n",
            *("mapping.yaml:4", "no column 'value'", "did you mean 'valeu'?"),
        ),
        (
            b"id,what,on,value,value\n",
            *("mapping.yaml:4", "more than one column 'value'", "different names"),
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_read(
    folder: Folder, content: bytes, where: str, found: str, remedy: str
) -> None:
    folder.write_bytes("labs.csv", content)
    (problem,) = refusal(folder).problems
    assert problem.where == where
    assert found in problem.found
    assert remedy in problem.remedy


def test_a_missing_file_has_a_near_name(folder: Folder) -> None:
    folder.write("lab.csv", HEADER)
    (problem,) = refusal(folder).problems
    assert str(problem) == ("mapping.yaml:2: there is no file 'labs.csv' (did you mean 'lab.csv'?)")


def test_all_files_are_checked_before_any_is_read(folder: Folder) -> None:
    folder.write("labs.csv", "id,what,when\n")
    mapping = LABS + "  more.csv:\n    table: patient\n    columns: {patient_id: id}\n"
    places = [problem.where for problem in refusal(folder, mapping).problems]
    assert places == ["mapping.yaml:5", "mapping.yaml:4", "mapping.yaml:4"]


@pytest.mark.parametrize(
    ("line", "rejection"),
    [
        ("001,WBC,2021-05-03", ("rejected", "labs.csv:2", "fewer cells than the header")),
        ("001,WBC,2021-05-03,2,张三", ("rejected", "labs.csv:2", "more cells than the header")),
        ('001,"W\nBC",2021-05-03', ("rejected", "labs.csv:2-3", "fewer cells")),
        ('001,"WBC"x,2021-05-03,2', ("rejected", "labs.csv:2", "quotes of the row do not match")),
        (f"001,WBC,2021-05-03,{'9' * 200_000}", ("rejected", "labs.csv:2", "longer than 131,072")),
        (",WBC,2021-05-03,2", ("rejected", "labs.csv:2", "there is no patient id")),
        ("1.10101E+17,WBC,2021-05-03,2", ("rejected", "labs.csv:2", "rounded by a spreadsheet")),
        ("001,,2021-05-03,2", ("rejected", "labs.csv:2", "neither a code nor a name")),
        ("001,WBC,张三,2", ("repaired", "labs.csv:2", "the date cannot be read")),
        ("001,WBC,,2", ("repaired", "labs.csv:2", "there is no date")),
        ("001,WBC,0001-01-01,2", ("repaired", "labs.csv:2", "the date cannot be read")),
    ],
)  # fmt: skip
def test_a_bad_row_is_counted_and_the_others_are_kept(
    folder: Folder, line: str, rejection: tuple[str, str, str]
) -> None:
    folder.write("labs.csv", f"{HEADER}{line}\n002,PLT,2021-05-03,90\n")
    staged = folder.stage(LABS)
    ((severity, place, reason),) = staged.rejections
    assert (severity, place) == rejection[:2]
    assert rejection[2] in reason
    assert SECRET not in reason
    kept = [patient for (patient,) in staged.rows("measurement", "patient_id")]
    assert kept == (["001", "002"] if severity == "repaired" else ["002"])


def test_a_row_without_a_readable_date_may_be_of_any_day(folder: Folder) -> None:
    folder.write("labs.csv", HEADER + "001,WBC,soon,2\n")
    assert folder.stage(LABS).one("measurement", "start_lo", "start_hi") == (None, None)


def test_a_record_without_a_name_is_kept_as_a_doubt(folder: Folder) -> None:
    folder.write("dx.csv", "id,code,on\n001,,2021-05-03\n")
    staged = folder.stage(
        "files:\n  dx.csv:\n    table: condition\n"
        "    columns: {patient_id: id, code: code, start: on}\n"
    )
    assert staged.concepts("condition") == [([], "(no name)")]
    assert staged.rejections == [("repaired", "dx.csv:2", "neither a code nor a name")]


def test_harmless_oddities(folder: Folder) -> None:
    folder.write_bytes(
        "labs.csv",
        (
            "\ufeffid , what,on,value\r\n"
            "001 ,\u3000WBC\u00a0,2021-05-03,2\r\n"
            "\r\n"
            ',"",,\r\n'
            '002,"W ""B"", C",2021-05-03,2,,\r\n'
            '003,"two\r\nlines",2021-05-03,2\r\n'
            "004,NULL,2021-05-03,\\N\r\n"
            '005,"a\rb",2021-05-03,2\n'
            '="006",PLT,="2021-05-03",9'
        ).encode(),
    )
    staged = folder.stage(LABS.replace("text: what", "code: what"))
    assert staged.rows("measurement", "patient_id", "place") == [
        ("001", "labs.csv:2"),
        ("002", "labs.csv:5"),
        ("003", "labs.csv:6"),
        ("005", "labs.csv:9"),
        ("006", "labs.csv:11"),
    ]
    assert [codings[0][1] for codings, _ in staged.concepts("measurement")] == [
        *("WBC", 'W "B", C'),
        *("two\r\nlines", "a\rb", "PLT"),
    ]
    assert staged.rejections == [("rejected", "labs.csv:8", "neither a code nor a name")]


def test_the_same_row_again_counts_once(folder: Folder) -> None:
    line = "001,WBC,2021-05-03,2\n"
    folder.write("labs.csv", HEADER + line + "001,WBC,2021-05-03,3\n" + line + line)
    staged = folder.stage(LABS)
    assert staged.rows("measurement", "value_lo") == [(2,), (3,)]
    assert staged.rejections == [
        ("ignored", "labs.csv:4", "says the same as an earlier row"),
        ("ignored", "labs.csv:5", "says the same as an earlier row"),
    ]


def test_a_file_of_which_the_mapping_does_not_speak_is_told(folder: Folder) -> None:
    folder.write("labs.csv", HEADER)
    folder.write("sub/more.xlsx", "")
    assert folder.stage(LABS).rejections == [
        ("ignored", "sub/more.xlsx", "the mapping does not speak of the file")
    ]


def test_a_file_that_has_become_empty_still_speaks_of_itself(folder: Folder) -> None:
    folder.write("labs.csv", HEADER)
    staged = folder.stage(LABS)
    assert staged.rows("measurement", "ref") == []
    assert staged.rows("seen", "ref") == [("labs.csv",)]


def test_a_status_that_is_not_known_stops_the_load(folder: Folder) -> None:
    folder.write("labs.csv", "id,what,on,value,s\n001,WBC,2021-05-03,2,有效\n002,a,2021,2,张三\n")
    error = refusal(folder, LABS.replace("value: value", "value: value, status: s"))
    (problem,) = error.problems
    assert problem.where == "labs.csv:3"
    assert "mapping.yaml:2" in problem.remedy
    assert "counts or ignored" in problem.remedy


DRUGS = """\
files:
  drugs.csv:
    table: medication
    columns: {patient_id: id, text: drug, dose: dose, frequency: often, route: route,
              start: start, end: end}
"""


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ("张三,qd,po,2021-05-03,", "the dose cannot be read"),
        ("20mg,张三,po,2021-05-03,", "the frequency is a word that is not known"),
        ("20mg,qd,张三,2021-05-03,", "the route is a word that is not known"),
        ("20mg qd,bid,po,2021-05-03,", "the dose and the columns beside it differ"),
        ("20mg,qd,po,张三,", "the start cannot be read"),
        ("20mg,qd,po,,", "there is no start"),
        ("20mg,qd,po,2021-05-03,张三", "the end cannot be read"),
    ],
)
def test_what_cannot_be_read_of_a_medication_is_told(
    folder: Folder, cells: str, reason: str
) -> None:
    folder.write("drugs.csv", f"id,drug,dose,often,route,start,end\n001,x,{cells}\n")
    staged = folder.stage(DRUGS)
    assert staged.rejections == [("repaired", "drugs.csv:2", reason)]
    assert len(staged.rows("medication", "ref")) == 1


@pytest.mark.parametrize(
    ("columns", "cells", "ref_hi", "reason"),
    [
        ("ref_range: a", "张三,", None, "the reference range cannot be read"),
        ("ref_range: a, unit: b", "1-2 mg/L,g/L", None, "the reference range cannot be read"),
        ("ref_low: a, ref_high: b", "5,2", None, "the reference range cannot be read"),
        ("ref_low: a, ref_high: b", "张三,2", 2, "the reference range cannot be read"),
        ("flag: a", "张三,", None, "the flag is a word that is not known"),
    ],
)
def test_what_cannot_be_read_of_a_measurement_is_told(
    folder: Folder, columns: str, cells: str, ref_hi: float | None, reason: str
) -> None:
    folder.write("labs.csv", f"id,what,on,value,a,b\n001,x,2021-05-03,7,{cells}\n")
    staged = folder.stage(LABS.replace("value: value", f"value: value, {columns}"))
    assert staged.rejections == [("repaired", "labs.csv:2", reason)]
    assert staged.one("measurement", "value_lo", "ref_lo", "ref_hi", "abnormal") == (
        *(7, None, ref_hi),
        None,
    )


@pytest.mark.parametrize("name", ["labs.xlsx", "labs.xls"])
def test_a_workbook_that_is_none(folder: Folder, name: str) -> None:
    folder.write(name, "<html>张三</html>")
    (problem,) = refusal(folder, LABS.replace("labs.csv", name)).problems
    assert "no Excel workbook" in problem.found
    assert "save it as .xlsx" in problem.remedy


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("gb18030", "GB18030"),
        ("gbk", "GB18030"),
        ("utf-16", "UTF-16"),
    ],
)
def test_encodings_are_recognised(folder: Folder, encoding: str, name: str) -> None:
    file = folder.write("x.csv", "病历号,诊断\n001,肌萎缩侧索硬化\n" * 1000, encoding)
    assert encoding_of(file) == name


def test_a_bad_byte_is_found_in_a_long_file(folder: Folder) -> None:
    good = "001,肌萎缩侧索硬化\n" * 100_000
    content = good.encode() + b"\xff\n"
    folder.write_bytes("labs.csv", HEADER.encode() + content)
    (problem,) = refusal(folder).problems
    assert problem.where == "labs.csv:100002"
    assert f"byte {len(HEADER) + len(good.encode()) + 1} " in problem.found


@pytest.mark.parametrize("chunk", [1, 2, 3, 4, 5, 7])
def test_a_bad_byte_is_found_wherever_the_reading_pauses(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(encodings, "_CHUNK", chunk)
    file = folder.write_bytes("x.csv", "病历号\n肌".encode() + b"\xff\n")
    (problem,) = undecodable(file, "UTF-8").problems
    assert (problem.where, "byte 14 " in problem.found) == ("x.csv:2", True)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (0.1 + 0.2, "0.3"),
        (2.0, "2"),
        (1e17, "1e+17"),
        (True, "true"),
        (datetime(2021, 5, 3), "2021-05-03"),  # noqa: DTZ001 - workbooks know no time zone
        (datetime(2021, 5, 3, 8, 30), "2021-05-03 08:30:00"),  # noqa: DTZ001
        (date(2021, 5, 3), "2021-05-03"),
    ],
)
def test_the_text_of_a_cell_of_a_workbook(cell: object, text: str) -> None:
    assert sheets._text(cell) == text


def test_what_is_written_on_the_way_is_the_owners_alone(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    modes: list[int] = []
    load = raw._load

    def watched(connection: object, copy: Path, width: int) -> None:
        modes.append(stat.S_IMODE(copy.stat().st_mode))
        load(connection, copy, width)  # type: ignore[arg-type]

    monkeypatch.setattr(raw, "_load", watched)
    folder.write("labs.csv", HEADER + "001,WBC,2021-05-03,2\n")
    folder.stage(LABS)
    assert modes == [0o600]


def test_the_limit_of_a_cell_is_the_one_that_is_told() -> None:
    assert csv.field_size_limit() == 131_072
