"""`trialrun serve` in a process of its own, and `trialrun audit verify`."""

from __future__ import annotations

import json
import re
import signal
import socket
import time
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import text
from tests.cli.shell import Shell, free_port

from trialrun.cli import serving
from trialrun.cli.listening import listening
from trialrun.conduct.audit import verify
from trialrun.conduct.database import connect
from trialrun.errors import StoreError, UsageError


@pytest.fixture
def port() -> int:
    return free_port()


def answered(address: str) -> httpx2.Response:
    """Ask until the server is there."""
    with httpx2.Client(trust_env=False) as client:
        for _ in range(300):
            try:
                return client.get(address)
            except httpx2.ConnectError:
                time.sleep(0.1)
    raise AssertionError("nobody answers")


def test_the_first_start_and_the_second(shell: Shell, port: int) -> None:
    words = ("serve", "--database", "sqlite:///trial.db", "--port", str(port))
    said = []
    for _ in range(2):
        started = shell.start(*words)
        page = answered(f"http://127.0.0.1:{port}/sign-in")
        assert page.status_code == 200
        assert "server" not in page.headers
        started.send_signal(signal.SIGINT)
        out, err = started.communicate(timeout=30)
        said.append(out.decode())
        assert (started.returncode, b"Traceback" in err) in ((130, False), (0, False)), err
    first, second = said
    assert f"http://127.0.0.1:{port}" in first
    password = re.search(r"password  (\S+)", first)
    assert password
    assert "password" not in second
    assert Path("trial.db").stat().st_mode & 0o777 == 0o600
    assert password[1].encode() not in Path("trial.db").read_bytes()


@pytest.fixture
def trial(shell: Shell) -> str:
    """The database of a trial that was begun."""
    from datetime import UTC, datetime

    from trialrun.workflows.serving import open_trial

    opened = open_trial(
        "sqlite:///trial.db", "ld-il2-immune-als", datetime(2022, 1, 15, tzinfo=UTC)
    )
    opened.database.close()
    return "sqlite:///trial.db"


def test_a_whole_trail(shell: Shell, trial: str) -> None:
    database = connect(trial)
    head = verify(database).head
    database.close()
    ran = shell.run("audit", "verify", "--database", trial, "--head", head.upper())
    assert (ran.code, "the trail is whole" in ran.out, head in ran.out) == (0, True, True)
    ran = shell.run("audit", "verify", "--database", trial, "--json")
    said = json.loads(ran.out)
    assert (ran.code, said["problems"], said["head"], said["events"]) == (0, [], head, 1)


def test_a_trail_that_is_not_whole(shell: Shell, trial: str) -> None:
    database = connect(trial)
    with database.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER event_stands"))
        connection.execute(text("UPDATE event SET actor = 'x'"))
    database.close()
    ran = shell.run("audit", "verify", "--database", trial)
    assert (ran.code, "audit event 1: it, or its act, is not what was sealed" in ran.out) == (
        9,
        True,
    )
    ran = shell.run("audit", "verify", "--database", trial, "--json")
    assert ran.code == 9
    assert [problem["where"] for problem in json.loads(ran.out)["problems"]] == [
        "audit event 1",
        "trigger event_stands",
    ]
    ran = shell.run("audit", "verify", "--database", trial, "--head", "0" * 64)
    assert (ran.code, "the printed head is not in the chain" in ran.out) == (9, True)


@pytest.mark.parametrize("head", [" ", "0" * 63, "0" * 65, "the head", "0" * 63 + "x"])
def test_what_is_no_head_is_not_taken_for_a_trail_that_is_not_whole(
    shell: Shell, trial: str, head: str
) -> None:
    ran = shell.run("audit", "verify", "--database", trial, "--head", head)
    assert (ran.code, "this is no head" in ran.err, ran.out) == (2, True, "")


# What is named as a database | exit code | what is said
NO_DATABASES = [
    ("sqlite:///none.db", 6, "there is no database none.db"),
    ("sqlite:///text.db", 5, "it is no trial's database"),
    ("sqlite:///empty.db", 5, "it is no trial's database"),
    ("mysql://x/y", 2, "is no database"),
    ("trial.db", 2, "is no database"),
    ("sqlite://", 2, "is no database"),
    ("postgresql://127.0.0.1:1/trial", 5, "the database does not answer"),
]


@pytest.mark.parametrize(("url", "code", "said"), NO_DATABASES)
def test_what_is_no_database(shell: Shell, url: str, code: int, said: str) -> None:
    Path("text.db").write_text("no database at all")
    Path("empty.db").touch()
    ran = shell.run("audit", "verify", "--database", url)
    assert (ran.code, said in ran.in_one_line) == (code, True), ran.err
    assert not Path("none.db").exists()


