"""The words of a map: complete in both languages, and every code has its word."""

import re
from datetime import date

import pytest

from api.words import word
from coverage.findings import Language
from coverage.zones import Queue, Signal, ZoneStatus
from maps.symbols import STAGES
from maps.texts import words_in

VI, EN = words_in(Language.VI), words_in(Language.EN)


@pytest.mark.parametrize("name", sorted(VI.texts))
def test_every_text_is_in_both_languages_over_the_same_facts(name):
    assert VI.texts[name].strip()
    assert EN.texts[name].strip()
    facts = [sorted(re.findall(r"{(\w+)}", words.texts[name])) for words in (VI, EN)]
    assert facts[0] == facts[1]


def test_every_code_has_its_word():
    for queue in Queue:
        assert VI(f"queue.{queue.value}")
    for status in ZoneStatus:
        assert VI(f"status.{status.value}")
    for signal in Signal:
        assert VI(f"signal.{signal.value}")
    for stage in STAGES:
        assert VI(f"stage.{stage.key}")


def test_numbers_and_days_as_people_write_them():
    assert (VI.number(1392058), EN.number(1392058)) == ("1.392.058", "1,392,058")
    assert (VI.day(date(2026, 4, 30)), EN.day(date(2026, 4, 30))) == ("30/04/2026", "2026-04-30")


def test_an_unknown_text_is_a_mistake_of_ours():
    with pytest.raises(KeyError):
        VI("legend.nothing")


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("value", [*Queue, *ZoneStatus, *Signal], ids=str)
def test_a_map_says_it_in_the_words_of_the_pages(value, language):
    family = {Queue: "queue", ZoneStatus: "status", Signal: "signal"}[type(value)]
    assert words_in(language)(f"{family}.{value.value}") == word(value, language)
