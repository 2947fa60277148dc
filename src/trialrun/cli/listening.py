"""The addresses at which a server listens, taken before anything else is done.

Refuses a host that is none of this machine's, and a port that somebody else has.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from trialrun.errors import UsageError


@contextmanager
def listening(host: str, port: int) -> Iterator[list[socket.socket]]:
    """Take every address that a host stands for (`localhost`: two), and give them back at the end.

    Raises:
        UsageError: none can be taken, or the port is taken at one of them.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):
        raise UsageError(f"--host {host}: there is no such address") from None
    missing: OSError | None = None
    with ExitStack() as held:
        taken = []
        for family, *_, address in found:
            try:
                taken.append(held.enter_context(_taken(family, address)))
            except OSError as error:
                if error.errno not in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                    raise UsageError(_refusal(error, host, port)) from None
                missing = error  # a machine without IPv6 has only one of the two
        if missing is not None and not taken:
            raise UsageError(_refusal(missing, host, port))
        yield taken


def _taken(family: int, address: tuple[object, ...]) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        # Else a server could not be started again until the last connections are forgotten.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind(address)
        listener.listen()
    except OSError:
        listener.close()
        raise
    return listener


def _refusal(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"--port {port}: another program listens there; end it, or name another port"
    if error.errno == errno.EACCES:
        return f"--port {port}: you may not listen there; name one from 1024"
    if error.errno == errno.EADDRNOTAVAIL:
        return f"--host {host}: this is no address of this machine"
    return f"--host {host} --port {port}: {(error.strerror or 'it cannot be used').lower()}"
