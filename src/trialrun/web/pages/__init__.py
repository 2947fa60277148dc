"""The pages, one file per theme. A file that is added later joins this list."""

from trialrun.web.access import Pages
from trialrun.web.pages import (
    accounts,
    candidate,
    candidates,
    consents,
    enrolment,
    files,
    home,
    logs,
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
    candidates.pages,
    candidate.pages,
    consents.pages,
    enrolment.pages,
    logs.pages,
)

__all__ = ["ALL_PAGES"]
