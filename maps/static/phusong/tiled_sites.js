// Sites that come by tiles: a mark for each from near, from afar one for many, the larger the more.
"use strict";

phusong.tiledSites = () => {
  const { live, symbols } = phusong.data;
  const { operators } = live;
  const { words, count, fill } = phusong;
  const shown = new Set();
  // Operators often stand on one site: each keeps to its own side of the spot.
  const sides = [[-3, -3], [3, -3], [-3, 3], [3, 3]];
  let sites = [];
  let tiles = null;
  const points = new phusong.Points({
    pane: "sites", rows: { x: [], y: [] }, order: [],
    shift: (row) => sides[sites[row].operator] || [0, 0],
    look: (row) => sites[row].operator,
    radius(row, zoom) {
      const { facts } = sites[row];
      if (facts.sites) return Math.min(9, 1.6 + 0.9 * Math.log2(1 + facts.sites));
      return Math.min(4.5, Math.max(1.8, 1.5 + (zoom - 6) * 0.45));
    },
    visible: () => true,
    draw: (context, look, radius) => phusong.paint(context, operators[look].path, radius, operators[look].colour, symbols.siteEdge, "full"),
  });
  const numbers = new Map(operators.map(({ operator }, place) => [operator, place]));
  const at = ({ x, y }) => [(Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI, (x - 0.5) * 360];

  function redraw() {
    sites = tiles.features(phusong.map).filter((site) => {
      if (site.operator === undefined) site.operator = numbers.get(site.facts.operator);
      return shown.has(site.operator);
    });
    points.put(Float64Array.from(sites, (one) => one.x), Float64Array.from(sites, (one) => one.y), Uint32Array.from(sites.keys()));
    points.redraw();
  }

  function facts(site) {
    const { label } = words.popup;
    return phusong.popups.sheet(label.site, site.facts.sites
      ? [["", fill(live.words.site_cell, { operator: site.facts.operator, sites: count(site.facts.sites) })]]
      : [
        [label.operator, site.facts.operator],
        [label.site_code, site.facts.code],
        [label.technologies, (site.facts.technologies || "").replaceAll(",", ", ")],
        [label.wgs84, at(site).map((degrees) => degrees.toFixed(site.z >= 14 ? 5 : 4)).join(", ")],
      ]);
  }

  // Each operator has a box in the legend: to it, its sites are a layer of their own.
  operators.forEach((_, place) => {
    const own = L.layerGroup([]);
    own.on("add remove", () => {
      if (phusong.map.hasLayer(own)) shown.add(place);
      else shown.delete(place);
      if (tiles.map) tiles.look(phusong.map);
    });
    own.hit = (point, slack) => (shown.has(place) ? points.hit(point, slack).map((row) => sites[row]).filter((site) => site.operator === place) : []);
    own.at = at;
    own.facts = facts;
    own.says = (site) => (site.facts.sites
      ? fill(live.words.site_cell, { operator: site.facts.operator, sites: count(site.facts.sites) })
      : [site.facts.operator, site.facts.code].filter(Boolean).join(" "));
    phusong.layers[`sites-${place}`] = own;
  });
  tiles = phusong.tiles.open("sites", () => shown.size > 0, redraw);
  return points;
};
