"""The scripts and the style sheet: files of this package, read once, and no others."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

from fastapi import Request
from starlette.responses import Response

from trialrun.errors import NotFoundError
from trialrun.web.access import ANYONE, Pages

pages = Pages()
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}


@pages.get("/static/{name}", ANYONE)
def static(_request: Request, name: str) -> Response:
    """Return one file; browsers may keep it for an hour, since it holds nothing of anybody."""
    content = _contents().get(name)
    if content is None:
        raise NotFoundError("there is no such file")
    kind = _TYPES[name[name.rindex(".") :]]
    return Response(content, headers={"content-type": kind, "cache-control": "max-age=3600"})


@lru_cache
def _contents() -> Mapping[str, bytes]:
    folder = files("trialrun.web") / "static"
    return {
        path.name: path.read_bytes()
        for path in folder.iterdir()
        if path.name.endswith(tuple(_TYPES))
    }
