"""The application: the routes of every file of pages, and what stands around them."""

from __future__ import annotations

from fastapi import FastAPI

from trialrun.web import errors
from trialrun.web.guard import Guard
from trialrun.web.once import SentForms
from trialrun.web.pages import ALL_PAGES
from trialrun.web.settings import Settings


def create_app(settings: Settings) -> FastAPI:
    """Return the pages of one trial, to be run by any ASGI server."""
    application = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    application.state.settings = settings
    application.state.sent_forms = SentForms()
    routes = [route for pages in ALL_PAGES for route in pages.routes]
    application.state.readable = {
        route.path: route.access for route in routes if route.method == "GET"
    }
    for pages in ALL_PAGES:
        pages.join(application)
    errors.install(application)
    application.add_middleware(Guard, settings=settings)
    return application
