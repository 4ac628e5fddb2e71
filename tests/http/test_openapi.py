"""The API describes itself truly: a valid OpenAPI document that its own answers obey."""

import re
from pathlib import Path

import jsonschema
import pytest

from api.main import create_app
from coverage.settings import read_settings
from tests.http.stored import a_package, a_vintage, a_zone

VIETNAMESE = re.compile(
    "[ăâđêôơưáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ]", re.IGNORECASE
)


@pytest.fixture(scope="module")
def description():
    return create_app(read_settings({}, Path("/nowhere"))).openapi()


def operations(description):
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def within(value):
    yield value
    children = (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    )
    for child in children:
        yield from within(child)


def test_the_document_is_sound(description):
    assert description["openapi"].startswith("3.1")
    for part in within(description):
        if isinstance(part, dict) and isinstance(part.get("$ref"), str):
            place = description
            for step in part["$ref"].removeprefix("#/").split("/"):
                place = place[step]
    for schema in description["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    ids = [operation["operationId"] for _, operation in operations(description)]
    assert len(ids) == len(set(ids)) >= 10


def test_every_operation_is_told_in_vietnamese_with_its_problems(description):
    for name, operation in operations(description):
        assert VIETNAMESE.search(operation["summary"]), name
        assert VIETNAMESE.search(operation["description"]), name
        assert operation["tags"], name
        for parameter in operation.get("parameters", []):
            assert VIETNAMESE.search(parameter["description"]), (name, parameter["name"])
        for status, response in operation["responses"].items():
            if status >= "400":
                assert set(response["content"]) == {"application/problem+json"}, (name, status)
        if "health" not in name:
            assert "401" in operation["responses"], name
            assert operation["security"], name


def test_every_parameter_of_a_path_is_described(description):
    for path, methods in description["paths"].items():
        for operation in methods.values():
            described = {p["name"] for p in operation.get("parameters", []) if p["in"] == "path"}
            assert described == set(re.findall(r"{(\w+)}", path)), path


def test_examples_obey_their_own_schemas(description):
    checked = 0
    for part in within(description):
        if isinstance(part, dict) and isinstance(part.get("examples"), list) and "$ref" not in part:
            schema = {**part, "components": description["components"]}
            for example in part["examples"]:
                jsonschema.validate(example, schema)
                checked += 1
    assert checked > 15


def test_answers_obey_the_description(description, database, authority, province, program):
    a_vintage(database, authority)
    officer = province("42")
    zone_id = a_zone(database, officer)
    a_package(database, authority)
    client = program(officer)
    asked = {
        "/api/v1/zones": "/api/v1/zones",
        "/api/v1/zones/{zone_id}": f"/api/v1/zones/{zone_id}",
        "/api/v1/packages": "/api/v1/packages",
        "/api/v1/packages/{number}": "/api/v1/packages/GT-2026-42-001",
        "/api/v1/places/provinces": "/api/v1/places/provinces",
        "/api/v1/places/communes": "/api/v1/places/communes?province=42",
        "/api/v1/health": "/api/v1/health",
        "/api/v1/problems": "/api/v1/problems",
    }
    for path, address in asked.items():
        answer = client.get(address)
        assert answer.status_code == 200, address
        media = answer.headers["content-type"].split(";")[0]
        schema = description["paths"][path]["get"]["responses"]["200"]["content"][media]["schema"]
        jsonschema.validate(answer.json(), {**schema, "components": description["components"]})
    problem = client.get("/api/v1/zones?limit=0").json()
    told = description["components"]["schemas"]["ToldProblem"]
    jsonschema.validate(problem, {**told, "components": description["components"]})
    assert client.get("/api/v1/openapi.json").json()["paths"].keys() == description["paths"].keys()
