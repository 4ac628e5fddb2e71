"""The shape of the house that no linter checks: small files, complete tables, whole words."""

import ast
import re
import tomllib

import pytest

from api.problems import PROBLEMS
from coverage import errors
from coverage.findings import rulebook
from coverage.people import MAY, Act

LINES = 400
ROLE_NAMES = {"utils", "util", "helpers", "helper", "services", "service", "managers", "manager",
              "common", "core", "base_classes", "misc"}  # fmt: skip


def python_files(project):
    # Migrations are left out: a first migration lists every table, and nobody edits it again.
    for folder in ("coverage", "api", "maps", "tests"):
        yield from (project / folder).rglob("*.py")


def test_no_file_is_longer_than_a_person_reads(project):
    long = {
        str(file.relative_to(project)): lines
        for file in python_files(project)
        if (lines := len(file.read_text(encoding="utf-8").splitlines())) > LINES
    }
    assert long == {}


def test_modules_are_named_for_things(project):
    assert [file for file in python_files(project) if file.stem in ROLE_NAMES] == []


def test_every_error_has_its_sentence():
    def below(kind):
        for child in kind.__subclasses__():
            yield child
            yield from below(child)

    missing = [kind for kind in below(errors.PhusongError) if kind not in PROBLEMS]
    assert missing == []


def test_every_act_says_who_may():
    assert set(MAY) == set(Act)


def test_every_rule_raised_in_code_is_in_the_rulebook(project):
    known = set(rulebook())
    families = {code.split(".")[0] for code in known}
    for file in python_files(project):
        if "tests" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", getattr(node.func, "attr", "")) == "finding"
                and node.args
                and isinstance(node.args[0], ast.Constant)
            ):
                assert node.args[0].value in known, f"{file}: {node.args[0].value}"
    assert families


@pytest.mark.parametrize("code", sorted(rulebook()))
def test_every_rule_speaks_both_languages_over_the_same_facts(code):
    rule = rulebook()[code]
    for text in (rule.message, rule.fix):
        # A fact that is itself words comes twice: {what} and {what_en}.
        facts = [
            {name.removesuffix("_en") for name in re.findall(r"{(\w+)", text[language])}
            for language in text
        ]
        assert facts[0] == facts[1], code
        assert all(text[language].strip() for language in text)


def test_every_rule_has_an_end_of_sentence():
    for rule in rulebook().values():
        assert rule.message[next(iter(rule.message))].rstrip()[-1] in ".:!?”)", rule.code


def test_dependencies_say_a_version(project):
    settings = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    for requirement in settings["project"]["dependencies"]:
        assert re.search(r"[=<>]", requirement), requirement
