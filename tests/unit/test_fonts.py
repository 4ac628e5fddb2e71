"""The letters of printed papers: what can be drawn, and widths that are those of Arial and Times."""

import hashlib

import pytest

from coverage.fonts import FOLDER, NOT_DRAWN, drawable, face

VIETNAMESE = "ĂÂĐÊÔƠƯăâđêôơư" + "".join(map(chr, range(0x1EA0, 0x1EFA)))


@pytest.mark.parametrize(
    ("name", "text", "units"),
    [  # advance widths of the metric-compatible originals, in 2048ths of the size
        ("LiberationSans-Regular", "A", 1366),
        ("LiberationSans-Regular", " ", 569),
        ("LiberationSans-Regular", "i", 455),
        ("LiberationSans-Bold", "A", 1479),
        ("LiberationSerif-Regular", "A", 1479),
        ("LiberationSerif-Regular", "n", 1024),
        ("LiberationSerif-Bold", "W", 2048),
    ],
)
def test_widths_are_those_of_the_originals(name, text, units):
    assert face(name).width(text) == pytest.approx(units / 2048)
    assert face(name).width(text * 3) == pytest.approx(3 * units / 2048)


def test_every_vietnamese_letter_can_be_drawn_in_every_font():
    assert drawable(VIETNAMESE) == VIETNAMESE
    for path in FOLDER.glob("*.ttf"):
        assert {ord(letter) for letter in VIETNAMESE} <= face(path.stem).widths.keys()
        assert face(path.stem).width("Ễ") == pytest.approx(face(path.stem).width("E"))


@pytest.mark.parametrize(
    ("typed", "drawn"),
    [
        ("Bản  Rào\nTre\t2 ", "Bản Rào Tre 2"),
        ("Ba\u0309n", "Bản"),  # letters and signs apart, as some keyboards send them
        ("\u202eerT oàR", "erT oàR"),  # a turned direction would turn the numbers beside it too
        ("Bản\u200b\u00ad Mới\x07", "Bản Mới"),
        ("Bản 😀 漢", f"Bản {NOT_DRAWN} {NOT_DRAWN}"),
        ("\ud800", ""),
        ("#set page()", "#set page()"),
    ],
)
def test_what_cannot_be_drawn_is_seen(typed, drawn):
    assert drawable(typed) == drawn


def test_the_fonts_are_those_that_sources_names():
    told = (FOLDER / "SOURCES").read_text(encoding="utf-8")
    for path in FOLDER.glob("*.ttf"):
        assert f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}" in told
    assert "SIL OPEN FONT LICENSE" in (FOLDER / "LICENSE").read_text(encoding="utf-8")
