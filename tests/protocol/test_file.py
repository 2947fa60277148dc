"""What cannot be read: each fault of a file is named with its line, all at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent, indent

import pytest
from tests.protocol.conftest import AGE

from trialrun.criteria.expressions import Within
from trialrun.criteria.parse import parse
from trialrun.errors import NotFoundError, ProtocolError
from trialrun.protocol.file import read_protocol
from trialrun.protocol.model import Category
from trialrun.records.dates import DateUnit

Write = Callable[..., Path]


def problems_of(path: Path | str) -> list[str]:
    with pytest.raises(ProtocolError) as caught:
        read_protocol(path)
    return [str(problem) for problem in caught.value.problems]


def test_a_small_protocol_is_read(write: Write) -> None:
    protocol = read_protocol(write())
    (found,) = protocol.criteria
    assert (found.id, found.sentence, found.category) == ("I1", "I1", Category.INCLUSION)
    assert found.expression == parse("age from 18 to 70 years")
    assert found.where == "small.yaml:25"
    assert protocol.places["registry.ages"] == "small.yaml:13"


@pytest.mark.parametrize(
    ("written", "window"),
    [
        ("", None),
        ("confirmed_within: 30 days", Within(30, DateUnit.DAYS)),
        ("confirmed_within: 1 week", Within(1, DateUnit.WEEKS)),
        ("confirmed_within: 2 months", Within(2, DateUnit.MONTHS)),
        ("confirmed_within: 1 year", Within(1, DateUnit.YEARS)),
    ],
)
def test_how_long_a_confirmation_stands(write: Write, written: str, window: Within | None) -> None:
    fields = f"stage: record\n  confirm: true\n  {written}\n  logic: age at least 18 years\n"
    (found,) = read_protocol(
        write(f"- id: I1\n  category: inclusion\n  text: Old\n  {fields}")
    ).criteria
    assert (found.confirm, found.confirmed_within) == (True, window)


def test_what_is_watched_is_said_of_a_sentence_or_of_a_part(write: Write) -> None:
    protocol = read_protocol(
        write(
            """\
            - {id: E1, category: exclusion, text: A, stage: record, watch: true, logic: sex is male}
            - id: E2
              category: exclusion
              text: B
              parts:
                - {id: E2a, stage: record, watch: true, logic: age at least 70 years}
                - {id: E2b, stage: record, logic: age at most 17 years}
            """
        )
    )
    assert [c.id for c in protocol.watched_exclusions] == ["E1", "E2a"]


def test_a_folder_stands_for_its_protocol(write: Write) -> None:
    path = write()
    path.rename(path.with_name("protocol.yaml"))
    assert read_protocol(path.parent).name == "small"


def test_a_name_that_is_not_shipped() -> None:
    with pytest.raises(NotFoundError) as raised:
        read_protocol("ld-il2-imune-als")
    assert [str(problem) for problem in raised.value.problems] == [
        "ld-il2-imune-als: neither a file nor the name of a shipped protocol "
        "(did you mean 'ld-il2-immune-als'? shipped are: cdisc-pilot, ld-il2-immune-als)"
    ]


def test_a_folder_without_a_protocol_names_the_files_that_may_be_meant(write: Write) -> None:
    path = write()
    with pytest.raises(NotFoundError) as raised:
        read_protocol(path.parent)
    assert f"name the file: {path}" in str(raised.value)


def test_parts_share_a_sentence(write: Write) -> None:
    protocol = read_protocol(
        write("""\
        - id: E3
          category: exclusion
          text: Vaccination before or after enrolment
          parts:
            - id: E3a
              stage: record
              logic: immunisation in [any-vaccine] within 6 months
            - id: E3b
              obligation: true
              stage: follow-up
              logic: no immunisation in [any-vaccine] within 6 months
              hint: immunisation in [any-vaccine]
        """)
    )
    (sentence,) = protocol.sentences
    assert [(c.id, c.category.value, c.sentence) for c in sentence.criteria] == [
        ("E3a", "exclusion", "E3"),
        ("E3b", "obligation", "E3"),
    ]
    assert {c.text for c in sentence.criteria} == {"Vaccination before or after enrolment"}
    assert sentence.criteria[1].hint == parse("immunisation in [any-vaccine]")


FAULTS = [
    pytest.param(
        "- id: I1\n  category: inclusion\n  text: Old\n  stage: record\n  logik: age at least 18\n",
        [
            "small.yaml:25: unknown key 'logik' (did you mean 'logic'?)",
        ],
        id="unknown key",
    ),
    pytest.param(
        "- id: I1\n  category: inclusion\n  stage: record\n  logic: age at least 18 years\n",
        ["small.yaml:21: the key 'text' is missing (add it)"],
        id="missing key",
    ),
    pytest.param(
        "- id: I1\n  category: inclusion\n  text: Old\n",
        ["small.yaml:21: a sentence needs logic and stage, or parts that have them"],
        id="no logic",
    ),
    pytest.param(
        """\
        - id: I1
          category: inclusion
          text: Old
          logic: sex is male
          parts:
            - {id: I1a, stage: record, logic: sex is male}
        """,
        [
            "small.yaml:21: a sentence with parts has no logic of its own: write it in the parts",
        ],
        id="logic and parts",
    ),
    pytest.param(
        "- id: I1\n  category: obligation\n  text: Old\n  stage: record\n  logic: sex is male\n",
        [
            "small.yaml:21: the registry lists inclusions and exclusions: write obligation: true",
        ],
        id="obligation is no list of the registry",
    ),
    pytest.param(
        "- id: I1\n  category: inclusion\n  text: Old\n  stage: recrod\n  logic: sex is male\n",
        ["small.yaml:24: 'stage': input should be 'record', 'visit' or 'follow-up'"],
        id="unknown stage",
    ),
    *(
        pytest.param(
            "- id: I1\n  category: inclusion\n  text: Old\n  stage: record\n  confirm: true\n"
            f"  confirmed_within: {written}\n  logic: sex is male\n",
            [f"small.yaml:26: '{written}' is no length of time: write it like 30 days"],
            id=f"confirmed within {written}",
        )
        for written in ("30", "1.5 months", "-3 days", "30 days after enrolment", "a week")
    ),
    pytest.param(
        "- id: I1\n  category: inclusion\n  text: Old\n  stage: record\n"
        "  confirmed_within: 30 days\n  logic: sex is male\n",
        ["small.yaml:21: confirmed_within is about a confirmation: write confirm: true"],
        id="confirmed within, and not to be confirmed",
    ),
    pytest.param(
        """\
        - id: I1
          category: inclusion
          text: Old
          parts:
            - {id: I1a, stage: record, logic: sex is male, confirmed_within: 30 days}
        """,
        ["small.yaml:25: confirmed_within is about a confirmation: write confirm: true"],
        id="a part confirmed within, and not to be confirmed",
    ),
    pytest.param(
        """\
        - {id: I1, category: inclusion, text: One, stage: record, logic: sex is male}
        - {id: I1, category: inclusion, text: Two, stage: record, logic: sex is female}
        """,
        [
            "small.yaml:22: the id 'I1' is used twice (first at small.yaml:21)",
        ],
        id="duplicate id",
    ),
    pytest.param(
        "- I1\n",
        [
            "small.yaml:21: item 1 is not something with keys of its own "
            "(write them below it, indented)",
        ],
        id="not a mapping",
    ),
    pytest.param("- &a\n  parts: [*a]\n", ["small.yaml:21: the anchor '&a'"], id="alias cycle"),
    pytest.param("- id: [I1\n", ["not YAML"], id="not YAML"),
    pytest.param("- id: I1\n  id: I2\n", ["the key 'id' is written twice"], id="key twice"),
]


@pytest.mark.parametrize(("criteria", "expected"), FAULTS)
def test_a_fault_is_named_with_its_line(write: Write, criteria: str, expected: list[str]) -> None:
    found = problems_of(write(criteria))
    assert len(found) == len(expected), found
    for problem, said in zip(found, expected, strict=True):
        assert said in problem


def test_faults_of_the_head_are_named_too(write: Write) -> None:
    path = write(phase="  fase: Phase 2", visits="  visits: [{id: V1, titel: First, day: 0}]")
    found = problems_of(path)
    assert any(
        f.startswith("small.yaml:9: unknown key 'fase' (did you mean 'phase'?)") for f in found
    )
    assert any("small.yaml:17: unknown key 'titel' (did you mean 'title'?)" in f for f in found)
    assert any("the key 'before' is missing" in f for f in found)


HEADS = [
    ("version", "version: 1", "small.yaml:2: 'version' is not a text (put it in quotes)"),
    ("healthy_volunteers", "  healthy_volunteers: perhaps", "12: 'healthy_volunteers' is not true"),
    ("ages", "  ages: {minimum: old}", "13: 'minimum' is not a whole number"),
    ("phase", "  phase: 2\n", "9: 'phase' is not a text"),
    ("title", "  title: T\n  dates: {start: 2022-02-30}", "6: 'start' is not a day"),
    ("arms", "  arms: one", "15: 'arms' is not a list (begin each of its items with '- ')"),
]


@pytest.mark.parametrize(("key", "line", "found"), HEADS)
def test_a_value_of_the_wrong_kind(write: Write, key: str, line: str, found: str) -> None:
    (problem,) = problems_of(write(**{key: line}))
    assert found in problem


IDS = [
    ('""', "'' is no id (write letters, digits"),
    ('"I 1"', "'I 1' is no id"),
    ('"I1;E2"', "'I1;E2' is no id"),
    ('"=I1"', "'=I1' is no id"),
    ('"../x"', "'../x' is no id"),
    ('"<b>"', "'<b>' is no id"),
    ("Ｉ1", "'Ｉ1' is no id"),
    (f"I{'1' * 40}", "is too long (use at most 40 characters)"),
]


@pytest.mark.parametrize(("written", "found"), IDS)
def test_an_id_can_stand_in_a_list_and_in_an_address(
    write: Write, written: str, found: str
) -> None:
    (problem,) = problems_of(write(AGE.replace("id: I1", f"id: {written}")))
    assert problem.startswith("small.yaml:21: ")
    assert found in problem


def test_an_id_may_be_in_any_script(write: Write) -> None:
    assert read_protocol(write(AGE.replace("id: I1", "id: 入组-1.a"))).criteria[0].id == "入组-1.a"


# what is hidden: a direction turned round, a line end that is none, a blank without width
@pytest.mark.parametrize("hidden", ["\u202e", "\u2028", "\u200b", "\ufffe", "\u0085"])
def test_what_nobody_can_see_is_refused(write: Write, hidden: str) -> None:
    """A line must say to the program what it says to whoever signs it."""
    written = AGE.replace("text: From", f'text: "From\\u{ord(hidden):04x}').replace(
        "old", 'old"', 1
    )
    (problem,) = problems_of(write(written))
    place = f"small.yaml:23: a character that cannot be seen (U+{ord(hidden):04X})"
    assert problem.startswith(place)


REGIMEN = (
    "  arms: [{id: A, title: A, type: X, description: D, regimen: {drug: D, dose: 1, unit: mg,"
    " route: oral, every_days: 1, injections: 3, course_days: 7, courses: 2}}]"
)
NUMBERS = [
    ("ages", "  ages: {minimum: 200}", "small.yaml:13: 'minimum' cannot be 200 (write an age"),
    ("ages", "  ages: {minimum: -3}", "small.yaml:13: 'minimum' cannot be -3"),
    ("ages", "  ages: {minimum: 70, maximum: 18}", "13: no age is from 70 to 18 years"),
    ("ages", f"  ages: {{maximum: {'9' * 5000}}}", "13: 'maximum' is not a whole number"),
    ("arms", "  end_of_follow_up_day: 99999999999", "15: 'end_of_follow_up_day' cannot be 999"),
    ("arms", "  end_of_follow_up_day: -1", "15: 'end_of_follow_up_day' cannot be -1"),
    ("arms", REGIMEN.replace("injections: 3", "injections: 1000000000"), "15: 'injections' cannot"),
    ("arms", REGIMEN.replace("every_days: 1", "every_days: 999999999999"), "'every_days' cannot"),
    ("visits", "  visits: [5]", "small.yaml:17: item 1 is not something with keys of its own"),
]


@pytest.mark.parametrize(("key", "line", "found"), NUMBERS)
def test_a_number_that_no_trial_has(write: Write, key: str, line: str, found: str) -> None:
    (problem,) = problems_of(write(**{key: line}))
    assert found in problem


def test_an_unknown_key_that_resembles_nothing_lists_what_may_stand(write: Write) -> None:
    (found,) = problems_of(write(ages="  ages: {minimum: 18, maximum: 70, zzz: 1}"))
    assert found == "small.yaml:13: unknown key 'zzz' (known here: maximum, minimum)"


def test_all_problems_at_once_in_the_order_of_the_file(write: Write) -> None:
    path = write(
        """\
        - {id: I1, category: inclusion, text: One, stage: record, logic: age of 18}
        - {id: I2, category: inclusion, text: Two, stage: recrod, logic: sex is male}
        """,
        sex="  sexes: All",
    )
    folder = path.parent / "value_sets"
    folder.mkdir()
    (folder / "mine.yaml").write_text("id: mine\n", encoding="utf-8")
    found = problems_of(path)
    places = [f.split(" ")[0] for f in found if f.startswith("small.yaml")]
    assert places == sorted(places, key=lambda place: int(place.strip(":").rpartition(":")[2]))
    for said in ("mine.yaml", "'sexes'", "column 72", "'stage'"):
        assert any(said in f for f in found), (said, found)


LINES = [
    pytest.param("logic: age frm 18 to 70 years", 25, 16, id="on the key's line"),
    pytest.param('logic: "age frm 18 to 70 years"', 25, 17, id="quoted"),
    pytest.param("logic: >\n  sex is male\n  or age frm 18 years", 27, 14, id="folded"),
    pytest.param("logic: |\n  sex is male\n  or age frm 18 years", 27, 14, id="literal"),
    pytest.param("logic: >- # ours\n  sex is male\n  or age frm 18", 27, 14, id="comment"),
    pytest.param("logic: sex is male\n  or age frm 18 years", 26, 14, id="plain, folded"),
    pytest.param("logic: >\n  sex is male\n  or", 27, 9, id="ends too early"),
    pytest.param("logic: sex is male\nhint: sex was male", 26, 15, id="hint"),
]


@pytest.mark.parametrize(("logic", "line", "column"), LINES)
def test_a_fault_of_the_language_is_placed_in_the_file(
    write: Write, logic: str, line: int, column: int
) -> None:
    path = write()
    head = path.read_text(encoding="utf-8").split("    logic:")[0]
    path.write_text(head + indent(logic, "    ") + "\n", encoding="utf-8")
    (found,) = problems_of(path)
    assert found.startswith(f"small.yaml:{line}: column {column}:"), found


def test_a_value_set_beside_the_file_is_the_protocols_own(write: Write) -> None:
    path = write(
        "- {id: E1, category: exclusion, text: Ill, stage: record, logic: 'condition in [gout]'}"
    )
    folder = path.parent / "value_sets"
    folder.mkdir()
    (folder / "gout.yaml").write_text(
        dedent("""\
        id: gout
        title: Gout
        source: WHO ICD-10 2019, M10
        codes: {ICD-10: {"M10*": Gout}}
        """),
        encoding="utf-8",
    )
    protocol = read_protocol(path)
    assert protocol.own_value_sets == {"gout"}
    assert {"gout", "platelets"} <= protocol.value_sets.keys()


@pytest.mark.parametrize("text", ["", "- a\n", "name\n"])
def test_a_file_that_is_no_protocol(tmp_path: Path, text: str) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(text, encoding="utf-8")
    assert problems_of(path) == ["small.yaml:1: not a protocol: no keys (begin with 'name: ...')"]


def test_everything_is_said_at_once(write: Write) -> None:
    """A wrong key hides neither an id used twice nor a value set that does not exist."""
    criteria = """\
        - id: I1
          category: inclusion
          text: Young
          stage: recorded
          logic: age at most 30 years
        - id: I1
          category: inclusion
          text: Old
          stage: record
          logic: condition in [dementai]
        """
    said = problems_of(write(criteria))
    assert said == [
        "small.yaml:24: 'stage': input should be 'record', 'visit' or 'follow-up'",
        "small.yaml:26: the id 'I1' is used twice (first at small.yaml:21)",
        "small.yaml:30: there is no value set [dementai] (did you mean 'dementia'?)",
    ]


def test_an_unknown_key_does_not_hide_what_the_rest_says_against_itself(write: Write) -> None:
    """Ages that contradict the registry's, beside a misspelt key; each with its line."""
    path = write(AGE + "  asumptions: [None]\n", ages="  ages: {minimum: 20, maximum: 70}")
    assert problems_of(path) == [
        "small.yaml:25: I1: ages 18 to 70 are let in, and 20 to 70 in the registry"
        " (compare small.yaml:13)",
        "small.yaml:26: unknown key 'asumptions' (did you mean 'assumptions'?)",
    ]


def test_unknown_keys_at_every_depth_are_left_out_of_the_further_checks(write: Write) -> None:
    """The design is of other classes than the criteria, and its keys are refused by other words."""
    path = write(
        AGE, periods="  periods: [{id: P, title: P, first_day: 9, last_day: 1, lenght: 3}]"
    )
    found = problems_of(path)
    assert [problem.split(" ", 1)[1].split(" (")[0] for problem in found] == [
        "unknown key 'lenght'",
        "'P' ends before it starts",
    ]
