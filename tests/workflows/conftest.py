from __future__ import annotations

from tests.quick_hashes import quick_hashes

__all__ = ["quick_hashes"]
