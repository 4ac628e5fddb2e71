"""OCDS: the release says what the package says, versions merge into what stands now."""

import base64
import hashlib
import json
import re
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage.dossier import ocds
from coverage.dossier.ocds.merging import compiled
from coverage.packages import PackageKind, ProcurementMode
from tests.full_package import a_first_version, a_second_version

FORMATS = jsonschema.FormatChecker(())


@FORMATS.checks("date-time", raises=ValueError)
def _is_moment(value):
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@FORMATS.checks("uri")
def _is_address(value):
    return not isinstance(value, str) or bool(urlsplit(value).scheme)


FILES = {"danh-sach.csv": b"a,b\r\n", "ban-do.html": b"<!doctype html>"}


def release_of(package, files=FILES):
    (release,) = json.loads(ocds.write_release(package, files))["releases"]
    return release


def record_of(package):
    (record,) = json.loads(ocds.write_record(package, ocds.write_release(package, FILES)))[
        "records"
    ]
    return record


def test_a_first_release_tells_the_whole_tender():
    package = a_first_version()
    release = release_of(package)
    tender = release["tender"]
    assert (release["ocid"], release["id"], release["tag"]) == (
        "ocds-000000-GT-2026-42-001", "GT-2026-42-001-v1", ["tender"],
    )  # fmt: skip
    assert tender["status"] == "active"
    assert tender["value"] == {
        "amount": sum(lot.cost.total_vnd for lot in package.lots), "currency": "VND",
    }  # fmt: skip
    assert [(lot["id"], lot["value"]["amount"]) for lot in tender["lots"]] == [
        ("1", package.lots[0].cost.total_vnd), ("2", package.lots[1].cost.total_vnd),
    ]  # fmt: skip
    assert "thiếu phần chưa có số liệu" in tender["lots"][0]["description"]
    assert "thiếu" not in tender["lots"][1]["description"]
    for item, (lot, zone) in zip(tender["items"], package.zones, strict=True):
        assert (item["id"], item["quantity"], item["relatedLot"]) == (
            str(zone.id), zone.households, str(lot.number),
        )  # fmt: skip
        (place,) = item["deliveryLocations"]
        # GeoJSON has the longitude first.
        assert place["geometry"]["coordinates"] == [zone.longitude, zone.latitude]
        assert place["gazetteer"]["identifiers"] == [zone.commune_code]
    assert [(one["relatedLots"], one["title"][:24]) for one in tender["milestones"]] == [
        (["1"], "Phát sóng trong 24 tháng"), (["2"], "Phát sóng trong 12 tháng"),
    ]  # fmt: skip
    assert "amendments" not in tender
    assert "enquiries" not in tender


def test_a_draft_is_planned_and_says_so():
    release = release_of(a_first_version(draft=True))
    assert (release["id"], release["tag"]) == ("GT-2026-42-001-v1-draft", ["planning"])
    assert release["tender"]["status"] == "planned"
    assert "DỰ THẢO" in release["tender"]["title"]


def test_documents_are_named_by_their_hash():
    (drawn, listed) = release_of(a_first_version())["tender"]["documents"]
    digest = hashlib.sha256(FILES["danh-sach.csv"])
    assert (drawn["id"], drawn["documentType"], drawn["format"]) == (
        "ban-do.html", "illustration", "text/html",
    )  # fmt: skip
    named = re.fullmatch(r"ni:///sha-256;([\w-]{43})", listed["url"])[1]
    assert base64.urlsafe_b64decode(named + "=") == digest.digest()
    assert digest.hexdigest() in listed["description"]


@pytest.mark.parametrize(
    ("mode", "method"),
    [(ProcurementMode.TENDER, "open"), (ProcurementMode.ORDER, "direct"),
     (ProcurementMode.ASSIGNMENT, "direct")],
)  # fmt: skip
def test_the_mode_is_the_method(mode, method):
    assert release_of(a_first_version(mode=mode))["tender"]["procurementMethod"] == method


