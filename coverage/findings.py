"""A finding: what a rule says about one file, row or cell, with what to do about it.

The rules' texts, severities and documentation live in ``coverage/rulebook/*.toml``, one file
per family, Vietnamese beside English, so that a text can be mended without touching code.
A code that is not in the rulebook cannot be raised: :func:`finding` refuses it.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from importlib import resources


class Severity(StrEnum):
    """How a finding weighs on its row."""

    ERROR = "error"  # the row is rejected
    WARNING = "warning"  # the row is accepted, a person should look
    INFO = "info"  # a stated, certain repair; the row stays accepted


class Language(StrEnum):
    """The languages of what people read; codes and keys are always English."""

    VI = "vi"
    EN = "en"


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry of the rulebook; ``message`` and ``fix`` are templates over the facts."""

    code: str
    severity: Severity
    summary: Mapping[Language, str]
    message: Mapping[Language, str]
    fix: Mapping[Language, str]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says. ``column`` and ``value`` are as the user sees them, or None.

    ``facts`` fill the rule's templates; numbers are already formatted text there.
    """

    rule: str
    severity: Severity
    facts: Mapping[str, str] = field(default_factory=dict)
    column: str | None = None
    value: str | None = None

    def at(self, column: str | None, value: str | None) -> Finding:
        """Return the same finding, placed at a column and its raw cell."""
        return replace(self, column=column, value=value)

    def message(self, language: Language = Language.VI) -> str:
        """Return what is wrong, in ``language``."""
        return rulebook()[self.rule].message[language].format_map(self._told(language))

    def fix(self, language: Language = Language.VI) -> str:
        """Return what to do about it, in ``language``."""
        return rulebook()[self.rule].fix[language].format_map(self._told(language))

    def _told(self, language: Language) -> dict[str, str]:
        """The facts as they stand in a sentence: metres with the language's mark of thousands."""
        mark = "." if language is Language.VI else ","
        return {
            name: f"{int(fact):,}".replace(",", mark)
            if name.endswith("_m") and fact.isdecimal()
            else fact
            for name, fact in self.facts.items()
        }

    def as_json(self, language: Language = Language.VI) -> dict[str, str | None]:
        """Return the object of design.md §5: rule, severity, column, value, message, fix."""
        return {
            "rule": self.rule,
            "severity": self.severity.value,
            "column": self.column,
            "value": self.value,
            "message": self.message(language),
            "fix": self.fix(language),
        }


def finding(
    rule: str,
    *,
    severity: Severity | None = None,
    column: str | None = None,
    value: str | None = None,
    **facts: object,
) -> Finding:
    """Make a finding of ``rule``; its severity is the rulebook's unless given.

    Raises:
        KeyError: the rulebook has no such rule.
    """
    entry = rulebook()[rule]
    texts = {name: str(fact) for name, fact in facts.items()}
    return Finding(rule, severity or entry.severity, texts, column, value)


@functools.cache
def rulebook() -> Mapping[str, Rule]:
    """Return every rule by code, read once from ``coverage/rulebook``."""
    rules: dict[str, Rule] = {}
    folder = resources.files("coverage") / "rulebook"
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not file.name.endswith(".toml"):
            continue
        family = file.name.removesuffix(".toml")
        for name, entry in tomllib.loads(file.read_text(encoding="utf-8")).items():
            code = f"{family}.{name}"
            rules[code] = Rule(
                code,
                Severity(entry["severity"]),
                _both(entry, "summary"),
                _both(entry, "message"),
                _both(entry, "fix"),
            )
    return rules


def _both(entry: Mapping[str, str], name: str) -> Mapping[Language, str]:
    """Vietnamese and English of one text; a rule without both is a mistake of ours."""
    return {Language.VI: entry[name], Language.EN: entry[f"{name}_en"]}


def worst(findings: tuple[Finding, ...] | list[Finding]) -> Severity | None:
    """Return the gravest severity among ``findings``, or None when there is none."""
    for severity in (Severity.ERROR, Severity.WARNING, Severity.INFO):
        if any(found.severity is severity for found in findings):
            return severity
    return None
