"""Changes of the dated rules: what a change may be, what is wrong with it, what it would do.

Criteria sets, queue rules, settings and legal bases are rows with a first day and a citation.
A change adds a row and at most ends an old one; what was decided under a row keeps pointing at it.
"""

from coverage.rule_changes.checking import check_change, findings_of_rules
from coverage.rule_changes.contents import FIELDS, read_change
from coverage.rule_changes.known_settings import (
    BOX_SIDES,
    KnownSetting,
    SettingKind,
    SettingType,
    known_settings,
)
from coverage.rule_changes.life import RuleChange, RuleChangeStatus
from coverage.rule_changes.rows import (
    Change,
    DatedRow,
    LegalBasis,
    RowState,
    RuleKind,
    SettingValue,
    Standing,
    bases_on,
    changed_by,
    criteria_on,
    rules_on,
    setting_on,
    state_on,
)
from coverage.rule_changes.sentences import rule_in_words

__all__ = [
    "BOX_SIDES",
    "FIELDS",
    "Change",
    "DatedRow",
    "KnownSetting",
    "LegalBasis",
    "RowState",
    "RuleChange",
    "RuleChangeStatus",
    "RuleKind",
    "SettingKind",
    "SettingType",
    "SettingValue",
    "Standing",
    "bases_on",
    "changed_by",
    "check_change",
    "criteria_on",
    "findings_of_rules",
    "known_settings",
    "read_change",
    "rule_in_words",
    "rules_on",
    "setting_on",
    "state_on",
]
