"""What a walk over the pages that write needs: how many acts there are, and which route answers."""

from __future__ import annotations

import re

from sqlalchemy import func, select
from tests.web.site import Site

from trialrun.conduct.tables.trail import Event


def acts(site: Site) -> int:
    with site.database.reading() as session:
        return session.scalar(select(func.count(Event.id))) or 0


def route_of(posts: set[str], path: str) -> str:
    """Return the route that answers a path; one without a parameter is before one with."""
    fits = [one for one in posts if re.fullmatch(re.sub(r"{\w+}", "[^/]+", one), path)]
    return min(fits, key=lambda one: one.count("{"))
