"""How QGIS shows the layers of a package by itself: QML for QGIS, SLD for other programs.

QGIS looks for the default style of a layer in the table ``layer_styles`` of the same file. The
documents state only what differs from what QGIS would do; no symbol, font or picture is fetched.
"""

from __future__ import annotations

from dataclasses import dataclass

_ZONE, _SITE, _OUTLINE = "192,26,28", "31,106,176", "0,75,122"


@dataclass(frozen=True, slots=True)
class LayerStyle:
    """The style of one layer, in both languages of style."""

    name: str
    qml: str
    sld: str


def point_style(name: str, *, shape: str, colour: str, size_mm: float, label: str) -> LayerStyle:
    """Return a style of points: one symbol, and the column ``label`` written beside it."""
    symbol = _qml_symbol(
        "marker", "SimpleMarker",
        {"name": shape, "color": f"{colour},255", "outline_color": "255,255,255,255",
         "outline_width": "0.3", "outline_width_unit": "MM", "size": f"{size_mm}",
         "size_unit": "MM", "angle": "0", "scale_method": "diameter"},
    )  # fmt: skip
    mark = {"circle": "circle", "triangle": "triangle"}[shape]
    sld = (
        f"<se:PointSymbolizer><se:Graphic><se:Mark><se:WellKnownName>{mark}</se:WellKnownName>"
        f'<se:Fill><se:SvgParameter name="fill">{_hex(colour)}</se:SvgParameter></se:Fill>'
        '<se:Stroke><se:SvgParameter name="stroke">#ffffff</se:SvgParameter></se:Stroke></se:Mark>'
        f"<se:Size>{round(size_mm * 3.78)}</se:Size></se:Graphic></se:PointSymbolizer>"
    )
    return LayerStyle(name, _qml(symbol, label, "0"), _sld(name, sld))


def area_style(name: str, *, colour: str, label: str) -> LayerStyle:
    """Return a style of areas: a thin fill, a firm line, and the column ``label`` inside."""
    symbol = _qml_symbol(
        "fill", "SimpleFill",
        {"color": f"{colour},40", "style": "solid", "outline_color": f"{colour},255",
         "outline_style": "solid", "outline_width": "0.5", "outline_width_unit": "MM"},
    )  # fmt: skip
    sld = (
        f'<se:PolygonSymbolizer><se:Fill><se:SvgParameter name="fill">{_hex(colour)}'
        '</se:SvgParameter><se:SvgParameter name="fill-opacity">0.16</se:SvgParameter></se:Fill>'
        f'<se:Stroke><se:SvgParameter name="stroke">{_hex(colour)}</se:SvgParameter>'
        '<se:SvgParameter name="stroke-width">2</se:SvgParameter></se:Stroke>'
        "</se:PolygonSymbolizer>"
    )
    return LayerStyle(name, _qml(symbol, label, "2"), _sld(name, sld))


def _qml_symbol(kind: str, layer_class: str, options: dict[str, str]) -> str:
    told = "".join(
        f'<Option type="QString" name="{name}" value="{value}"/>' for name, value in options.items()
    )
    return (
        f'<symbol type="{kind}" name="0" alpha="1" clip_to_extent="1" force_rhr="0">'
        f'<layer class="{layer_class}" enabled="1" locked="0" pass="0">'
        f'<Option type="Map">{told}</Option></layer></symbol>'
    )


def _qml(symbol: str, label: str, geometry_type: str) -> str:
    """The document; ``geometry_type`` is 0 for points and 2 for areas, as QGIS counts them."""
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
        '<qgis version="3.22.0" styleCategories="Symbology|Labeling" labelsEnabled="1">'
        '<renderer-v2 type="singleSymbol" symbollevels="0" enableorderby="0" forceraster="0">'
        f"<symbols>{symbol}</symbols></renderer-v2>"
        '<labeling type="simple"><settings calloutType="simple">'
        f'<text-style fieldName="{label}" isExpression="0" fontSize="9" fontSizeUnit="Point"'
        ' textColor="26,26,26,255" textOpacity="1">'
        '<text-buffer bufferDraw="1" bufferSize="0.8" bufferSizeUnits="MM"'
        ' bufferColor="255,255,255,255" bufferOpacity="1"/></text-style>'
        '<placement placement="6" dist="1" distUnits="MM"/>'
        '<rendering drawLabels="1" obstacle="1" scaleVisibility="0"/></settings></labeling>'
        "<blendMode>0</blendMode><featureBlendMode>0</featureBlendMode>"
        f"<layerGeometryType>{geometry_type}</layerGeometryType></qgis>"
    )


def _sld(name: str, symbolizer: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<StyledLayerDescriptor xmlns="http://www.opengis.net/sld" version="1.1.0"'
        ' xmlns:se="http://www.opengis.net/se">'
        f"<NamedLayer><se:Name>{name}</se:Name><UserStyle><se:Name>{name}</se:Name>"
        "<se:FeatureTypeStyle><se:Rule><se:Name>Single symbol</se:Name>"
        f"{symbolizer}</se:Rule></se:FeatureTypeStyle></UserStyle></NamedLayer>"
        "</StyledLayerDescriptor>"
    )


def _hex(colour: str) -> str:
    return "#" + "".join(f"{int(part):02x}" for part in colour.split(","))


ZONES = point_style("zones", shape="circle", colour=_ZONE, size_mm=2.6, label="label")
SITES = point_style("sites", shape="triangle", colour=_SITE, size_mm=4.0, label="label")
LOTS = area_style("lots", colour=_OUTLINE, label="name")
