"""Nothing leaves the machine: no network connection is ever opened, and none is needed.

Commands run in a process that the system kills when it asks for an internet socket, whoever in it
asks (Python, DuckDB, the renderer of figures). DuckDB is told to fetch and load no extension.
"""

from __future__ import annotations

import ast
import ctypes
import platform
import signal
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.cli.shell import ON, PROTOCOL, Shell

import trialrun

SOCKET = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
"""By machine: its name in the audit of system calls, and the number of `socket` there."""

INTERNET = (2, 10)
"""AF_INET and AF_INET6. Sockets within the machine (AF_UNIX) reach nobody."""

can_be_watched = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in SOCKET,
    reason="only Linux on a known machine can kill a process for a system call",
)


@pytest.fixture
def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Shell:
    monkeypatch.chdir(tmp_path)
    return Shell(tmp_path, capfd)


def die_for_a_socket() -> None:
    """Let the system kill this process, and what it becomes, when it asks for an internet socket.

    A seccomp filter (see seccomp(2)): six instructions of classic BPF over the number of the system
    call, the machine, and the first argument.
    """
    machine, socket = SOCKET[platform.machine()]
    load, jump_if_equal, answer = 0x20, 0x15, 0x06
    allow, kill = 0x7FFF0000, 0x80000000
    filters = [
        (load, 0, 0, 4),
        (jump_if_equal, 0, 5, machine),
        (load, 0, 0, 0),
        (jump_if_equal, 0, 3, socket),
        (load, 0, 0, 16),
        (jump_if_equal, 2, 0, INTERNET[0]),
        (jump_if_equal, 1, 0, INTERNET[1]),
        (answer, 0, 0, allow),
        (answer, 0, 0, kill),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *one) for one in filters))
    program = struct.pack("@HxxxxxxP", len(filters), ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    set_no_new_privileges, set_seccomp, mode_filter = 38, 22, 2
    assert libc.prctl(set_no_new_privileges, 1, 0, 0, 0) == 0
    assert libc.prctl(set_seccomp, mode_filter, ctypes.create_string_buffer(program)) == 0


@can_be_watched
@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6"])
def test_the_watch_is_awake(family: str) -> None:
    """So that the tests below can fail."""
    code = f"import socket; print(1, flush=True); socket.socket(socket.{family})"
    asked = subprocess.run(
        [sys.executable, "-c", code],
        preexec_fn=die_for_a_socket,
        capture_output=True,
        check=False,
    )
    assert (asked.returncode, asked.stdout) == (-signal.SIGSYS, b"1\n")


LOAD_TABLES = (
    *("load", "tables", "--into", "hospital.duckdb"),
    *("--source", "laboratory", "--mapping", "tables.mapping.yaml"),
)


@can_be_watched
def test_everything_works_without_a_network(shell: Shell) -> None:
    hospital = ("--data", "hospital.duckdb", "--on", ON)
    table = shell.folder / "tables"
    table.mkdir()
    (table / "patients.csv").write_text("patient id,sex,birth date\n1,male,1960-01-01\n")
    commands: list[tuple[tuple[str, ...], int]] = [
        (("generate", "export", "--patients", "5", "--on", ON), 0),
        (("load", "export", "--into", "hospital.duckdb"), 0),
        (("screen", PROTOCOL, *hospital, "--out", "out"), 0),
        (("explain", PROTOCOL, "5", *hospital), 0),
        (("load", "tables", "--into", "hospital.duckdb"), 4),
        (LOAD_TABLES, 0),
    ]
    for words, code in commands:
        ran = shell.run_apart(*words, preexec_fn=die_for_a_socket)
        assert (words, ran.code) == (words, code), ran.err


# --- DuckDB ----------------------------------------------------------------------------------

FORBIDDEN = ("autoinstall_known_extensions", "autoload_known_extensions")


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, tuple[bool, ...]]]:
    """How every connection that is opened is set, and by whom."""
    found: list[tuple[str, tuple[bool, ...]]] = []
    connect = duckdb.connect

    def watched(*args: Any, **kwargs: Any) -> duckdb.DuckDBPyConnection:
        connection = connect(*args, **kwargs)
        asked = ", ".join(f"current_setting('{name}')" for name in FORBIDDEN)
        row = connection.execute(f"SELECT {asked}").fetchone()
        assert row is not None
        found.append((Path(sys._getframe(1).f_code.co_filename).name, row))
        return connection

    monkeypatch.setattr(duckdb, "connect", watched)
    return found


def test_every_connection_refuses_to_fetch_and_load_extensions(
    shell: Shell, settings: list[tuple[str, tuple[bool, ...]]]
) -> None:
    hospital = ("--data", "hospital.duckdb", "--on", ON)
    table = shell.folder / "tables"
    table.mkdir()
    (table / "patients.csv").write_text("patient id,sex,birth date\n1,male,1960-01-01\n")
    shell.run("generate", "export", "--patients", "3", "--on", ON)
    for words in (
        ("load", "export", "--into", "hospital.duckdb"),
        ("load", "export", "--into", "hospital.duckdb"),
        ("load", "tables", "--into", "hospital.duckdb"),
        LOAD_TABLES,
        ("explain", PROTOCOL, "1", *hospital),
    ):
        assert shell.run(*words).code in (0, 4)
    assert {"building.py", "store.py", "proposal.py"} <= {opener for opener, _ in settings}
    assert {opener for opener, allowed in settings if any(allowed)} == set()


# --- Python ----------------------------------------------------------------------------------

REACHES_OUT = (
    {
        "socket",
        "ssl",
        "urllib",
        "http",
        "ftplib",
        "smtplib",
        "socketserver",
        "asyncio",
    }
    | {
        "requests",
        "httpx",
        "aiohttp",
        "xmlrpc",
        "webbrowser",
    }
    | {"httpx2", "authlib", "uvicorn"}
)

REACH_OUT = {
    "web/openid.py": {"httpx2", "authlib"},  # asks the identity provider that is configured
    "web/settings.py": {"urllib"},  # takes an address to pieces
    "cli/listening.py": {"socket"},  # takes the address before the trial is opened
    "cli/serving.py": {"socket", "urllib", "uvicorn"},  # answers to browsers
}
"""What the pages need, and nothing else may: module -> what it imports of that."""


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module == "http" and [alias.name for alias in node.names] == ["HTTPStatus"]:
                continue  # a table of numbers
            yield node.module.partition(".")[0]


def test_no_module_imports_what_reaches_out() -> None:
    root = Path(str(trialrun.__file__)).parent
    modules = sorted(root.rglob("*.py"))
    assert len(modules) > 100
    found = {
        path.relative_to(root).as_posix(): reaching
        for path in modules
        if (reaching := REACHES_OUT & set(imported(path)))
    }
    assert found == REACH_OUT
