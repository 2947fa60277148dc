"""`trialrun serve`: the pages of a trial, at an address of this machine."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path
from socket import socket
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import uvicorn

from trialrun.cli.listening import listening
from trialrun.cli.output import show_lines, warn
from trialrun.errors import StoreError, UsageError
from trialrun.report.voice import Voice
from trialrun.web.app import create_app
from trialrun.web.settings import OpenIdSettings, Settings
from trialrun.workflows.loading import DEFAULT_TIME_ZONE
from trialrun.workflows.serving import OpenTrial, check_hospital, open_trial

_OPENID = ("DISCOVERY", "CLIENT_ID", "CLIENT_SECRET")


def serve(
    protocol: str,
    database: str,
    data: Path | None,
    *,
    host: str,
    port: int,
    address: str | None,
    time_zone: str | None,
    environment: Mapping[str, str],
    now: datetime,
) -> None:
    """Open the trial, say where it is, and serve its pages until somebody stops it."""
    seen_at = _address(address, host, port)
    openid = _openid(environment)
    check_hospital(data)
    # Before the trial is opened: the first password is told only where it can be used.
    with listening(host, port) as listeners:
        trial = open_trial(database, protocol, now)
        _greet(trial, seen_at)
        sys.stdout.flush()  # also where a file or a service reads it: nothing is printed later
        warn(_about_tls(host, seen_at), Voice("en", {}))
        try:
            settings = Settings(
                trial.database,
                trial.protocol,
                seen_at,
                data,
                openid=openid,
                time_zone=ZoneInfo(time_zone or DEFAULT_TIME_ZONE),
            )
            with trial.database.reading() as session:
                settings.grades.count(session)  # else the first visitor would wait for all of it
            _answer(settings, listeners)
        finally:
            trial.database.close()


def _answer(settings: Settings, listeners: list[socket]) -> None:
    """Answer browsers until somebody ends it."""
    logging.basicConfig(format="trialrun: %(message)s")
    # The log of requests is off: the trail says who did what.
    config = uvicorn.Config(
        create_app(settings), access_log=False, server_header=False, log_level="warning"
    )
    uvicorn.Server(config).run(sockets=listeners)


def _address(address: str | None, host: str, port: int) -> str:
    """Return what people type.

    Raises:
        UsageError: it is no address of a whole site.
    """
    if address is None:
        named = f"[{host}]" if ":" in host else host
        return f"http://{named}:{port}"
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
        raise UsageError(f"{address} is no address: write it as https://trial.example.org")
    return f"{parts.scheme}://{parts.netloc}"


def _greet(trial: OpenTrial, address: str) -> None:
    show_lines(f"{trial.protocol.name} is at {address}; Ctrl-C ends it")
    if trial.first_password is not None:
        show_lines(
            "This is the first start. Sign in, and choose a password of your own:",
            f"  name      {trial.administrator}",
            f"  password  {trial.first_password}   (for one use; it is not shown again)",
        )


def _about_tls(host: str, address: str) -> list[str]:
    if _is_loopback(host) or address.startswith("https://"):
        return []
    return [
        "passwords and records cross the network unencrypted: let a reverse proxy with TLS stand in"
        " front, and name its address with --address https://..."
    ]


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _openid(environment: Mapping[str, str]) -> OpenIdSettings | None:
    """Read `TRIALRUN_OIDC_...`: all three, or none; each may be in a file (`..._FILE`).

    Raises:
        UsageError: some are missing.
    """
    found = {name: _setting(environment, f"TRIALRUN_OIDC_{name}") for name in _OPENID}
    if not any(found.values()):
        return None
    missing = [f"TRIALRUN_OIDC_{name}" for name, value in found.items() if not value]
    if missing:
        raise UsageError(f"{', '.join(missing)}: not set, and the others are; set all three")
    return OpenIdSettings(*(found[name] for name in _OPENID))


def _setting(environment: Mapping[str, str], name: str) -> str:
    if name in environment:
        return environment[name].strip()
    if f"{name}_FILE" not in environment:
        return ""
    return _content(Path(environment[f"{name}_FILE"]))


def _content(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"{path} cannot be read") from error
