"""The application: the routes of every file of pages, and what stands around them."""

from __future__ import annotations

from functools import cache

from fastapi import FastAPI
from fastapi.routing import APIRoute

from trialrun.web import errors
from trialrun.web.guard import Guard
from trialrun.web.once import SentForms
from trialrun.web.pages import ALL_PAGES
from trialrun.web.settings import Settings


def create_app(settings: Settings) -> FastAPI:
    """Return the pages of one trial, to be run by any ASGI server."""
    application = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, routes=list(_served()))
    application.state.settings = settings
    application.state.sent_forms = SentForms()
    application.state.readable = {
        route.path: route.access
        for pages in ALL_PAGES
        for route in pages.routes
        if route.method == "GET"
    }
    errors.install(application)
    application.add_middleware(Guard, settings=settings)
    return application


@cache
def _served() -> tuple[APIRoute, ...]:
    """Return what every application shares: to read the signatures takes a third of a second."""
    return tuple(route.served() for pages in ALL_PAGES for route in pages.routes)
