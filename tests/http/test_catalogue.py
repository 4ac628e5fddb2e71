"""Every text has its English, none is left over, and both fill the same places."""

import re

import pytest
from babel.messages.extract import extract_from_dir

from api.catalogue import catalogue, translate, translate_count
from api.words import missing_words
from coverage.findings import Language

METHODS = [("**/templates/**.html", "jinja2"), ("**.py", "python")]
KEYWORDS = {"_": None, "mark": None, "ngettext": (1, 2)}


def said_in_code(project):
    """Every text of the pages and of the Python code of the door."""
    found = {}
    for file, line, message, _, _ in extract_from_dir(
        project / "api",
        METHODS,
        keywords=KEYWORDS,
        options_map={"**/templates/**.html": {"encoding": "utf-8"}},
    ):
        found.setdefault(message, f"{file}:{line}")
    return found


def test_every_text_has_its_english_and_none_is_left_over(project):
    said = said_in_code(project)
    known = {message.id: message for message in catalogue(Language.EN) if message.id}
    missing = {text: place for text, place in said.items() if text not in known}
    empty = [text for text, message in known.items() if not all(strings(message))]
    assert len(said) > 100
    assert missing == {}, "\n".join(as_po(text) for text in missing)
    assert set(known) - set(said) == set()
    assert empty == []


def strings(message):
    return message.string if isinstance(message.string, tuple) else (message.string,)


def as_po(text):
    """The entry to paste into api/locale/en/LC_MESSAGES/phusong.po."""
    if isinstance(text, tuple):
        return f'msgid "{text[0]}"\nmsgid_plural "{text[1]}"\nmsgstr[0] ""\nmsgstr[1] ""\n'
    return f'msgid "{text}"\nmsgstr ""\n'


def test_both_languages_fill_the_same_places():
    for message in catalogue(Language.EN):
        if not message.id:
            continue
        one = message.id[0] if isinstance(message.id, tuple) else message.id
        wanted = set(re.findall(r"%\((\w+)\)s", one))
        for string in strings(message):
            assert set(re.findall(r"%\((\w+)\)s", string)) == wanted, one
            assert string.count("%") == len(re.findall(r"%\(\w+\)s|%%", string)) + string.count(
                "%%"
            )


def test_every_identifier_has_a_word():
    assert missing_words() == []


def test_a_text_without_translation_stays_vietnamese():
    assert translate("không có trong bản dịch", Language.EN) == "không có trong bản dịch"


@pytest.mark.parametrize(("count", "expected"), [(0, "zones"), (1, "zone"), (2, "zones")])
def test_english_has_two_numbers_and_vietnamese_one(count, expected):
    one = "%(zones)s vùng"
    assert translate_count(one, one, count, Language.EN) == f"%(zones)s {expected}"
    assert translate_count(one, one, count, Language.VI) == one
