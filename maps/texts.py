"""The words on a map, read once from ``maps/texts.toml``, in the reader's language."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources

from coverage.findings import Language


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of one language by ``family.name``; an unknown name is a mistake of ours."""

    language: Language
    texts: Mapping[str, str]

    def __call__(self, name: str, /, **facts: object) -> str:
        """Return one text with its facts filled in."""
        text = self.texts[name]
        return text.format_map(facts) if facts else text

    def instead(self, name: str, other: str) -> Words:
        """Return the words with the text of ``other`` in the place of ``name``."""
        return Words(self.language, {**self.texts, name: self.texts[other]})

    def family(self, name: str) -> dict[str, str]:
        """Return a family's texts by their short names."""
        prefix = f"{name}."
        return {
            key.removeprefix(prefix): text
            for key, text in self.texts.items()
            if key.startswith(prefix)
        }

    def number(self, value: int) -> str:
        """Return a whole number as the language groups it: 20.000 or 20,000."""
        grouped = f"{value:,}"
        return grouped.replace(",", ".") if self.language is Language.VI else grouped

    def day(self, value: date) -> str:
        """Return a day as papers write it: 23/11/2026, or ISO in English."""
        return f"{value:%d/%m/%Y}" if self.language is Language.VI else value.isoformat()


@functools.cache
def words_in(language: Language) -> Words:
    """Return the words of a language."""
    file = resources.files("maps") / "texts.toml"
    families = tomllib.loads(file.read_text(encoding="utf-8"))
    texts = {
        f"{family}.{name}": text[language.value]
        for family, entries in families.items()
        for name, text in entries.items()
    }
    return Words(language, texts)
