"""The words people read for ground layers."""

from __future__ import annotations

from api.catalogue import mark as _

LAYER_WORDS: dict[str, str] = {
    "family.layer": _("Lớp nền"),
    "thing.layer": _("lớp nền"),
    "LayerKind.road": _("Đường giao thông"),
    "LayerKind.power_line": _("Đường dây điện"),
    "LayerKind.school": _("Trường học"),
    "LayerKind.health_post": _("Trạm y tế"),
}
