"""What concerns every test."""

from __future__ import annotations

import gc


def pytest_collection_finish() -> None:
    """Keep what collecting made out of every later garbage collection: it lives to the end.

    Those are the parameters of some 15,000 tests, hundreds of megabytes to be walked each time.
    """
    gc.collect()
    gc.freeze()


def pytest_sessionfinish() -> None:
    """Let it go with everything else at the end."""
    gc.unfreeze()
