"""The pages, one file per theme. A file that is added later joins this list."""

from trialrun.web.access import Pages
from trialrun.web.pages import (
    accounts,
    calendar,
    doses,
    drug,
    files,
    home,
    medication,
    medication_periods,
    my_account,
    outside,
    participants,
    signing_in,
    trail,
    visit_forms,
    visits,
)

ALL_PAGES: tuple[Pages, ...] = (
    files.pages,
    home.pages,
    signing_in.pages,
    outside.pages,
    my_account.pages,
    accounts.pages,
    trail.pages,
    participants.pages,
    calendar.pages,
    visits.pages,
    visit_forms.pages,
    drug.pages,
    doses.pages,
    medication.pages,
    medication_periods.pages,
)

__all__ = ["ALL_PAGES"]
