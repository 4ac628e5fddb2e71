"""Reads vector tiles: the little of version 2 of the specification that points need."""

from __future__ import annotations

import struct
from dataclasses import dataclass


@dataclass(frozen=True)
class Drawn:
    """One point of a layer: its place in the tile, from the upper left, and its attributes."""

    layer: str
    x: int
    y: int
    said: dict[str, object]


def read(content: bytes) -> list[Drawn]:
    """Return every point of a tile, in its order."""
    drawn = []
    for number, layer in _fields(content):
        assert number == 3, "a tile holds layers"
        drawn += _layer(layer)
    return drawn


def _layer(content):
    fields = _fields(content)
    (name,) = (value.decode() for number, value in fields if number == 1)
    assert [value for number, value in fields if number == 15] == [2], "the version"
    assert [value for number, value in fields if number == 5] == [4096], "the extent"
    keys = [value.decode() for number, value in fields if number == 3]
    values = [_value(value) for number, value in fields if number == 4]
    for number, feature in fields:
        if number != 2:
            continue
        parts = dict(_fields(feature))
        assert parts[3] == 1, "a point"
        command, across, down = _numbers(parts[4])
        assert command == 9, "one move"
        pairs = _numbers(parts.get(2, b""))
        said = {
            keys[key]: values[value] for key, value in zip(pairs[::2], pairs[1::2], strict=True)
        }
        yield Drawn(name, _signed(across), _signed(down), said)


def _value(content):
    ((number, value),) = _fields(content)
    match number:
        case 1:
            return value.decode()
        case 2:
            return struct.unpack("<f", value)[0]
        case 3:
            return struct.unpack("<d", value)[0]
        case 6:
            return _signed(value)
        case 7:
            return bool(value)
        case _:
            return value


def _fields(content):
    found, place = [], 0
    while place < len(content):
        tag, place = _number(content, place)
        match tag & 7:
            case 0:
                value, place = _number(content, place)
            case 1:
                value, place = content[place : place + 8], place + 8
            case 2:
                length, place = _number(content, place)
                value, place = content[place : place + length], place + length
            case 5:
                value, place = content[place : place + 4], place + 4
            case other:
                raise ValueError(other)
        found.append((tag >> 3, value))
    return found


def _number(content, place):
    value = shift = 0
    while True:
        byte = content[place]
        value |= (byte & 127) << shift
        place, shift = place + 1, shift + 7
        if byte < 128:
            return value, place


def _numbers(content):
    found, place = [], 0
    while place < len(content):
        value, place = _number(content, place)
        found.append(value)
    return found


def _signed(value):
    return (value >> 1) ^ -(value & 1)
