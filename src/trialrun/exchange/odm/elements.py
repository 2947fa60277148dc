"""Elements of ODM: how they are made, named and filled. Refuses no text, but what XML cannot hold.

Object identifiers begin with their kind, so that they are unique in a file: SE (event), F (form),
IG (group), IT (item), CL (code list), MU (unit), MT (method), U (user), L (location).
"""

from __future__ import annotations

from datetime import datetime
from xml.etree import ElementTree as ET

from trialrun.exchange.unwritable import clean
from trialrun.protocol.model import Wording

NAMESPACE = "http://www.cdisc.org/ns/odm/v1.3"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
LOG = "SE.LOG"
"""The event of what belongs to no visit."""


def add(parent: ET.Element, tag: str, /, **attributes: str | None) -> ET.Element:
    """Add an element to another; attributes without a value are left out."""
    held = {name: clean(value) for name, value in attributes.items() if value is not None}
    return ET.SubElement(parent, f"{{{NAMESPACE}}}{tag}", held)


def add_text(parent: ET.Element, tag: str, text: str) -> ET.Element:
    """Add an element that holds a text."""
    element = add(parent, tag)
    element.text = clean(text)
    return element


def add_words(parent: ET.Element, tag: str, words: Wording) -> ET.Element:
    """Add an element that holds a text in each language in which there is one."""
    element = add(parent, tag)
    for language, text in (("en", words.en), ("zh-CN", words.zh)):
        if text:
            add_text(element, "TranslatedText", text).set(_LANGUAGE, language)
    return element


def moment(at: datetime) -> str:
    """Return a moment in UTC as ODM writes it."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def item(form: str, name: str) -> str:
    """Return the identifier of an item of a form or a table."""
    return f"IT.{form}.{name}"


def unit(written: str) -> str:
    """Return the identifier of a unit."""
    return f"MU.{written}"


def user(name: str) -> str:
    """Return the identifier of a user."""
    return f"U.{name}"


def event(visit: str) -> str:
    """Return the identifier of a visit of the schedule."""
    return f"SE.{visit}"
