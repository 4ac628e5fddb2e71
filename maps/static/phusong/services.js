// Service areas under the zones: strong ones fuller, weak ones pale.
"use strict";

phusong.services = (number) => {
  const area = phusong.data.services[number];
  const layer = L.polygon(phusong.decode(area), {
    renderer: L.canvas({ pane: "outline", padding: 0.4 }), pane: "outline", interactive: false,
    color: "#7a5ba8", weight: 0.6, opacity: 0.7,
    fillColor: "#7a5ba8", fillOpacity: area.weak ? 0.16 : 0.42,
  });
  phusong.layers[`services-${number}`] = layer;
  return layer;
};
