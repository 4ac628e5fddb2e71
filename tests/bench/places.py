"""Random places that are like the real ones: sites in towns, villages anywhere."""

from __future__ import annotations

import numpy as np

OPERATORS = ("Viettel", "VNPT", "MobiFone", "Vietnamobile")
_WEST, _SOUTH, _EAST, _NORTH = 102.5, 8.5, 109.3, 23.2


def villages(count: int, seed: int = 1) -> np.ndarray:
    """Return ``count`` places, longitude and latitude, all over the country's box."""
    chance = np.random.default_rng(seed)
    return np.round(chance.uniform((_WEST, _SOUTH), (_EAST, _NORTH), (count, 2)), 6)


def masts(count: int, seed: int = 2) -> np.ndarray:
    """Return ``count`` places, longitude and latitude, most of them around a few hundred towns."""
    chance = np.random.default_rng(seed)
    towns = chance.uniform((_WEST, _SOUTH), (_EAST, _NORTH), (600, 2))
    around = towns[chance.integers(0, len(towns), count)] + chance.normal(0, 0.12, (count, 2))
    return np.round(np.clip(around, (_WEST, _SOUTH), (_EAST, _NORTH)), 6)


def register(rows: int, seed: int = 3) -> bytes:
    """Return a register in CSV: one row per operator and mast, metres off one another."""
    chance = np.random.default_rng(seed)
    places = np.repeat(masts(rows // 2 + 1, seed), 2, axis=0)[:rows]
    places = np.round(places + chance.uniform(-5e-5, 5e-5, places.shape), 6)
    lines = ["Mã trạm,Nhà mạng,Công nghệ,Vĩ độ,Kinh độ"]
    lines += [
        f"T{number},{OPERATORS[number % len(OPERATORS)]},2G;4G,{latitude},{longitude}"
        for number, (longitude, latitude) in enumerate(places.tolist())
    ]
    return "\n".join(lines).encode()
