"""`trialrun design`: published designs, as a user asks for them, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.cli.shell import Shell

from trialrun.cli.design_commands import design

EXAMPLES = [
    (one.epilog or "").removeprefix("Example: trialrun ") for one in design.registered_commands
]


def designed(shell: Shell, *words: str) -> list[dict[str, Any]]:
    ran = shell.run("design", *words, "--json")
    assert ran.code == 0, ran.err
    found: list[dict[str, Any]] = json.loads(ran.out)
    return found


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        # R, gsDesign and ldbounds, one-sided .025
        (
            "--looks 5 --kind obrien-fleming",
            [4.5617423, 3.2256389, 2.6337232, 2.2808712, 2.0400732],
        ),
        ("--looks 3 --kind lan-demets-obrien-fleming", [3.7103029, 2.5114275, 1.9930475]),
        # Jennison and Turnbull 2000, table 2.1: C_P(5, .05), two-sided
        ("--looks 5 --kind pocock --alpha 0.05 --two-sided", [2.413] * 5),
        # A spending of (nearly) everything at the end is one look: the quantile of .975
        ("--looks 2 --kind hwang-shih-decani --gamma -40", [None, 1.959964]),
        ("--information 1 --kind lan-demets-pocock", [1.959964]),
    ],
)
def test_boundaries(shell: Shell, words: str, expected: list[float | None]) -> None:
    found = designed(shell, "group-sequential", *words.split())
    for row, boundary in zip(found, expected, strict=True):
        if boundary is not None:
            digits = 5e-4 if boundary == 2.413 else 2e-6
            assert row["design_upper"] == pytest.approx(boundary, abs=digits)
        assert (row["design_lower"] is None) is ("--two-sided" not in words)


def test_looks_at_fractions_of_the_information(shell: Shell) -> None:
    words = ["--information", "0.3", "--information", "1", "--kind", "pocock"]
    found = designed(shell, "group-sequential", *words)
    assert [row["design_information"] for row in found] == [30, 100]


def test_exact_binomial(shell: Shell) -> None:
    """R, gsDesign: gsBinomialExact(k=2, theta=c(.1,.2), n.I=c(50,100), a=c(-1,-1), b=c(13,17))."""
    words = ["--stage", "50:13", "--stage", "100:17", "--rate", "0.1", "--rate", "0.2"]
    null, alternative = designed(shell, "exact-binomial", *words)
    (first, second) = (f"First stops with {k} of {n} or more" for k, n in ((13, 50), (17, 100)))
    assert null[first] == pytest.approx(0.00100462, abs=5e-9)
    assert null[second] == pytest.approx(0.01979986, abs=5e-9)
    assert null["design_expected_n"] == pytest.approx(99.94977, abs=5e-6)
    assert alternative[first] == pytest.approx(0.1860570, abs=5e-8)
    assert alternative[second] == pytest.approx(0.6221024, abs=5e-8)


def test_simon(shell: Shell) -> None:
    """Simon 1989, table 1: p0 .1, p1 .3, both errors .1."""
    words = ["--null", "0.1", "--alternative", "0.3", "--alpha", "0.1", "--beta", "0.1"]
    found = designed(shell, "two-stage", *words)
    sizes = [[row[f"design_{name}"] for name in ("r1", "n1", "r", "n")] for row in found]
    assert (sizes[0], sizes[-1]) == ([1, 16, 4, 25], [1, 12, 5, 35])
    said = shell.run("design", "two-stage", *words, "--language", "zh")
    assert "极小极大" in said.out
    assert "最优" in said.out
    assert "无效应答率" in said.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("two-stage --null 0.3 --alternative 0.3", "there is no such design"),
        ("two-stage --null 0.5 --alternative 0.51", "keeps these errors"),
        ("exact-binomial --stage 50-13 --rate 0.1", "write participants:events, such as 50:13"),
        ("exact-binomial --stage 50:13 --stage 40:9 --rate 0.1", "there is no such design"),
        ("exact-binomial --stage 50:13 --rate 1.5", "there is no such design"),
        ("group-sequential --kind pocock --gamma 3", "--gamma goes with"),
        ("group-sequential --kind hwang-shih-decani", "--gamma goes with"),
        ("group-sequential --kind pocock --information 0.5 --information 1.2", "end at 1"),
        ("group-sequential --kind pocock --alpha nan", "alpha lies between"),
    ],
)
def test_what_is_refused(shell: Shell, words: str, said: str) -> None:
    ran = shell.run("design", *words.split())
    assert ran.code == 2
    assert said in " ".join(ran.err.split())


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_example_of_the_help_works(shell: Shell, example: str) -> None:
    assert shell.run(*example.split()).code == 0
