"""Numbers in the terminal: as Vietnamese writes them, so that 1.464 households are not 1,464."""

import pytest

from api.commands.output import number


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [(1464, 0, "1.464"), (12, 0, "12"), (1_834_000_000, 0, "1.834.000.000"), (4.214, 2, "4,21"),
     (1234.56, 1, "1.234,6")],
)  # fmt: skip
def test_a_number_is_written_with_a_point_for_thousands(value, decimals, written):
    assert number(value, decimals) == written
