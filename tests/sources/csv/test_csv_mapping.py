"""Everything that can be wrong with a mapping, each with its line and a remedy."""

from __future__ import annotations

import pytest
from tests.sources.csv.loading import Folder

from trialrun.errors import SourceError
from trialrun.sources.csv import read_mapping
from trialrun.sources.csv.mapping import EmptyEnd
from trialrun.terminology.codes import Coding

HEAD = "files:\n  a.csv:\n"
PATIENT = HEAD + "    table: patient\n    columns: {patient_id: id}\n"
LABS = HEAD + "    table: measurement\n    columns: {patient_id: i, text: t, date: d, value: v}\n"
DRUGS = HEAD + "    table: medication\n    columns: {patient_id: i, text: t, route: r}\n"


@pytest.mark.parametrize(
    ("text", "where", "found", "remedy"),
    [
        ("format: csv\n", "1", "no file is mapped", "list the files"),
        ("formt: csv\n" + PATIENT, "1", "unknown key 'formt'", "did you mean 'format'?"),
        ("format: fhir\n" + PATIENT, "1", "unknown word 'fhir'", "one of: csv"),
        ("time_zone: Asia/Shangai\n" + PATIENT, "1", "'Asia/Shangai'", "'Asia/Shanghai'"),
        ("coverage:\n  complete: []\n" + PATIENT, "1", "not said in a mapping", "coverage.yaml"),
        (PATIENT.replace("a.csv", "a.doc"), "2", "no CSV or Excel file", ""),
        (PATIENT + "    encoding: GB18031\n", "5", "unknown word 'GB18031'", "'GB18030'"),
        (PATIENT + "    delimiter: ';;'\n", "5", "not one character", ""),
        (PATIENT + "    header: 0\n", "5", "not a line number", ""),
        (PATIENT + "    tabel: x\n", "5", "unknown key 'tabel'", "'table'"),
        (HEAD + "    columns: {patient_id: id}\n", "2", "no table is named", "patient, condition"),
        (HEAD + "    table: messurement\n", "3", "'messurement'", "did you mean 'measurement'?"),
        (HEAD + "    table: patient\n    columns: {sex: s}\n", "4", "needs 'patient_id'", ""),
        (HEAD + "    table: patient\n    columns: [a]\n", "4", "'columns' holds no keys", ""),
        (LABS.replace("value: v", "vallue: v"), "4", "no field 'vallue'", "'value'"),
        (LABS.replace(", value: v", ""), "4", "measurement needs 'value'", "which column"),
        (LABS.replace("text: t, ", ""), "4", "needs 'code' or 'text'", ""),
        (LABS.replace("date: d", "start: d"), "4", "no field 'start'", "use 'date'"),
        (DRUGS.replace("route: r", "date: d"), "4", "no field 'date'", "use 'start', and 'end'"),
        (LABS + "    fixed: {value: 1}\n", "5", "'value' is also a column", "keep one"),
        (LABS + "    dates: [YYYY-MM-DD, DD-MM-YY]\n", "5", "'DD-MM-YY'", "e.g. YYYY-MM-DD"),
        (LABS + "    dates: [D/M/YYYY, M/D/YYYY]\n", "5", "different days", "keep the one"),
        (LABS + "    system: ICD10-CN\n", "5", "unknown code system", "'ICD-10-CN'"),
        (LABS + "    codes:\n      WBC: {LOINK: 6690-2}\n", "6", "'LOINK'", "'LOINC'"),
        (LABS + "    codes:\n      WBC: {LOINC: 6690-3}\n", "6", "check digit", "again"),
        (LABS + "    codes:\n      WBC: 6690-2\n", "6", "'WBC' holds no keys", ""),
        (LABS + "    units: {mg: [a]}\n", "5", "'mg' is not a single word", ""),
        (LABS + "    end_when_empty: goes on\n", "5", "have no end", "remove"),
        (DRUGS + "    end_when_empty: go on\n", "5", "'go on'", "did you mean 'goes on'?"),
        (DRUGS + "    values: {rout: {a: oral}}\n", "5", "unknown key 'rout'", "'route'"),
        (DRUGS + "    values: {route: {口: orall}}\n", "5", "unknown word 'orall'", "'oral'"),
        (DRUGS + "    values: {sex: {a: male}}\n", "5", "'sex' is no column", "remove"),
        (DRUGS + "    columns: {}\n", "5", "written twice", ""),
        ("files: [\n", "2", "not YAML", ""),
    ],
)  # fmt: skip
def test_what_is_wrong(folder: Folder, text: str, where: str, found: str, remedy: str) -> None:
    with pytest.raises(SourceError) as caught:
        read_mapping(folder.write("mapping.yaml", text))
    problem = next(problem for problem in caught.value.problems if found in problem.found)
    assert problem.where == f"mapping.yaml:{where}"
    assert remedy in problem.remedy


def test_all_problems_are_listed_at_once_in_the_order_of_lines(folder: Folder) -> None:
    file = folder.write(
        "mapping.yaml",
        """\
        time_zone: Nowhere
        files:
          a.csv:
            table: patient
            columns: {patient: id}
          b.csv:
            tables:
              - table: measurement
                columns: {patient_id: i, text: t, date: d, value: v}
                dates: [DD]
              - table: nothing
                colums: {}
        """,
    )
    with pytest.raises(SourceError) as caught:
        read_mapping(file)
    assert [problem.where.partition(":")[2] for problem in caught.value.problems] == [
        *("1", "5", "5", "10", "11", "12")
    ]


def test_a_mapping_as_it_is_meant(folder: Folder) -> None:
    file = folder.write(
        "mapping.yaml",
        """\
        format: csv
        time_zone: Asia/Shanghai
        files:
          病人.csv:
            table: patient
            encoding: gbk
            delimiter: tab
            columns: {patient_id: 病历号}
          数据.xlsx#用药:
            table: medication
            header: 3
            columns: {patient_id: 病历号, code: 编码, text: 药品}
            system: http://www.whocc.no/atc
            codes: {007: {ATC: H02AB06, RxNorm: [8638, 8640]}, 待定: {}}
            units: {1支: mg}
            end_when_empty: goes on
        """,
    )
    mapping = read_mapping(file)
    patients, drugs = mapping.files
    assert mapping.time_zone == "Asia/Shanghai"
    assert (patients.encoding, patients.delimiter, patients.header) == ("GBK", "\t", 1)
    assert (drugs.name, drugs.sheet, drugs.header) == ("数据.xlsx", "用药", 3)
    (table,) = drugs.tables
    assert table.system == "ATC"
    assert table.codes == {
        "007": (Coding("ATC", "H02AB06"), Coding("RxNorm", "8638"), Coding("RxNorm", "8640"))
    }
    assert table.empty_end is EmptyEnd.GOES_ON
    assert table.column_places["text"] == "mapping.yaml:12"
