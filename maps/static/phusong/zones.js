// Zones, lots and sites: tables to symbols.
"use strict";

phusong.running = (steps, digits) => {
  let sum = 0;
  return Float64Array.from(steps, (step) => {
    sum += step;
    return sum / 10 ** digits;
  });
};

phusong.paint = (context, path, radius, colour, edge, filling) => {
  const thick = filling === "hollow" ? Math.max(1.1, radius * 0.36) : radius * 0.16;
  const inner = Math.max(radius - thick / 2, 0.6);
  context.scale(inner, inner);
  context.lineWidth = thick / inner;
  context.lineJoin = "round";
  const shape = new Path2D(path);
  if (radius >= 2.5) { // a white rim keeps symbols apart where they lie over one another
    context.lineWidth = (thick + 1.4) / inner;
    context.strokeStyle = "rgba(255, 255, 255, 0.85)";
    context.stroke(shape);
    context.lineWidth = thick / inner;
  }
  if (filling === "full") {
    context.fillStyle = colour;
    context.fill(shape);
  } else {
    context.fillStyle = "#ffffff";
    context.fill(shape);
    if (filling === "pale") {
      context.globalAlpha = 0.35;
      context.fillStyle = colour;
      context.fill(shape);
      context.globalAlpha = 1;
    }
  }
  context.strokeStyle = filling === "hollow" ? colour : edge;
  context.stroke(shape);
};

// Small at the scale of the country and the smaller the more there are; full size from zoom 10.
phusong.sizeAt = (count) => {
  const least = count > 8000 ? 0.28 : count > 1500 ? 0.4 : count > 200 ? 0.5 : 0.75;
  return (zoom) => least + (1 - least) * Math.min(1, Math.max(0, (zoom - 5) / 5));
};
phusong.sized = true; // by households; otherwise all alike
phusong.radiusOf = (households) => (phusong.sized ? Math.min(14, 2.6 + 0.54 * Math.sqrt(households)) : 5.5);

// Which colour a zone has: by who pays (or by lot), or by its stage; the latter come behind.
phusong.colourBy = "queue";
phusong.colours = () => [...phusong.data.symbols.queues, ...phusong.data.symbols.stageColours];
phusong.colourOf = (queue, stage) => (phusong.colourBy === "stage" ? phusong.data.symbols.queues.length + stage : queue);

phusong.zones = () => {
  const table = phusong.data.zones;
  const { symbols } = phusong.data;
  const x = phusong.running(table.x, 6);
  const y = phusong.running(table.y, 6);
  const households = table.households;
  const shrink = phusong.sizeAt(x.length);
  const off = { queue: new Set(), signal: new Set(), stage: new Set() };
  const colours = phusong.colours();
  let stage = table.stage; // as of the day that is shown; -1 was no zone then
  // The large are drawn first and the small on top of them.
  const order = Uint32Array.from(x.keys()).sort((one, other) => households[other] - households[one]);
  const fillings = symbols.fillings.length;
  const stages = symbols.stages.length;
  const layer = new phusong.Points({
    pane: "zones",
    rows: { x, y },
    order,
    look: (row) => (phusong.colourOf(table.queue[row], stage[row]) * fillings + table.signal[row]) * stages + stage[row],
    radius: (row, zoom) => Math.max(1.3, phusong.radiusOf(households[row]) * shrink(zoom)),
    visible: (row) => stage[row] >= 0 && !off.queue.has(table.queue[row]) && !off.signal.has(table.signal[row]) && !off.stage.has(stage[row]),
    draw(context, look, radius) {
      const [colour, edge] = colours[Math.floor(look / stages / fillings)];
      const filling = symbols.fillings[Math.floor(look / stages) % fillings];
      phusong.paint(context, symbols.stages[look % stages], radius, colour, edge, filling);
    },
  });
  layer.table = table;
  layer.at = (row) => [y[row], x[row]];
  layer.count = x.length;
  layer.says = (row) => table.village[row];
  layer.stageOf = (row) => stage[row];
  layer.showStages = (then) => {
    stage = then || table.stage;
    layer.redraw();
  };
  layer.filter = (column, value, wanted) => {
    if (wanted) off[column].delete(value);
    else off[column].add(value);
    layer.redraw();
  };
  phusong.layers.zones = layer;
  return layer;
};

phusong.lots = () => {
  const renderer = L.svg({ pane: "lots", padding: 0.4 });
  const group = L.featureGroup([], { pane: "lots" });
  for (const lot of phusong.data.lots) {
    const shape = L.polygon(phusong.decode(lot), {
      renderer, pane: "lots", className: "lot", color: lot.colour, fillColor: lot.colour, fillOpacity: 0.1, weight: 2,
    }).on("click", () => { phusong.pressedLot = lot; }).addTo(group);
    // In the middle the number would hide a lot's only village: then it stands on the outline.
    const at = lot.zones === 1 ? [shape.getBounds().getNorth(), lot.p[0]] : [lot.p[1], lot.p[0]];
    phusong.labels.push({
      text: `${phusong.words.popup.label.lot} ${lot.number}`, at, kind: "lot", weight: lot.households, layer: "lots",
    });
  }
  phusong.layers.lots = group;
  return group;
};

phusong.sites = (place) => {
  const group = phusong.data.sites[place];
  const x = phusong.running(group.x, 5);
  const y = phusong.running(group.y, 5);
  const size = (zoom) => Math.min(4.5, Math.max(1.5, 1.5 + (zoom - 6) * 0.45));
  // Operators often stand on one site: each keeps to its own side of the spot.
  const shift = [[-3, -3], [3, -3], [-3, 3], [3, 3]][place] || [0, 0];
  const layer = new phusong.Points({
    pane: "sites",
    shift,
    rows: { x, y },
    order: Uint32Array.from(x.keys()),
    look: () => 0,
    radius: (row, zoom) => size(zoom),
    visible: () => true,
    draw: (context, look, radius) => phusong.paint(context, group.path, radius, group.colour, phusong.data.symbols.siteEdge, "full"),
  });
  layer.group = group;
  layer.at = (row) => [y[row], x[row]];
  phusong.layers[`sites-${place}`] = layer;
  return layer;
};
