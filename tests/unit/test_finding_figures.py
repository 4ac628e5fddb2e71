"""Metres in a finding's sentence are written as the reader's language writes them."""

from coverage.findings import Language, finding


def test_metres_have_the_languages_mark_of_thousands():
    found = finding(
        "coordinate.outside_commune",
        declared="Xã A", declared_code="00001", found="Xã B", found_code="00002", distance_m=16007,
        latitude="18.1", longitude="105.1", province="P",
    )  # fmt: skip
    assert "16.007 m" in found.message(Language.VI)
    assert "16,007 m" in found.message(Language.EN)


def test_what_is_no_whole_number_of_metres_stands_as_it_was_written():
    found = finding("coordinate.few_decimals", latitude="1", longitude="2", precision_m="1,5")
    assert "1,5 m" in found.message(Language.VI)
