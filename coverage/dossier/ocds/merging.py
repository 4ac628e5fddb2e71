"""Merging releases into what they say together, as OCDS 1.1 defines it.

Fields replace fields and null takes one away; objects merge; of a list of objects those with the
same ``id`` merge and the others are added, unless the schema says that the list is one value.
https://standard.open-contracting.org/1.1/en/schema/merging/
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

Release = Mapping[str, Any]

_OF_ONE_RELEASE = {"id", "date", "tag"}  # omitWhenMerged
# wholeListMerge, of the fields that our releases have.
_ONE_VALUE = {"deliveryAddresses", "deliveryLocations"}


def compiled(releases: Sequence[Release]) -> dict[str, Any]:
    """Return the compiled release of these, oldest first; there is at least one."""
    merged: dict[str, Any] = {}
    for release in releases:
        own = {name: value for name, value in release.items() if name not in _OF_ONE_RELEASE}
        _merge(merged, own)
    ocid, date = releases[-1]["ocid"], releases[-1]["date"]
    return {"ocid": ocid, "id": f"{ocid}-{date}", "date": date, "tag": ["compiled"]} | merged


def _merge(target: dict[str, Any], source: Release) -> None:
    for name, value in source.items():
        if value is None:
            target.pop(name, None)
        elif isinstance(value, dict):
            known = target.get(name)
            target[name] = known if isinstance(known, dict) else {}
            _merge(target[name], value)
        elif name not in _ONE_VALUE and _are_objects(value):
            known = target.get(name)
            target[name] = _merged_list(known if isinstance(known, list) else [], value)
        else:
            target[name] = copy.deepcopy(value)


def _are_objects(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _merged_list(known: list[dict[str, Any]], new: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Objects in the order in which they were first named."""
    by_id = {one["id"]: one for one in known if "id" in one}
    for one in new:
        target = by_id.get(one.get("id"))
        if target is None:
            target = {}
            known.append(target)
            if "id" in one:
                by_id[one["id"]] = target
        _merge(target, one)
    return known
