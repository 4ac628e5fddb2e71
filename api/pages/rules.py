"""The rules that a survey file is checked by, as the rulebook says them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request
from starlette.responses import Response

from api import dependencies as asked
from api.pages.rendering import render
from coverage.actions.surveys import RULE_FAMILIES
from coverage.findings import Rule, rulebook

router = APIRouter()


@dataclass(frozen=True, slots=True)
class RulesPage:
    """The rules by family."""

    families: Mapping[str, Sequence[Rule]]
    template: ClassVar[str] = "rules.html"


@router.get("/rules", dependencies=asked.SIGNED_IN)
def rules_page(request: Request) -> Response:
    """Show every rule: what it says, how it weighs, what to do."""
    families: dict[str, list[Rule]] = {}
    for rule in rulebook().values():
        family = rule.code.split(".")[0]
        if family in RULE_FAMILIES:
            families.setdefault(family, []).append(rule)
    return render(request, RulesPage(families))