@pytest.mark.parametrize(
    "address", ["trial.test", "ftp://trial.test", "https://x.test/trial", "//"]
)
def test_an_address_that_is_none(shell: Shell, address: str) -> None:
    ran = shell.run("serve", "--address", address)
    assert (ran.code, "is no address" in ran.in_one_line) == (2, True)
    assert not Path("trial.db").exists()


# Where nobody can listen | what is said
NOWHERE = [
    (("--host", "999.1.1.1"), "--host 999.1.1.1: there is no such address"),
    (("--host", "192.0.2.1"), "--host 192.0.2.1: this is no address of this machine"),  # RFC 5737
    (("--port", "{taken}"), "another program listens there"),
]


@pytest.mark.parametrize(("words", "said"), NOWHERE)
def test_where_nobody_can_listen(shell: Shell, words: tuple[str, ...], said: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = str(other.getsockname()[1])
        ran = shell.run("serve", *(word.replace("{taken}", taken) for word in words))
    assert (ran.code, ran.out, said in ran.in_one_line) == (2, "", True), ran.err
    assert not Path("trial.db").exists()


def test_a_name_stands_for_each_of_its_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    known = [(socket.AF_INET, 1, 6, "", (f"127.0.0.{last}", 0)) for last in (1, 2)]
    elsewhere = [(socket.AF_INET, 1, 6, "", ("192.0.2.1", 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [*elsewhere, *known])
    with listening("both", 0) as taken:
        assert [one.getsockname()[0] for one in taken] == ["127.0.0.1", "127.0.0.2"]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: elsewhere)
    with pytest.raises(UsageError, match="no address of this machine"), listening("both", 0):
        pass


# What is named as the hospital's records: nothing, a text, and the database of the trial
NO_HOSPITALS = ("none.duckdb", "text.duckdb", "trial.db")


@pytest.mark.parametrize("name", NO_HOSPITALS)
def test_records_that_cannot_be_read_stop_the_start(
    shell: Shell, trial: str, port: int, name: str
) -> None:
    Path("text.duckdb").write_text("no database at all")
    ran = shell.run("serve", "--database", trial, "--data", name, "--port", str(port))
    assert (ran.code, ran.out, name in ran.err) == (5, "", True), ran.err
    assert "Traceback" not in ran.err


def test_addresses() -> None:
    assert serving._address(None, "::1", 80) == "http://[::1]:80"
    assert serving._address("https://trial.test:8443/", "0.0.0.0", 1) == "https://trial.test:8443"
    assert serving._about_tls("127.0.0.2", "http://127.0.0.2:1") == []
    assert serving._about_tls("localhost", "http://localhost:1") == []
    assert serving._about_tls("0.0.0.0", "https://trial.test") == []
    assert "TLS" in serving._about_tls("0.0.0.0", "http://trial.test")[0]


def test_the_identity_provider_is_configured_whole_or_not_at_all(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hidden\n")
    environment = {
        "TRIALRUN_OIDC_DISCOVERY": "https://idp.test/.well-known/openid-configuration",
        "TRIALRUN_OIDC_CLIENT_ID": "trial",
        "TRIALRUN_OIDC_CLIENT_SECRET_FILE": str(secret),
    }
    found = serving._openid(environment)
    assert found is not None
    assert (found.client_id, found.client_secret, "hidden" in repr(found)) == (
        "trial",
        "hidden",
        False,
    )
    assert serving._openid({}) is None
    with pytest.raises(UsageError, match="TRIALRUN_OIDC_CLIENT_SECRET"):
        serving._openid({**environment, "TRIALRUN_OIDC_CLIENT_SECRET_FILE": "/dev/null"})
    with pytest.raises(StoreError, match="cannot be read"):
        serving._openid({"TRIALRUN_OIDC_CLIENT_ID_FILE": str(tmp_path / "none")})


def test_the_pages_have_the_time_zone_that_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, port: int
) -> None:
    from datetime import UTC, datetime

    served: list[str] = []
    monkeypatch.setattr(serving, "_answer", lambda made, _: served.append(str(made.time_zone)))
    for zone in (None, "Europe/Berlin"):
        serving.serve(
            "ld-il2-immune-als",
            f"sqlite:///{tmp_path}/trial.db",
            None,
            host="127.0.0.1",
            port=port,
            address=None,
            time_zone=zone,
            environment={},
            now=datetime(2022, 1, 15, tzinfo=UTC),
        )
    assert served == ["Asia/Shanghai", "Europe/Berlin"]
