"""What makes a page whole in itself: templates of this room, and style sheets and scripts of ours.

A page's content security policy lets in nothing but texts whose digest it names.
"""

from __future__ import annotations

import base64
import hashlib
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup


def environment() -> Environment:
    """Return what reads the templates; a name that stands for nothing is refused."""
    made = Environment(
        loader=PackageLoader("trialrun.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["sha256"] = _sha256
    return made


def own(name: str) -> Markup:
    """Read a style sheet or a script of ours, which goes into the page as it is."""
    text = resources.files("trialrun.report").joinpath("templates", name).read_text("utf-8")
    return Markup(text)


def _sha256(text: str) -> str:
    """Return the digest by which a content security policy lets a text of ours in."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
