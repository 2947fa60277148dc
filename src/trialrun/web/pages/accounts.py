"""Accounts, for administrators: the list, a new one, changes, and one-time passwords.

A one-time password is in the answer to the form that made it, and nowhere else.
"""

from __future__ import annotations

from fastapi import Request
from starlette.responses import Response

from trialrun.conduct.actions import accounts
from trialrun.conduct.reading import accounts as reading
from trialrun.conduct.roles import Role, Verb
from trialrun.conduct.tables.accounts import Account
from trialrun.errors import RefusedError
from trialrun.web.access import Pages, RowId, may, only
from trialrun.web.forms import Form, sent_form
from trialrun.web.rendering import page, see
from trialrun.web.trial import acting
from trialrun.web.visitors import settings_of, visitor_of

pages = Pages()


@pages.get("/accounts", only(Role.ADMINISTRATOR))
def show_all(request: Request) -> Response:
    """List the accounts."""
    settings = settings_of(request)
    with settings.database.reading() as session:
        listed = reading.accounts(session)
    return page(request, "accounts.html", accounts=listed, now=settings.clock())


@pages.get("/accounts/new", may(Verb.CREATE_ACCOUNT))
def show_new(request: Request) -> Response:
    """Ask for a new account."""
    return _new(request, Form({"language": visitor_of(request).language}))


@pages.post("/accounts/new", may(Verb.CREATE_ACCOUNT))
def create(request: Request) -> Response:
    """Make an account, and show its one-time password."""
    form = sent_form(request)
    try:
        account, password = accounts.create_account(
            *acting(request),
            name=form["name"],
            full_name=form["full_name"],
            role=form["role"],
            subject=form["subject"],
            language=form["language"],
        )
    except RefusedError as error:
        return _new(request, form.refused(error))
    return page(request, "account_password.html", account=account, password=password)


@pages.get("/accounts/{account_id}", may(Verb.CHANGE_ACCOUNT))
def show_one(request: Request, account_id: RowId) -> Response:
    """Show one account, to be changed."""
    account = _account(request, account_id)
    fields = {
        "full_name": account.full_name,
        "role": account.role,
        "subject": account.subject or "",
        "expected": str(account.version),
        **({"disabled": "yes"} if account.disabled else {}),
    }
    return _one(request, account, Form(fields))


@pages.post("/accounts/{account_id}", may(Verb.CHANGE_ACCOUNT))
def change(request: Request, account_id: RowId) -> Response:
    """Change an account."""
    form = sent_form(request)
    try:
        accounts.change_account(
            *acting(request),
            account_id=account_id,
            expected=form.expected,
            full_name=form["full_name"],
            role=form["role"],
            disabled=form.ticked("disabled"),
            subject=form["subject"],
        )
    except RefusedError as error:
        return _one(request, _account(request, account_id), form.refused(error))
    return see("/accounts")


@pages.post("/accounts/{account_id}/password", may(Verb.CHANGE_ACCOUNT))
def reset_password(request: Request, account_id: RowId) -> Response:
    """Give an account a new one-time password, and show it."""
    account, password = accounts.reset_password(*acting(request), account_id=account_id)
    return page(request, "account_password.html", account=account, password=password)


def _account(request: Request, account_id: int) -> Account:
    with settings_of(request).database.reading() as session:
        return reading.account(session, account_id)


def _new(request: Request, form: Form) -> Response:
    return page(request, "account_new.html", form=form, roles=list(Role))


def _one(request: Request, account: Account, form: Form) -> Response:
    return page(request, "account.html", form=form, account=account, roles=list(Role))