def test_an_amendment_tells_why_and_what():
    release = release_of(a_second_version())
    assert release["tag"] == ["tenderAmendment"]
    (amendment,) = release["tender"]["amendments"]
    assert (amendment["rationale"], amendment["amendsReleaseID"], amendment["releaseID"]) == (
        "Hai thôn đã có sóng", "GT-2026-42-001-v1", "GT-2026-42-001-v2",
    )  # fmt: skip
    for told in ("L3-01 Bản Rào Tre 6", "L2-01 Bản Rào Tre 4", "Số hộ 20 → 21"):
        assert told in amendment["description"]
    (enquiry,) = release["tender"]["enquiries"]
    assert (enquiry["description"], enquiry["answer"]) == ("Có được dùng chung cột?", "Được.")
    assert "author" not in enquiry


def test_a_clarification_updates():
    package = replace(a_second_version(), kind=PackageKind.CLARIFICATION)
    assert release_of(package)["tag"] == ["tenderUpdate"]


def test_the_record_says_what_stands_now():
    """What left has no household, lot, estimate or clock any more; the rest is as the package."""
    package = a_second_version()
    record = record_of(package)
    assert [release["id"] for release in record["releases"]] == [
        "GT-2026-42-001-v1", "GT-2026-42-001-v2",
    ]  # fmt: skip
    tender = record["compiledRelease"]["tender"]
    households = {item["id"]: item["quantity"] for item in tender["items"]}
    standing = {str(zone.id): zone.households for _, zone in package.zones}
    assert {key: number for key, number in households.items() if number} == standing
    assert len(households) == 6
    assert {item["id"] for item in tender["items"] if "relatedLot" in item} == set(standing)
    lots = {lot["id"]: lot for lot in tender["lots"]}
    assert {key: lot["status"] for key, lot in lots.items()} == {
        "1": "active", "2": "cancelled", "3": "active",
    }  # fmt: skip
    assert lots["1"]["value"]["amount"] == package.lots[0].cost.total_vnd
    assert "value" not in lots["3"]
    # Lot 3 has no estimate, so the package has none: the one that stood before is taken back.
    assert tender["value"] == {"currency": "VND"}
    clocks = {one["id"]: one.get("status") for one in tender["milestones"]}
    assert clocks == {"on-air-1": "scheduled", "on-air-2": None}
    assert record["compiledRelease"]["tag"] == ["compiled"]


def test_a_zone_that_comes_back_counts_again():
    first = a_first_version()
    second = a_second_version(first)
    third = replace(
        first, version=3, kind=PackageKind.AMENDMENT, dated=second.dated,
        former_releases=(*second.former_releases, ocds.write_release(second, {})),
    )  # fmt: skip
    tender = record_of(third)["compiledRelease"]["tender"]
    standing = {str(zone.id): (zone.households, str(lot.number)) for lot, zone in third.zones}
    assert {
        item["id"]: (item["quantity"], item["relatedLot"])
        for item in tender["items"]
        if item["quantity"]
    } == standing
    lots = {lot["id"]: lot["status"] for lot in tender["lots"]}
    assert lots == {"1": "active", "2": "active", "3": "cancelled"}
    assert tender["value"]["amount"] == sum(lot.cost.total_vnd for lot in third.lots)


def test_the_extensions_are_those_that_are_used():
    def named(package):
        head = json.loads(ocds.write_release(package, {}))
        return [re.search(r"ocds_(\w+)_extension", one)[1] for one in head["extensions"]]

    assert named(a_first_version()) == ["lots", "location"]
    assert named(a_second_version()) == ["lots", "location", "enquiry"]


def test_two_versions_are_two_packages_of_one_process():
    first, second = (
        json.loads(ocds.write_release(package, {}))
        for package in (a_first_version(), a_second_version())
    )
    assert first["uri"] != second["uri"]
    assert first["releases"][0]["ocid"] == second["releases"][0]["ocid"]


# The standard's own rules: https://standard.open-contracting.org/1.1/en/schema/merging/
BASE = {"ocid": "ocds-x", "initiationType": "tender"}


