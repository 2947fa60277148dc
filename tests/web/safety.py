"""A site with two participants of the shipped protocol, and what forms of safety send."""

from __future__ import annotations

from dataclasses import dataclass

from tests.conduct.safety_world import NOW, World, world
from tests.web.site import Browser, Site

from trialrun.conduct.roles import Role


@dataclass(frozen=True)
class Safety:
    """The pages, and the people of the trial who act without them; it is 20 May 2022, 16:00."""

    site: Site
    trial: World

    def browser(self, role: Role, *, language: str = "en") -> Browser:
        return self.site.signed_in(role, language=language)


def safety(site: Site) -> Safety:
    site.clock.now = NOW
    return Safety(site, world(site.database))


def event_fields(**other: str) -> dict[str, str]:
    """The fields of a fever of grade 2 that is not serious, but for what is told otherwise."""
    fields = {
        "reported_term": "felt hot",
        "term": "Fever",
        "onset": "2022-05-18",
        "grade": "2",
        "aware_at_day": "2022-05-20",
        "aware_at_time": "14:00",
        "causality": "possible",
        "expectedness": "expected",
        "action_taken": "dose not changed",
        "outcome": "not recovered",
    }
    return {**fields, **other}


SERIOUS = {"hospitalisation": "yes"}
