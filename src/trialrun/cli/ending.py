"""How a command ends: its exit code, and the words for whatever went wrong.

Refuses to show a traceback: a user's mistake needs none, and the message of an error that nobody
foresaw may quote a patient's record. Of such a fault the places in the program are shown instead.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from trialrun.cli.visible import visible
from trialrun.errors import DisagreementError, StoreError, TrialrunError

NOBODY_READS = 1
"""Whoever read the output has gone away (`| head`); Typer and rich end so, too."""

_PROGRAM = Path(__file__).parents[1]
_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def exit_code_of(command: Callable[[], object]) -> int:
    """Run a command to its end, say what went wrong, and return the exit code."""
    asked_to_stop: list[int] = []
    _open_what_is_closed()
    try:
        with _stopped_in_order(asked_to_stop):
            ended = command()
            sys.stdout.flush()
    except BaseException as error:  # noqa: BLE001 - the last place that can keep it from view
        # DuckDB makes an error of its own of a signal: the signal is what has happened.
        return _stopped(asked_to_stop[0]) if asked_to_stop else _ending(error)
    if asked_to_stop:
        return _stopped(asked_to_stop[0])
    return ended if isinstance(ended, int) else 0


def _open_what_is_closed() -> None:
    """Let what is said into a closed output (`>&-`) go nowhere; files are written all the same."""
    if sys.stdout is None:
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - to the end
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - to the end


def _stopped(number: int) -> int:
    """Return the exit code of a run that a signal has stopped, as shells count."""
    if number == signal.SIGINT:
        _say("interrupted")
    return 128 + number


def _ending(error: BaseException) -> int:
    match error:
        case TrialrunError():
            _say(str(error))
            return error.exit_code
        case SystemExit():
            return error.code if isinstance(error.code, int) else 1
        case BrokenPipeError():
            _silence(sys.stdout)
            return NOBODY_READS
        case OSError():
            return _refused_by_the_system(error)
    return _misused(error) or _fault(error)


def _refused_by_the_system(error: OSError) -> int:
    place = error.filename if error.filename is not None else "the output"
    _say(f"{place}: {(error.strerror or type(error).__name__).lower()}")
    if error.filename is None:
        _silence(sys.stdout)
    return StoreError.exit_code


def _misused(error: BaseException) -> int:
    """Say which words do not fit, and where help is; asked nothing, the help was shown already."""
    from typer.exceptions import TyperException

    if not isinstance(error, TyperException):
        return 0
    if message := error.format_message():
        context = getattr(error, "ctx", None)
        path = context.command_path if context else "trialrun"
        # Typer hands on how a library begins such a message.
        message = message.replace("Value error, ", "")
        _say(f"{message}\nsee: {path} --help")
    return error.exit_code


def _fault(error: BaseException) -> int:
    # What could not be imported is no patient's, and says which part of the installation lacks.
    what = str(error) if isinstance(error, ImportError) else type(error).__name__
    _say(f"the program has failed ({what}); please report this, it holds nothing of a patient:")
    for frame in traceback.extract_tb(error.__traceback__):
        if Path(frame.filename).is_relative_to(_PROGRAM):
            place = Path(frame.filename).relative_to(_PROGRAM)
            _write(f"  {place}:{frame.lineno} in {frame.name}")
    return DisagreementError.exit_code


def _say(text: str) -> None:
    _write(f"trialrun: {text}")


def _write(text: str) -> None:
    try:
        sys.stderr.write(f"{visible(text)}\n")
        sys.stderr.flush()
    except OSError:
        _silence(sys.stderr)


def _silence(stream: object) -> None:
    """Let what is left in a stream that nobody reads go nowhere, so that its end is quiet."""
    if hasattr(stream, "fileno"):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


@contextmanager
def _stopped_in_order(asked: list[int]) -> Iterator[None]:
    """Note the signals that ask to stop.

    They end the run as Ctrl-C does, so that temporary files, which hold records, are cleared away.
    """

    def stop(number: int, _: FrameType | None) -> None:
        asked.append(number)
        raise KeyboardInterrupt

    # What nohup or a shell has told us to ignore stays ignored.
    heard = [number for number in _STOPPING if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, stop) for number in heard}
    try:
        yield
    finally:
        for number, action in before.items():
            signal.signal(number, action)
