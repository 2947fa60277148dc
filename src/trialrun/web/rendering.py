"""Templates to pages, in the visitor's language; what is put into them is always escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache, partial
from http import HTTPStatus
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.datastructures import URL
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, RedirectResponse, Response

from trialrun.terminology.written_units import written_unit
from trialrun.web import words
from trialrun.web.forms import Form
from trialrun.web.navigation import places_of
from trialrun.web.once import new_key
from trialrun.web.visitors import Visitor, give_token, settings_of, visitor_of

HTML_LANGUAGES = {"zh": "zh-CN", "en": "en"}


def page(
    request: HTTPConnection,
    template: str,
    *,
    status: int = HTTPStatus.OK,
    visitor: Visitor | None = None,
    form: Form | None = None,
    **values: Any,
) -> Response:
    """Return a page; a form that was refused gives its status to it."""
    shown_to = visitor or visitor_of(request)
    shown_form = form or Form()
    settings = settings_of(request)
    text = (
        _environment(shown_to.language)
        .get_template(template)
        .render(
            visitor=shown_to,
            places=places_of(request, shown_to),
            settings=settings,
            path=request.url.path,
            form=shown_form,
            html_language=HTML_LANGUAGES[shown_to.language],
            moment=partial(words.moment, shown_to.language, zone=settings.time_zone),
            **values,
        )
    )
    response = HTMLResponse(text, shown_form.status if shown_form.problems else status)
    if shown_to.is_new:
        give_token(response, settings, shown_to.token)
    return response


def see(path: str, **query: str) -> Response:
    """Send the browser to another page, as after every form that was accepted."""
    return RedirectResponse(str(URL(path).include_query_params(**query)), HTTPStatus.SEE_OTHER)


@lru_cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=PackageLoader("trialrun.web"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_translations(  # type: ignore[attr-defined]
        words.catalog(language), newstyle=True
    )
    environment.filters |= _filters(language)
    environment.globals |= {
        "in_words": partial(_in_words, language),
        "same": _same,
        "new_key": new_key,
    }
    return environment


def _in_words(language: str, values: Iterable[str]) -> list[tuple[str, str]]:
    """Return options of a choice: each value, and the words for it."""
    return [(value, words.said(language, value)) for value in values]


def _same(values: Iterable[str]) -> list[tuple[str, str]]:
    """Return options of a choice whose values are words already."""
    return [(value, value) for value in values]


def _filters(language: str) -> Mapping[str, Any]:
    return {
        "said": partial(words.said, language),
        "given_reason": partial(words.given_reason, language),
        "day": partial(words.day, language),
        "partial_day": partial(words.partial_day, language),
        "until": partial(words.span, language),
        "number": partial(words.number, language),
        "titled": partial(words.titled, language),
        "unit": written_unit,
        "named_part": partial(words.named_part, language),
    }
