// The rows of a survey file as points, by what became of them; rejected ones lie on top.
"use strict";

phusong.survey = (number) => {
  const { survey } = phusong.data;
  const group = survey.groups[number];
  const words = phusong.words.row;
  const x = phusong.running(group.x, 6);
  const y = phusong.running(group.y, 6);
  const shrink = phusong.sizeAt(survey.groups.reduce((sum, each) => sum + each.x.length, 0));
  const layer = new phusong.Points({
    pane: "survey",
    rows: { x, y },
    order: Uint32Array.from(x.keys()),
    look: () => 0,
    radius: (row, zoom) => Math.max(2, 7 * shrink(zoom)),
    visible: () => true,
    draw: (context, look, radius) => phusong.paint(context, group.path, radius, group.colour, phusong.data.symbols.siteEdge, "full"),
  });
  layer.at = (row) => [y[row], x[row]];
  layer.facts = (row) => {
    const place = group.place[row];
    const facts = phusong.popups.sheet(group.village[row], [
      [words.number, group.row[row]],
      [words.result, words[group.status]],
      [phusong.words.popup.label.households, group.households[row] === null ? "" : phusong.count(group.households[row])],
      ...phusong.popups.position(layer.at(row), phusong.data.ground.focus),
      [words.notes, group.notes[row].map((note) => survey.notes[note]).join("\n")],
    ]);
    const page = Math.floor(place / survey.perPage) + 1;
    const link = phusong.element("a", { href: phusong.fill(survey.address, { page, place }), target: "_top" }, words.go);
    facts.append(phusong.element("p", { class: "more" }, link));
    return facts;
  };
  phusong.layers[`survey-${group.status}`] = layer;
  return layer;
};

// The page around the map asks for #row-12, and so may an address: its point and facts are shown.
phusong.showRow = (name) => {
  const asked = /^#row-(\d+)$/.exec(String(name));
  if (!asked) return;
  phusong.data.survey.groups.forEach((group) => {
    const row = group.place.indexOf(Number(asked[1]));
    if (row < 0) return;
    const layer = phusong.layers[`survey-${group.status}`];
    const { map } = phusong;
    map.setView(layer.at(row), Math.max(map.getZoom(), 12), { animate: false });
    phusong.popups.open(layer.at(row), layer.facts(row));
  });
};

phusong.startSurvey = () => {
  window.addEventListener("message", (event) => {
    if (event.source === window.parent) phusong.showRow(event.data);
  });
  phusong.showRow(window.location.hash);
};
