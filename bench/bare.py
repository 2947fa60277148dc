"""The peer of the pages: FastAPI alone, which returns as many bytes as it is asked for."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.responses import HTMLResponse

app = FastAPI(openapi_url=None)


@app.get("/{size}")
def show(size: int) -> HTMLResponse:
    """Return a page of so many bytes."""
    return HTMLResponse("x" * size)
