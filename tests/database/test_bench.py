"""Every bench runs, on a pinch of data; its figures mean nothing here and are not looked at."""

from importlib import import_module

import pytest

from tests.bench.__main__ import BENCHES
from tests.bench.workbench import Table, open_workbench

OF_THE_COUNTRY = {"maps", "packages", "pages", "surveys"}


# What the peers of a comparison warn of is theirs.
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.parametrize("name", BENCHES)
def test_the_bench_runs_and_compares(name, cluster, project, request):
    module = import_module(f"tests.bench.{name}")
    # Pages are asked in a country whose places stand: loading them is not what is tried.
    template = request.getfixturevalue("country") if name in OF_THE_COUNTRY else None
    with open_workbench(project, runs=1, scale=0.003, cluster=cluster, template=template) as bench:
        tables = list(module.run(bench))
    assert module.TITLE
    assert tables
    for table in tables:
        assert len(table.seconds) > 1
        assert next(iter(table.ratios().values())) == 1.0
        assert table.title in table.as_text()


def test_a_ratio_is_of_medians_to_the_first_way():
    table = Table("thử", {"limit": [1.0, 3.0, 2.0], "ours": [9.0, 3.0, 4.0]}, {"note": "words"})
    assert table.ratios() == {"limit": 1.0, "ours": 2.0}
    assert "2.00 ×" in table.as_text()
    assert "note: words" in table.as_text()
