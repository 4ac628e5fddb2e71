// The village that the map is about: a ring around it, and its name, whatever else stands there.
"use strict";

phusong.startSpot = (map) => {
  const [name, longitude, latitude] = phusong.data.spot;
  const renderer = L.svg({ pane: "survey" });
  const ring = (weight, color) => L.circleMarker([latitude, longitude], {
    renderer, pane: "survey", interactive: false, radius: 15, weight, color, fill: false,
  }).addTo(map);
  ring(6, "#ffffff");
  ring(3, "#b3201a")
    .bindTooltip(document.createTextNode(name), { permanent: true, direction: "top", offset: [0, -14], className: "spot" })
    .openTooltip();
};
