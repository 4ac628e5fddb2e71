"""Why a job came to nothing, kept as data: the page says it in its reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api import refusals
from coverage import errors
from coverage.errors import InputRefused, PhusongError
from coverage.findings import Finding, Severity


def as_data(error: PhusongError) -> dict[str, Any]:
    """Return an error's class, facts and findings as JSON; facts that are no words become words."""
    told: dict[str, Any] = {
        "error": type(error).__name__,
        "facts": {name: _plain(fact) for name, fact in error.facts.items()},
    }
    if isinstance(error, InputRefused):
        told["findings"] = [
            {
                "rule": found.rule, "severity": found.severity.value, "facts": dict(found.facts),
                "column": found.column, "value": found.value,
            }
            for found in error.findings
        ]  # fmt: skip
    return told


def from_data(told: Mapping[str, Any]) -> PhusongError:
    """Return the error again, to be told or raised."""
    kind = _KINDS.get(str(told.get("error")), refusals.ProgramFault)
    error: PhusongError = kind.__new__(kind)
    Exception.__init__(error, str(told.get("facts", {})))
    error.facts = {
        name: tuple(fact) if isinstance(fact, list) else fact
        for name, fact in dict(told.get("facts", {})).items()
    }
    if isinstance(error, refusals.RequestUnreadable):
        error.faults = ()  # the sentence names the places already
    if isinstance(error, InputRefused):
        error.findings = tuple(
            Finding(
                each["rule"], Severity(each["severity"]), each["facts"], each["column"],
                each["value"],
            )
            for each in told.get("findings", ())
        )  # fmt: skip
    return error


def _plain(fact: object) -> object:
    if fact is None or isinstance(fact, (bool, int, float, str)):
        return fact
    if isinstance(fact, (list, tuple, set, frozenset)):
        return [_plain(each) for each in fact]
    return str(fact)


# An error that carries more than facts is told by the one above it.
_KINDS: dict[str, type[PhusongError]] = {
    name: kind
    for module in (errors, refusals)
    for name, kind in vars(module).items()
    if isinstance(kind, type) and issubclass(kind, PhusongError)
} | {"ZonesChanged": errors.Conflict}
