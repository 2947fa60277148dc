"""Signing in by name and password, signing out, and the language of who does not sign in."""

from __future__ import annotations

from dataclasses import replace

from fastapi import Request
from starlette.responses import Response

from trialrun.conduct.actions import accounts, signing_in
from trialrun.errors import RefusedError
from trialrun.web.access import ANYONE, WITH_ANY_PASSWORD, Pages
from trialrun.web.forms import Form, sent_form
from trialrun.web.rendering import page, see
from trialrun.web.unsent import UNSENT_FIELD, unsent
from trialrun.web.visitors import Visitor, give_language, give_token, settings_of, visitor_of

pages = Pages()


@pages.get("/sign-in", ANYONE)
def show_sign_in(request: Request, next: str = "/") -> Response:  # noqa: A002 - a word of the URL
    """Ask for name and password."""
    return page(request, "sign_in.html", form=Form({"next": own_path(next)}))


@pages.post("/sign-in", ANYONE)
def sign_in(request: Request) -> Response:
    """Open a session; the browser gets another token than it had before.

    Whoever comes from a form that was sent after the session had ended is offered it again.
    """
    form, settings = sent_form(request), settings_of(request)
    try:
        account, token = signing_in.sign_in(
            settings.database, form["name"], form["password"], settings.clock()
        )
    except RefusedError as error:
        return page(request, "sign_in.html", form=form.refused(error))
    late = unsent(form[UNSENT_FIELD])
    if late is None or account.password_is_one_time:
        response = see(own_path(form["next"]))
    else:
        visitor, late = (
            Visitor(token, account.language, account),
            replace(late, path=own_path(late.path)),
        )
        response = page(request, "send_again.html", visitor=visitor, unsent=late)
    give_token(response, settings, token)
    return response


@pages.post("/sign-out", WITH_ANY_PASSWORD)
def sign_out(request: Request) -> Response:
    """Close the session."""
    visitor, settings = visitor_of(request), settings_of(request)
    signing_in.sign_out(settings.database, visitor.actor, visitor.token, settings.clock())
    return see("/sign-in")


@pages.post("/language", ANYONE)
def choose_language(request: Request) -> Response:
    """Keep the language in the account, or in the browser of who is not signed in."""
    form, settings, visitor = sent_form(request), settings_of(request), visitor_of(request)
    response = see(own_path(form["next"]))
    if visitor.account is not None:
        accounts.change_language(
            settings.database, visitor.actor, settings.clock(), language=form["language"]
        )
    elif form["language"] in accounts.LANGUAGES:
        give_language(response, settings, form["language"])
    return response


def own_path(path: str) -> str:
    """Return a path of this server, whatever was asked: nobody is led to another one."""
    is_own = path.startswith("/") and not path.startswith("//") and path.isprintable()
    return path if is_own and "\\" not in path else "/"