@pytest.mark.parametrize(
    ("first", "second", "together"),
    [
        ({"a": 1}, {"a": 2}, {"a": 2}),
        ({"a": 1}, {}, {"a": 1}),
        ({"a": 1}, {"a": None}, {}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 3}}, {"a": {"b": 3, "c": 2}}),
        ({"a": {"b": 1}}, {"a": {"b": None}}, {"a": {}}),
        ({"a": ["x", "y"]}, {"a": ["z"]}, {"a": ["z"]}),
        ({"a": [{"id": "1", "b": 1}]}, {"a": [{"id": "2"}, {"id": "1", "c": 2}]},
         {"a": [{"id": "1", "b": 1, "c": 2}, {"id": "2"}]}),
        ({"a": [{"id": "1", "b": 1}]}, {"a": [{"id": "1", "b": None}]}, {"a": [{"id": "1"}]}),
        ({"a": [{"b": 1}]}, {"a": [{"b": 1}]}, {"a": [{"b": 1}, {"b": 1}]}),
        ({"deliveryLocations": [{"id": "1"}]}, {"deliveryLocations": [{"id": "2"}]},
         {"deliveryLocations": [{"id": "2"}]}),
    ],
)  # fmt: skip
def test_merging_keeps_the_standards_rules(first, second, together):
    releases = [
        BASE | {"id": "1", "date": "2026-01-01T00:00:00Z", "tag": ["tender"]} | first,
        BASE | {"id": "2", "date": "2026-01-02T00:00:00Z", "tag": ["tenderUpdate"]} | second,
    ]
    before = json.dumps(releases)
    merged = compiled(releases)
    assert merged == BASE | {
        "id": "ocds-x-2026-01-02T00:00:00Z", "date": "2026-01-02T00:00:00Z", "tag": ["compiled"],
    } | together  # fmt: skip
    assert json.dumps(releases) == before


_values = st.recursive(
    st.integers(0, 3) | st.sampled_from(["x", "y"]),
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner, min_size=1, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from("abc"), _values, max_size=3))
@settings(max_examples=60)
def test_saying_it_twice_changes_nothing(content):
    release = BASE | {"id": "1", "date": "2026-01-01T00:00:00Z", "tag": ["tender"]} | content
    once = compiled([release])
    assert compiled([release, release]) == once
    assert {name: once[name] for name in content} == content


@pytest.fixture(scope="module")
def schemas(shared_data):
    """The standard's schemas with the extensions for lots and locations applied."""
    folder = shared_data / "ocds"

    def read(path):
        return json.loads((folder / path).read_text("utf-8"))

    def patch(target, change):
        for name, value in change.items():
            if isinstance(value, dict) and isinstance(target.get(name), dict):
                patch(target[name], value)
            else:
                target[name] = value

    release = read("schema/release-schema.json")
    for extension in ("lots", "location"):
        patch(release, read(f"{extension}/release-schema.json"))
    # Defined by an extension that nobody here uses.
    del release["definitions"]["Lot"]["properties"]["submissionTerms"]
    forbid_other_fields(release)
    release["definitions"]["Tender"]["properties"]["enquiries"] = {"type": "array"}
    return release, read("schema/release-package-schema.json"), read(
        "schema/record-package-schema.json"
    )  # fmt: skip


def forbid_other_fields(schema):
    """Make a misspelt field an error, which the standard's schema would let pass."""
    if isinstance(schema, dict):
        if "properties" in schema and schema.get("type") in ("object", None):
            schema.setdefault("additionalProperties", False)
        for value in schema.values():
            forbid_other_fields(value)
    elif isinstance(schema, list):
        for value in schema:
            forbid_other_fields(value)


@pytest.mark.parametrize("make", [a_first_version, a_second_version])
@pytest.mark.parametrize("draft", [False, True])
def test_the_files_keep_the_standards_schemas(schemas, make, draft):
    release_schema, release_package_schema, record_package_schema = schemas
    package = make(draft=draft)
    release_file = json.loads(ocds.write_release(package, FILES))
    record_file = json.loads(ocds.write_record(package, ocds.write_release(package, FILES)))

    def check(instance, schema):
        jsonschema.Draft4Validator(schema, format_checker=FORMATS).validate(instance)

    (record,) = record_file["records"]
    for release in (*release_file["releases"], *record["releases"], record["compiledRelease"]):
        check(release, release_schema)
    without_references(release_package_schema)
    without_references(record_package_schema)
    check(release_file, release_package_schema)
    check(record_file, record_package_schema)
    with pytest.raises(jsonschema.ValidationError):
        check(release_file["releases"][0] | {"tendr": {}}, release_schema)


def without_references(schema):
    """Take out what leads to the release schema on the web; releases are checked by themselves."""
    if isinstance(schema, dict):
        if str(schema.get("$ref", "")).startswith("http"):
            del schema["$ref"]
        for value in schema.values():
            without_references(value)
    elif isinstance(schema, list):
        for value in schema:
            without_references(value)
