// A zone that is pressed is told to the page around the map, which ticks its row; what is ticked is ringed.
"use strict";

phusong.startTicks = (map) => {
  const { zones } = phusong.layers;
  const renderer = L.svg({ pane: "survey" });
  const rings = L.layerGroup().addTo(map);
  map.on("click", (event) => {
    const [row] = zones.hit(event.containerPoint, L.Browser.mobile ? 10 : 3);
    if (row !== undefined && window.parent !== window) {
      window.parent.postMessage({ ticked: zones.table.id[row] }, "*"); // the map has no origin
    }
  });
  // What would change its lot is painted over in the colour of the lot that it goes to.
  const painted = L.layerGroup().addTo(map);
  const paint = ({ moved, after }) => {
    painted.clearLayers();
    zones.table.id.forEach((id, row) => {
      if (!Object.hasOwn(moved, id)) return;
      L.circleMarker(zones.at(row), {
        renderer, pane: "survey", interactive: false, radius: 9, weight: 3, color: "#000000",
        fill: after, fillColor: moved[id], fillOpacity: 1, className: "moved",
      }).addTo(painted);
    });
  };
  window.addEventListener("message", (event) => {
    if (event.source !== window.parent || typeof event.data !== "object") return;
    if (event.data.moved) paint(event.data);
    if (!Array.isArray(event.data.ticks)) return;
    const wanted = new Set(event.data.ticks);
    rings.clearLayers();
    zones.table.id.forEach((id, row) => {
      if (!wanted.has(id)) return;
      L.circleMarker(zones.at(row), {
        renderer, pane: "survey", interactive: false, radius: 12, weight: 3, color: "#b3201a", fill: false,
      }).addTo(rings);
    });
  });
  if (window.parent !== window) window.parent.postMessage({ ready: true }, "*");
};
