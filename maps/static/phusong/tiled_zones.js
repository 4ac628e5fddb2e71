// Zones that come by tiles: circles from afar, their own symbols from near.
"use strict";

phusong.tiledZones = () => {
  const { live, symbols } = phusong.data;
  const { codes } = live;
  const { words, count, fill, element } = phusong;
  const off = { queue: new Set(), signal: new Set(), stage: new Set() };
  const fillings = symbols.fillings.length;
  const stages = symbols.stages.length;
  const colours = phusong.colours();
  const total = live.counts.reduce((sum, row) => sum + row[4], 0);
  const number = (list, value, other) => (list.indexOf(value) < 0 ? other : list.indexOf(value));
  let zones = [];
  let cells = [];
  let tiles = null;

  const points = new phusong.Points({
    pane: "zones", rows: { x: [], y: [] }, order: [],
    look: (row) => (phusong.colourOf(zones[row].queue, zones[row].stage) * fillings + zones[row].signal) * stages + zones[row].stage,
    radius: (row, zoom) => Math.max(2, phusong.radiusOf(zones[row].facts.households) * phusong.sizeAt(total / 50)(zoom)),
    visible: () => true,
    draw(context, look, radius) {
      const [colour, edge] = colours[Math.floor(look / stages / fillings)];
      phusong.paint(context, symbols.stages[look % stages], radius, colour, edge, symbols.fillings[Math.floor(look / stages) % fillings]);
    },
  });
  const circles = new phusong.Cells({ pane: "zones" });
  const layer = L.layerGroup([circles, points]);

  // The households of a circle of full size: what a part of land this large holds, four times over.
  function measure() {
    const zoom = phusong.map.getZoom();
    const side = 1 / (16 * 2 ** Math.floor(zoom));
    const [west, south, east, north] = phusong.data.ground.frame;
    const up = (latitude) => Math.asinh(Math.tan((latitude * Math.PI) / 180)) / (2 * Math.PI);
    const land = ((east - west) / 360) * (up(north) - up(south)) * live.share;
    const full = Math.max(1, (4 * total * side * side) / land);
    const reach = 0.56 * side * 256 * 2 ** zoom;
    return { side, full, radius: (households) => (phusong.sized ? Math.max(4.5, reach * Math.sqrt(Math.min(1, households / full))) : 0.4 * reach) };
  }

  // Once for each feature, however often it is drawn.
  function understood(feature) {
    const { facts } = feature;
    feature.understood = feature.understood || {
      x: feature.x, y: feature.y, z: feature.z, facts,
      stage: codes.stage[facts.status],
      queue: number(codes.queue, facts.queue, codes.queue.length - 1),
      signal: number(codes.signal, facts.signal, codes.signal.length),
      zones: facts.zones || 1, households: facts.households,
    };
    return feature.understood;
  }

  function sort(features) {
    const shown = features.map(understood).filter((one) =>
      one.stage !== undefined && !off.queue.has(one.queue) && !off.stage.has(one.stage) &&
      (one.facts.id === undefined || !off.signal.has(one.signal)));
    zones = shown.filter((one) => one.facts.id !== undefined).sort((one, other) => other.households - one.households);
    cells = shown.filter((one) => one.facts.id === undefined);
  }

  function draw() {
    points.put(Float64Array.from(zones, (one) => one.x), Float64Array.from(zones, (one) => one.y), Uint32Array.from(zones.keys()));
    points.redraw();
    const { side, radius } = measure();
    const by = phusong.colourBy === "stage" ? symbols.stageColours : symbols.queues;
    circles.show(phusong.gathered(cells, side).map((circle) => ({
      ...circle,
      radius: radius(circle.households),
      slices: [...circle.groups].sort(([one], [other]) => one - other)
        .map(([group, [, households]]) => [households / circle.households, ...by[group]]),
    })));
    const note = document.getElementById("gathered");
    if (note) note.hidden = !cells.length;
    // Circles do not tell the signal.
    document.querySelectorAll("fieldset:has(input[data-filter=signal])").forEach((each) => { each.hidden = cells.length > 0; });
  }

  const groupName = (group) => (phusong.colourBy === "stage" ? live.stages[group] : words.popup.queue[group]);
  const cellSays = (circle) => fill(live.words.cell, { zones: count(circle.zones), households: count(circle.households) });
  const slices = (circle) => [...circle.groups].sort(([one], [other]) => one - other)
    .map(([group, [some, homes]]) => fill(live.words.slice, { name: groupName(group), zones: count(some), households: count(homes) }));
  const latLng = ({ x, y }) => [(Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI, (x - 0.5) * 360];

  function closer(circle) {
    const { map } = phusong;
    map.setView(latLng(circle), Math.min(map.getMaxZoom(), Math.max(map.getZoom() + 1.5, Math.floor(map.getZoom()) + 2)), { animate: !phusong.still });
  }

  function cellFacts(circle) {
    const button = element("button", { type: "button", class: "closer" }, live.words.closer);
    button.addEventListener("click", () => {
      phusong.map.closePopup();
      closer(circle);
    });
    const facts = phusong.popups.sheet(cellSays(circle), []);
    facts.append(element("ul", {}, ...slices(circle).map((line) => element("li", {}, line))), button);
    return facts;
  }

  layer.table = phusong.data.zones; // without rows: nothing is embedded
  layer.count = total / 50;
  layer.hit = (at, slack) => {
    const found = points.hit(at, slack).map((row) => zones[row]);
    return found.length ? found : circles.hit(at, slack);
  };
  layer.at = latLng;
  layer.says = (one) => (one.groups ? `${cellSays(one)}: ${slices(one).join("; ")}` : one.facts.village);
  layer.facts = (one) => {
    if (one.groups) return cellFacts(one);
    const [latitude, longitude] = latLng(one);
    return phusong.zoneFacts({ ...one.facts, latitude, longitude, digits: one.z >= 14 ? 5 : 4 });
  };
  // A mouse has been told already what a circle holds; a finger is told first.
  layer.press = (one) => {
    if (!one.groups || phusong.finger) return false;
    closer(one);
    return true;
  };
  // Where names would hide a circle that says something, on the container.
  layer.boxes = () => circles.circles.filter(({ radius }) => radius > 6).map((circle) => {
    const { x, y } = phusong.map.latLngToContainerPoint(latLng(circle));
    const reach = circle.radius * 0.7;
    return { left: x - reach, right: x + reach, top: y - reach, bottom: y + reach };
  });
  layer.all = () => [...zones, ...circles.circles];
  layer.areaFacts = (area) => {
    const rows = live.counts.filter((row) => row[0] === area.c);
    const sum = (column) => rows.reduce((all, row) => all + row[column], 0);
    const { label } = words.popup;
    return [
      [label.former, (area.o || []).join(", ")],
      [label.zones, rows.length && phusong.popups.totals(sum(3), sum(4))],
    ];
  };
  layer.samples = (many) => {
    const { full, radius } = measure();
    if (!cells.length) {
      const shrink = phusong.sizeAt(layer.count)(phusong.map.getZoom());
      return [20, 100, 400].slice(0, many).map((households) => [households, phusong.radiusOf(households) * shrink]);
    }
    const round = (value) => Number(value.toPrecision(1));
    return [full / 64, full / 16, full / 4].map((households) => [round(households), radius(round(households))]);
  };
  layer.redraw = () => {
    sort(tiles.features(phusong.map));
    draw();
  };
  layer.filter = (column, value, wanted) => {
    if (wanted) off[column].delete(value);
    else off[column].add(value);
    layer.redraw();
  };
  tiles = phusong.tiles.open("zones", () => phusong.map.hasLayer(layer), () => layer.redraw());
  layer.tiles = tiles;
  phusong.layers.zones = layer;
  return layer;
};
