"""Reads a page the way a browser and a screen reader begin to: links, labels, headings, ids."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
MUST_HAVE = [
    ("script", "src", "inline script"),
    ("img", "alt", "a picture without words"),
    ("th", "scope", "a table header without scope"),
    ("iframe", "title", "a frame without a name"),
]
NEEDS_LABEL = {"input", "select", "textarea"}


@dataclass
class ReadPage(HTMLParser):
    """What was found on one page; ``faults`` are sentences."""

    address: str
    links: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._ids: Counter[str] = Counter()
        self._labelled: set[str] = set()
        self._asks: list[tuple[str, dict[str, str | None]]] = []
        self._refers: set[str] = set()
        self._headings: list[int] = []
        self._open: list[str] = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag not in VOID:
            self._open.append(tag)
        if identity := given.get("id"):
            self._ids[identity] += 1
        for name in ("aria-describedby", "aria-labelledby"):
            self._refers.update((given.get(name) or "").split())
        self._collect(tag, given)
        self._look(tag, given)

    def _collect(self, tag, given):
        if tag == "a" and given.get("href"):
            self.links.add(urldefrag(urljoin(self.address, given["href"]))[0])
        if tag == "label" and given.get("for"):
            self._labelled.add(given["for"])
        if tag in NEEDS_LABEL and given.get("type") not in {"hidden", "submit"}:
            self._asks.append((tag, given))
        if re.fullmatch("h[1-6]", tag):
            self._headings.append(int(tag[1]))

    def _look(self, tag, given):
        for name in given:
            if name == "style" or name.startswith("on"):
                self.faults.append(f"<{tag}> has {name}, which the policy forbids")
        for wanted, without, fault in MUST_HAVE:
            if tag == wanted and without not in given:
                self.faults.append(f"{fault}: {given}")
        if tag == "html" and given.get("lang") not in {"vi", "en"}:
            self.faults.append("the page does not say its language")

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self._open or self._open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")

    def judge(self) -> list[str]:
        """Say everything that is wrong with the page, now that it was read to its end."""
        for tag, given in self._asks:
            named = given.get("id") in self._labelled or given.get("aria-label")
            if not named and "hidden" not in given:
                self.faults.append(f"<{tag} name={given.get('name')}> has no label")
        self.faults += [f"the id {name} is there twice" for name, n in self._ids.items() if n > 1]
        self.faults += [f"nothing has the id {name}" for name in self._refers - set(self._ids)]
        if self._headings.count(1) != 1:
            self.faults.append(f"{self._headings.count(1)} headings of the first level")
        for above, below in zip(self._headings, self._headings[1:], strict=False):
            if below > above + 1:
                self.faults.append(f"a heading {below} follows a heading {above}")
        if self._open:
            self.faults.append(f"never closed: {self._open}")
        return self.faults


def read_page(address: str, html: str) -> ReadPage:
    """Read a page's HTML."""
    page = ReadPage(address)
    page.feed(html)
    page.judge()
    return page
