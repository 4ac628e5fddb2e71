"""The page about the life of a zone says what the code does."""

import importlib.util

import pytest

from coverage.zone_life import TRANSITIONS


@pytest.fixture(scope="module")
def writer(project):
    spec = importlib.util.spec_from_file_location(
        "zone_life_page", project / "script" / "docs.d" / "zone_life.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_is_the_one_that_the_table_gives(project, writer):
    stands = (project / "docs" / "zone_life.md").read_text(encoding="utf-8")
    assert stands == writer.page(), "run script/docs.d/zone_life.py"


def test_every_move_is_an_arrow_of_the_diagram(writer):
    arrows = [
        line.split(" : ")[0].strip() for line in writer.page().splitlines() if " --> " in line
    ]
    drawn = {tuple(arrow.split(" --> ")) for arrow in arrows} - {("[*]", "reported")}
    assert drawn == {
        (source.value, row.target.value) for row in TRANSITIONS for source in row.sources
    }
