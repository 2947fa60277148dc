"""Which days a written date may be."""

from __future__ import annotations

import duckdb
import pytest
from tests.partial_dates import parse_span

from trialrun.records.dates import Span
from trialrun.sources.csv.date_formats import (
    DEFAULT_FORMATS,
    clash_of,
    fault_of,
    read_dates_sql,
)


def read(written: str, *formats: str) -> Span | None:
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE t AS SELECT $1 AS text", [written])
        row = connection.execute(read_dates_sql("t", formats, "Asia/Shanghai")).fetchone()
    assert row is not None
    assert row[0] == written
    return Span(row[1], row[2]) if row[1] is not None else None


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("2021-05-03", "2021-05-03"),
        ("2021-5-3", "2021-05-03"),
        ("2021/5/3", "2021-05-03"),
        ("2021/05/03", "2021-05-03"),
        ("2021.5.3", "2021-05-03"),
        ("2021年5月3日", "2021-05-03"),
        ("２０２１年０５月０３日", "2021-05-03"),
        ("20210503", "2021-05-03"),
        ("2020-02-29", "2020-02-29"),
        ("2021-05", "2021-05"),
        ("2021/5", "2021-05"),
        ("2021年5月", "2021-05"),
        ("2020年2月", "2020-02"),
        ("2021", "2021"),
        ("2021年", "2021"),
        # a time of day
        ("2021-05-03 08:30", "2021-05-03"),
        ("2021-05-03 08:30:15.123456", "2021-05-03"),
        ("2021-05-03T08:30:15", "2021-05-03"),
        ("2021-05-03 08:30 PM", "2021-05-03"),
        ("2021/5/3 8:30", "2021-05-03"),
        ("2021年5月3日 10时20分", "2021-05-03"),
        ("2021年5月3日10时20分30秒", "2021-05-03"),
        ("20210503083015", "2021-05-03"),
        ("202105030830", "2021-05-03"),
        ("2021/5/3 下午 8:30", "2021-05-03"),
        ("2021年5月3日 星期一", "2021-05-03"),
        ("2021年5月3日星期一", "2021-05-03"),
        # an offset
        ("2021-05-03T23:30:00Z", "2021-05-04"),
        ("2021-05-03T23:30Z", "2021-05-04"),
        ("2021-05-03T23:30:00+0000", "2021-05-04"),
        ("2021-05-04 00:30:00.5+09:00", "2021-05-03"),
        # goes on
        ("9999-12-31", "9999-12-31"),
    ],
)
def test_dates_by_the_default_formats(written: str, days: str) -> None:
    assert read(written, *DEFAULT_FORMATS) == parse_span(days)


@pytest.mark.parametrize(
    "written",
    [
        "2021-02-30",
        "2021-13-01",
        "2021-13",
        "03/05/2021",
        "0001-01-01",
        # what databases and spreadsheets write where there is none
        "1900-01-01",
        "1900-01-01 00:00:00",
        "1899-12-30",
        "1700-01-01",
        "3021-05-03",
        "21-05-03",
        "2021-5-31234",
        "2021-05-0310时",
        "2021-05-03 下午",
        "2021-05-03 to 2021-05-04",
        "44319",
        "不详",
        "2021-05-03T23:30:00+99:00",
    ],
)
def test_other_texts_are_no_date(written: str) -> None:
    assert read(written, *DEFAULT_FORMATS) is None


@pytest.mark.parametrize(
    ("written", "format_", "day"),
    [
        ("3/5/2021", "D/M/YYYY", "2021-05-03"),
        ("3/5/2021", "M/D/YYYY", "2021-03-05"),
        ("03.05.2021 08:30", "DD.MM.YYYY", "2021-05-03"),
        ("03-MAY-2021", "DD-MON-YYYY", "2021-05-03"),
        ("3 May 2021", "D MON YYYY", "2021-05-03"),
        ("03may2021", "DDMONYYYY", "2021-05-03"),
        ("202105", "YYYYMM", "2021-05"),
        ("44319", "EXCEL", "2021-05-03"),
        ("44319.75", "EXCEL", "2021-05-03"),
    ],
)
def test_declared_formats(written: str, format_: str, day: str) -> None:
    assert read(written, format_) == parse_span(day)


def test_the_first_format_that_gives_a_day_is_taken() -> None:
    assert read("13/5/2021", "M/D/YYYY", "D/M/YYYY") == parse_span("2021-05-13")


@pytest.mark.parametrize(
    ("format_", "is_sound"),
    [
        ("YYYY-MM-DD", True),
        ("YYYY年M月", True),
        ("EXCEL", True),
        ("DD-MON-YYYY", True),
        ("YY-MM-DD", False),
        ("MM-DD", False),
        ("YYYY-DD", False),
        ("YYYY-MM-DD-MM", False),
        ("yyyy-mm-dd", False),
        ("YYYY-MM-DD HH:MI", False),
    ],
)
def test_formats_are_checked(format_: str, is_sound: bool) -> None:
    assert (fault_of(format_) is None) is is_sound


def test_two_formats_must_not_read_one_text_as_two_days() -> None:
    assert clash_of(["YYYY-MM-DD", "D/M/YYYY", "M/D/YYYY"]) == ("D/M/YYYY", "M/D/YYYY")
    assert clash_of(DEFAULT_FORMATS) is None
    assert clash_of(["D/M/YYYY", "M-D-YYYY"]) is None
