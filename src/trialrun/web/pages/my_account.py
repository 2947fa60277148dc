"""My account: who I am here, my language, my password; the first password after a one-time one."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from trialrun.conduct.actions import accounts
from trialrun.conduct.sessions import open_session
from trialrun.errors import RefusedError
from trialrun.protocol.model import TrialProtocol
from trialrun.web.access import PASSWORD_PAGE, SIGNED_IN, WITH_ANY_PASSWORD, Pages
from trialrun.web.forms import sent_form
from trialrun.web.rendering import page, see
from trialrun.web.visitors import give_token, settings_of, visitor_of

pages = Pages()


@pages.get("/my-account", SIGNED_IN)
def show(request: Request, changed: bool = False) -> Response:
    """Show who is signed in."""
    return page(request, "my_account.html", changed=changed)


@pages.get(PASSWORD_PAGE, WITH_ANY_PASSWORD)
def show_password(request: Request) -> Response:
    """Ask for a new password."""
    return page(request, "password.html")


@pages.post(PASSWORD_PAGE, WITH_ANY_PASSWORD)
def change_password(request: Request) -> Response:
    """Change the password; other browsers are signed out, this one goes on with a new token.

    Whoever had a one-time password has only arrived, and goes on to the work.
    """
    form, settings, visitor = sent_form(request), settings_of(request), visitor_of(request)
    now = settings.clock()
    arrives = visitor.account is not None and visitor.account.password_is_one_time
    try:
        account = accounts.change_password(
            settings.database,
            visitor.actor,
            now,
            old=form["old"],
            new=form["new"],
            again=form["again"],
            trial=_names_of(settings.protocol),
        )
    except RefusedError as error:
        return page(request, "password.html", form=form.refused(error))
    response = see("/") if arrives else see("/my-account", changed="true")
    give_token(response, settings, open_session(settings.database, account.id, now))
    return response


def _names_of(trial: TrialProtocol) -> tuple[str, ...]:
    return trial.name, trial.registry.id, trial.registry.title, trial.title_in("zh")
