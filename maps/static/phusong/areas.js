// The ground: provinces, communes, the outline of the province in focus, both archipelagos.
"use strict";

phusong.decode = (area) =>
  area.g.map((polygon) =>
    polygon.map((ring) => {
      const size = 10 ** area.d;
      const points = [];
      for (let place = 0, x = 0, y = 0; place < ring.length; place += 2) {
        x += ring[place];
        y += ring[place + 1];
        points.push([y / size, x / size]);
      }
      return points;
    }));

// Other countries' land, without borders or names of its own: so that the sea is seen as sea.
phusong.surroundings = () => L.polygon(phusong.decode(phusong.data.ground.surroundings), {
  renderer: L.svg({ pane: "abroad", padding: 0.4 }), pane: "abroad", className: "abroad", interactive: false, stroke: false,
});

phusong.areas = (name) => {
  const { ground } = phusong.data;
  const renderer = L.svg({ pane: name, padding: 0.4 });
  const group = L.featureGroup([], { pane: name });
  for (const area of ground[name]) {
    const focus = ground.focus === area.c;
    const kind = name === "communes" ? "commune" : ground.focus && !focus ? "neighbour" : "province";
    const shape = L.polygon(phusong.decode(area), { renderer, pane: name, className: `area ${kind}`, weight: 1 });
    shape.on({
      mouseover: () => {
        phusong.under = area;
        shape.getElement().classList.add("pointed");
      },
      mouseout: () => {
        phusong.under = null;
        shape.getElement().classList.remove("pointed");
      },
      click: () => { phusong.pressed = area; },
    });
    group.addLayer(shape);
    if (focus && ground.communes.length) continue; // its communes are named, the title names it
    phusong.labels.push({
      text: area.n, at: [area.p[1], area.p[0]], kind, weight: area.w, layer: name,
      from: name === "communes" ? 7.25 : ground.focus ? 6 : 0,
    });
  }
  phusong.layers[name] = group;
  return group;
};

phusong.outline = () => {
  const { outline } = phusong.data.ground;
  const renderer = L.svg({ pane: "outline", padding: 0.4 });
  return L.polygon(phusong.decode(outline), {
    renderer, pane: "outline", className: "area focus", interactive: false, fill: false, weight: 2,
  });
};

// The islands as dots, because the largest would be smaller than a pixel on a map of the country.
phusong.archipelagos = () => {
  const { archipelagos, places } = phusong.data.ground;
  const group = L.featureGroup([]);
  const renderer = L.svg({ pane: "islands", padding: 0.4 });
  for (const archipelago of archipelagos) {
    for (const [east, north] of archipelago.i) {
      L.circleMarker([north, east], {
        renderer, pane: "islands", radius: 1.2, stroke: false, className: "island", interactive: false,
      }).addTo(group);
    }
    phusong.labels.push({
      text: archipelago.n.replace(" (", "\n("), at: [archipelago.p[1], archipelago.p[0]], kind: "archipelago", anchor: archipelago.a, weight: 1e6, layer: "archipelagos",
    });
    for (const [name, east, north] of archipelago.s) {
      phusong.labels.push({ text: name, at: [north, east], kind: "islet", anchor: "below", weight: 0, layer: "archipelagos", from: 7 });
    }
  }
  for (const [name, east, north, kind] of places) {
    phusong.labels.push({ text: name, at: [north, east], kind, weight: 1e5, layer: null });
  }
  phusong.layers.archipelagos = group;
  return group;
};
