// The namespace, the data handed in by the page, and what every other script needs.
"use strict";

const phusong = {
  data: JSON.parse(document.getElementById("phusong-data").textContent),
  layers: {}, // by the name that the legend's boxes carry
  labels: [], // filled by the layers, placed by labels.js
  pixelRatio: window.devicePixelRatio || 1,
};

phusong.words = phusong.data.words;
phusong.locale = phusong.data.language === "vi" ? "vi-VN" : "en-GB";
phusong.count = (number) => number.toLocaleString(phusong.locale);
phusong.fill = (text, facts) => text.replace(/\{(\w+)\}/g, (_, name) => facts[name]);

// Makes an element; children that are strings become text, never markup.
phusong.element = (tag, attributes, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) made.setAttribute(name, value);
  made.append(...children);
  return made;
};

// From lowest to highest; only areas and popups take the pointer.
phusong.panes = {
  abroad: 305, provinces: 310, communes: 320, outline: 330, lots: 340, islands: 350, sites: 410, zones: 420, survey: 430, names: 450,
};

phusong.start = (map) => {
  phusong.map = map;
  for (const [name, height] of Object.entries(phusong.panes)) {
    const pane = map.createPane(name);
    pane.style.zIndex = height;
    if (!["provinces", "communes", "lots"].includes(name)) pane.style.pointerEvents = "none";
  }
  const [west, south, east, north] = phusong.data.ground.country;
  phusong.panel.open(); // first, because it decides how large the map is
  map.invalidateSize({ animate: false });
  map.setMaxBounds([[south - 6, west - 8], [north + 7.5, east + 8]]);
  phusong.home(false);
};

phusong.home = (animate) => {
  const { map } = phusong;
  const [west, south, east, north] = phusong.data.ground.frame;
  const bounds = L.latLngBounds([[south, west], [north, east]]);
  const room = Math.min(map.getSize().x, map.getSize().y) < 500 ? 4 : 16;
  const small = document.getElementById("locator");
  // On a narrow map the buttons would stand on a village at the western edge.
  const left = small && map.getSize().x < 500 ? 46 : room;
  const zoomWith = (below) => map.getBoundsZoom(bounds, false, L.point(left + room, 2 * room + below));
  // Where it costs nothing, the small map gets the space below.
  const height = small ? small.offsetHeight + 16 : 0;
  const below = zoomWith(height) === zoomWith(0) ? height : 0;
  phusong.homeZoom = Math.min(zoomWith(below), 13);
  map.fitBounds(bounds, { paddingTopLeft: [left, room], paddingBottomRight: [room, room + below], animate, maxZoom: 13 });
};

// Whether the map still stands as it opened.
phusong.isHome = () => {
  const [west, south, east, north] = phusong.data.ground.frame;
  return phusong.map.getBounds().contains([[south, west], [north, east]]) && phusong.map.getZoom() === phusong.homeZoom;
};

// Shows or hides what a legend's box names.
phusong.show = (name, wanted) => {
  const layer = phusong.layers[name];
  if (!layer) return;
  if (wanted) layer.addTo(phusong.map);
  else layer.remove();
};
