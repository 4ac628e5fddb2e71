"""The style sheets: each dresses one thing, and every page brings those that it needs."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

API = Path(__file__).resolve().parents[2] / "api"
SHEETS = {file.name: file.read_text(encoding="utf-8") for file in API.glob("static/*.css")}
TEMPLATES = {file.name: file.read_text(encoding="utf-8") for file in API.glob("templates/*.html")}
SCRIPTS = "".join(file.read_text(encoding="utf-8") for file in API.glob("static/*.js"))
EVERYWHERE = {"pages.css", "forms.css", "tables.css", "print.css"}
PAGES = sorted(name for name, text in TEMPLATES.items() if '{% extends "layout.html"' in text)


@cache
def selectors_of(sheet: str) -> list[set[str]]:
    """The classes that each selector of a sheet asks for."""
    text = re.sub(r"/\*.*?\*/", "", SHEETS[sheet], flags=re.DOTALL)
    selectors = ",".join(re.findall(r"([^{}]*){", text)).split(",")
    return [set(re.findall(r"\.([a-z][\w-]*)", one)) for one in selectors]


def classes_of(sheet: str) -> set[str]:
    """The classes that a sheet's selectors name."""
    return set().union(*selectors_of(sheet))


@cache
def whole(name: str) -> str:
    """A template with all that it includes, imports or extends."""
    text = TEMPLATES[name]
    parts = re.findall(r'{%-? *(?:include|from|extends) "([^"]+)"', text)
    return text + "".join(whole(part) for part in parts)


def words_in(text: str) -> set[str]:
    """What a template writes as a class; of an expression, the texts in it."""
    written = " ".join(re.findall(r'class="(.*?)"[ >/{]', text))
    written = re.sub(
        r"{[{%](.*?)[%}]}", lambda one: " ".join(re.findall(r"'(.*?)'", one[1])), written
    )
    return set(re.findall(r"[a-z][\w-]*", written))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_links_a_sheet_for_everything_that_is_dressed_on_it(page):
    linked = set(re.findall(r"static\('([\w.]+\.css)'\)", whole(page)))
    used = words_in(whole(page))
    dressed = {
        sheet: set().union(*(one for one in selectors_of(sheet) if one <= used)) for sheet in SHEETS
    }
    for name in sorted(used):
        dressers = {sheet for sheet, names in dressed.items() if name in names}
        assert not dressers or dressers & linked, f"{page} has “{name}”, which {dressers} dress"


def test_what_every_page_loads_first_stays_small():
    first = SHEETS["pages.css"] + SHEETS["forms.css"] + SHEETS["tables.css"]
    assert len(first.encode()) < 24_000
    assert all(text.count("\n") <= 200 for text in SHEETS.values())


def test_no_sheet_dresses_what_is_nowhere():
    written = words_in("".join(TEMPLATES.values())) | set(re.findall(r"[\w-]+", SCRIPTS))
    written.add("htmx-request")  # HTMX's own, while it waits
    named = {word for text in TEMPLATES.values() for word in re.findall(r'"([a-z_]+)"', text)}
    for sheet in SHEETS:
        nowhere = classes_of(sheet) - written - named
        assert not {name for name in nowhere if not name.startswith("fate-")}, sheet
