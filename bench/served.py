"""A trial served by a process of its own, and clients that are signed in to it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

PORT = 8439
TRIALRUN = str(Path(sys.executable).with_name("trialrun"))


@contextmanager
def served(url: str, data: Path | None = None) -> Iterator[str]:
    """Serve the trial, with the hospital's database if there is one; give its address."""
    words = [TRIALRUN, "serve", "--database", url, "--port", str(PORT)]
    words += ["--data", str(data)] if data else []
    with running(words, PORT, "/sign-in") as address:
        yield address


@contextmanager
def running(words: list[str], port: int, path: str) -> Iterator[str]:
    """Run a server until it is no longer needed; give its address once the path answers."""
    address = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    try:
        for _ in range(600):
            if server.poll() is not None:
                raise RuntimeError(f"{words[0]} has ended at once")
            try:
                httpx2.get(f"{address}{path}", trust_env=False)
                break
            except httpx2.TransportError:
                time.sleep(0.1)
        yield address
    finally:
        server.terminate()
        server.wait()


def client(address: str, token: str) -> httpx2.Client:
    """Return somebody's browser."""
    return httpx2.Client(
        base_url=address, cookies={"trialrun": token}, trust_env=False, timeout=120
    )
