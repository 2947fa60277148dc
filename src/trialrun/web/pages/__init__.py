"""The pages, one file per theme. A file that is added later joins this list."""

from trialrun.web.access import Pages
from trialrun.web.pages import (
    accounts,
    exports,
    files,
    home,
    my_account,
    outside,
    signing_in,
    trail,
)

ALL_PAGES: tuple[Pages, ...] = (
    files.pages,
    home.pages,
    signing_in.pages,
    outside.pages,
    my_account.pages,
    accounts.pages,
    trail.pages,
    exports.pages,
)

__all__ = ["ALL_PAGES"]
