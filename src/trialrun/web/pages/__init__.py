"""The pages, one file per theme. A file that is added later joins this list."""

from trialrun.web.access import Pages
from trialrun.web.pages import (
    accounts,
    adverse_event_forms,
    adverse_events,
    deviations,
    files,
    grades,
    home,
    my_account,
    obligations,
    outside,
    oversight,
    queries,
    safety_reports,
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
    adverse_events.pages,
    adverse_event_forms.pages,
    safety_reports.pages,
    grades.pages,
    deviations.pages,
    obligations.pages,
    queries.pages,
    oversight.pages,
)

__all__ = ["ALL_PAGES"]
