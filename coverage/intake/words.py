"""The short answers that cells hold: marks, yes and no, power, signal, the class of an area."""

from __future__ import annotations

import functools
import re

from coverage.vietnamese import header_key, without_accents
from coverage.zones import Signal

MARKS = frozenset(["x", "×", "✓", "✔", "√", "v", "*", "+", "●", "•", "☑", "✗", "✘"])
DITTO = frozenset(
    {'"', "”", "″", "〃", "''", "’’", "nt", "-nt-", "n.t", "//", "như trên", '"nt"', "- nt -", ",,"}
)


def _keys(phrases: str) -> frozenset[str]:
    keys = {header_key(phrase) for phrase in phrases.split(";")}
    return frozenset(keys | {without_accents(key) for key in keys})


_YES = _keys(
    "x; có; yes; y; true; đúng; đã có; rồi; đạt; thuộc; 1; ok; t; đ; co; đbkk; thôn đbkk; là"
)
_NO = _keys(
    "không; no; n; false; sai; chưa; chưa có; không có; k; ko; 0; kg; không thuộc; hông; f; không phải"
)
_POWER = _keys(
    "có điện; đã có điện; có điện lưới; đã có điện lưới; điện lưới; điện lưới quốc gia; có điện lưới"
    " quốc gia; đã có điện lưới quốc gia; điện lưới qg; có lưới; lưới điện quốc gia; điện quốc gia;"
    " đã có; có điện lưới qg; đã có điện lưới qg; evn; lưới; grid; đã kéo điện; có điện qg"
)
_NO_POWER = _keys(
    "chưa có điện; không có điện; chưa có điện lưới; không có điện lưới; chưa có điện lưới quốc gia;"
    " không có điện lưới quốc gia; chưa; chưa có; chưa có điện lưới qg; không điện; chưa kéo điện;"
    " không có điện lưới qg; chưa có lưới; none; điện mặt trời; năng lượng mặt trời; pin mặt trời;"
    " điện năng lượng mặt trời; máy phát; máy phát điện; máy nổ; điện máy nổ; thủy điện nhỏ;"
    " thủy điện mini; thủy điện cực nhỏ; thủy điện gia đình; điện tự phát; ắc quy; bình ắc quy;"
    " ngoài lưới; chưa đóng điện"
)
_SIGNAL = {
    Signal.NONE: _keys(
        "trắng sóng; trắng; không có sóng; không sóng; chưa có sóng; không có sóng di động; none;"
        " mất sóng; không có; no signal; no; trang; ts; thôn trắng sóng; vùng trắng; vùng trắng sóng;"
        " chưa có sóng di động; trắng sóng di động; hoàn toàn không có sóng"
    ),
    Signal.PATCHY: _keys(
        "lõm sóng; lõm; sóng yếu; yếu; chập chờn; sóng chập chờn; sóng kém; patchy; weak; ls; kém;"
        " sóng yếu, chập chờn; sóng không ổn định; không ổn định; weak signal; thôn lõm sóng;"
        " vùng lõm; vùng lõm sóng; sóng rất yếu; lõm sóng di động; có sóng nhưng yếu; sóng lõm"
    ),
}
_DIFFICULT = _keys(
    "đbkk; thôn đbkk; thôn đặc biệt khó khăn; đặc biệt khó khăn; xã đbkk; iii; khu vực iii; kv iii;"
    " kv3; khu vực 3; xã khu vực iii; 3; xã kv iii; kviii; kv 3; iii đbkk; đặc biệt khó khăn iii"
)
_OTHER_CLASS = _keys(
    "i; ii; khu vực i; khu vực ii; kv i; kv ii; kv1; kv2; 1; 2; khu vực 1; khu vực 2; xã khu vực i;"
    " xã khu vực ii; kvi; kvii; xã kv i; xã kv ii; kv 1; kv 2"
)
_SPACES = re.compile(r"\s+")


@functools.lru_cache(maxsize=4096)
def yes_or_no(text: str) -> bool | None:
    """Return what a mark or a short answer says, None where it says neither."""
    said = _SPACES.sub(" ", text.strip().lower())
    if said in MARKS:
        return True
    key = header_key(said)
    if key in _YES:
        return True
    return False if key in _NO else None


@functools.lru_cache(maxsize=4096)
def power_of(text: str) -> bool | None:
    """Return whether a cell says that there is grid power, None where it does not tell."""
    key = header_key(text)
    if key in _POWER:
        return True
    if key in _NO_POWER:
        return False
    return yes_or_no(text)


@functools.lru_cache(maxsize=4096)
def signal_of(text: str) -> Signal | None:
    """Return trắng sóng or lõm sóng, None where the cell says neither or both."""
    key = header_key(text)
    for signal, keys in _SIGNAL.items():
        if key in keys:
            return signal
    both = [signal for signal, word in _SIGNAL_WORDS if f" {word} " in f" {key} "]
    return both[0] if len(both) == 1 else None


_SIGNAL_WORDS = ((Signal.NONE, header_key("trắng sóng")), (Signal.PATCHY, header_key("lõm sóng")))


@functools.lru_cache(maxsize=4096)
def area_class_of(text: str) -> bool | None:
    """Return whether a class of area is the specially difficult one (III, ĐBKK); None: no class."""
    key = header_key(text)
    if key in _DIFFICULT:
        return True
    return False if key in _OTHER_CLASS else None


def is_ditto(text: str) -> bool:
    """Whether a cell says "as above"."""
    return text.strip().lower() in DITTO
