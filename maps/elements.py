"""The Folium elements that maps are made of: the map, its layers, and the page around them."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping

import folium
import jinja2
from branca.element import Element, Figure, MacroElement
from folium.map import Layer
from folium.template import Template

from maps.basemap import NATIONAL_FRAME


class MapOfVietnam(folium.Map):
    """A Folium map without tiles, foreign hosts, jQuery or Bootstrap."""

    default_js: list[tuple[str, str]] = []  # noqa: RUF012 - folium's own name for its links
    default_css: list[tuple[str, str]] = []  # noqa: RUF012

    def __init__(self) -> None:
        west, south, east, north = NATIONAL_FRAME
        super().__init__(
            location=[(south + north) / 2, (west + east) / 2],
            zoom_start=5,
            tiles=None,
            zoom_control=False,
            attribution_control=False,
            min_zoom=4,
            max_zoom=17,
            zoom_snap=0.25,
            zoom_delta=0.5,
            wheel_px_per_zoom_level=100,
            max_bounds_viscosity=0.7,
        )


class DrawnLayer(Layer):
    """A layer that one function of our scripts draws from the page's data."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = phusong.{{ this.function }}({{ this.argument }});
        {% endmacro %}
        """
    )

    def __init__(self, function: str, argument: str = "", *, show: bool = True) -> None:
        super().__init__(name=function, overlay=True, show=show)
        self._name = function
        self.function = function
        self.argument = argument


class Step(MacroElement):
    """A step of the page's scripts that takes the map: ``start`` before the layers, ``ready`` after."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            phusong.{{ this.function }}({{ this._parent.get_name() }});
        {% endmacro %}
        """
    )

    def __init__(self, function: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = f"step_{function}"
        self.function = function


class Page(Figure):
    """The page around a map: title, legend, data. It replaces Folium's own page.

    Folium reads every text that passes through an ``Element`` as a template, so a village named
    ``{{ … }}`` would be executed. What people typed therefore comes here, as values of an
    autoescaping template, and nowhere else.
    """

    def __init__(self, facts: Mapping[str, object]) -> None:
        super().__init__()
        self._name = "page"
        self.facts = facts

    def render(self, **kwargs: object) -> str:
        """Return the page; the map's parts are put in order and numbered first."""
        number_elements(self)
        for child in self._children.values():
            child.render(**kwargs)
        script = "\n".join(
            line.strip() for line in self.script.render().splitlines() if line.strip()
        )
        return _page_template().render(body=self.html.render().strip(), script=script, **self.facts)


def number_elements(root: Element) -> None:
    """Replace Folium's random ids by numbers in the order of the tree: same map, same bytes."""
    for number, element in enumerate(_tree(root), start=1):
        element._id = str(number)  # noqa: SLF001 - Folium offers no other way to name an element


def _tree(element: Element) -> Iterator[Element]:
    yield element
    for child in element._children.values():  # noqa: SLF001
        yield from _tree(child)


@functools.cache
def _page_template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("maps", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("map.html")
