// Pressing a symbol or an area says what it is: text nodes only, never markup.
"use strict";

phusong.popups = (() => {
  const { words, count, element, fill } = phusong;
  const { label } = words.popup;

  const sheet = (title, rows) =>
    element("div", { class: "facts" },
      element("h2", {}, title),
      element("table", {}, element("tbody", {},
        ...rows.filter(([, value]) => value).map(([name, value]) =>
          element("tr", {}, element("th", { scope: "row" }, name), element("td", {}, value))))));

  function meridianAt(code) {
    const province = phusong.data.ground.provinces.find((area) => area.c === code);
    return province && province.m;
  }

  function position([latitude, longitude], provinceCode) {
    const grid = phusong.grid.at(longitude, latitude, meridianAt(provinceCode));
    return [
      [label.wgs84, `${latitude.toFixed(6)}, ${longitude.toFixed(6)}`],
      [`${label.vn2000} ${grid.name}`,
        `${words.control.northing} ${grid.northing.toFixed(1)}\n${words.control.easting} ${grid.easting.toFixed(1)}`],
    ];
  }

  function zone(row) {
    const { table } = phusong.layers.zones;
    const [, commune, province, former, provinceCode] = table.communes[table.commune[row]];
    const lot = phusong.data.lots.find((each) => each.number === table.lot[row]);
    return sheet(table.village[row], [
      [label.label, table.label && table.label[row]],
      [label.commune, commune],
      [label.former, former.join(", ")],
      [label.province, province],
      [label.households, count(table.households[row])],
      [label.population, table.population[row] && count(table.population[row])],
      [label.signal, words.popup.signal[table.signal[row]]],
      [label.power, words.popup.fact[table.power[row]]],
      [label.difficult, words.popup.fact[table.difficult[row]]],
      [label.queue, words.popup.queue[table.queue[row]]],
      [label.reason, table.reasons[table.reason[row]]],
      [label.status, words.popup.status[table.status[row]]],
      phusong.then ? phusong.then(phusong.layers.zones.stageOf(row)) : ["", ""],
      [label.verdict, table.disputed && table.disputed[row] && label.disputed],
      [label.lot, lot && `${lot.number}: ${lot.name}`],
      ...position(phusong.layers.zones.at(row), provinceCode),
      [label.reference, table.id && table.id[row]],
    ]);
  }

  function site(layer, row) {
    const { group } = layer;
    return sheet(label.site, [
      [label.operator, group.operator],
      [label.site_code, group.code && group.code[row]],
      [label.technologies, group.technologies[group.technology[row]]],
      ...position(layer.at(row), phusong.data.ground.focus),
    ]);
  }

  const totals = (zones, households) => fill(words.legend.count, { zones: count(zones), households: count(households) });

  function area(pressed) {
    const { table } = phusong.layers.zones;
    if (phusong.layers.zones.areaFacts) return sheet(pressed.f, phusong.layers.zones.areaFacts(pressed));
    let zones = 0;
    let households = 0;
    table.commune.forEach((commune, row) => {
      const entry = table.communes[commune];
      if (entry[0] === pressed.c || entry[4] === pressed.c) {
        zones += 1;
        households += table.households[row];
      }
    });
    return sheet(pressed.f, [
      [label.former, (pressed.o || []).join(", ")],
      [label.zones, totals(zones, households)],
    ]);
  }

  const lot = (pressed) => sheet(`${label.lot} ${pressed.number}`, [
    ["", pressed.name],
    [label.zones, totals(pressed.zones, pressed.households)],
  ]);

  function open(at, content) {
    const { x, y } = phusong.map.getSize();
    // The buttons at the left and the arrow at the right stand over popups; a narrow map has room
    // beside the buttons only, and hides the arrow meanwhile.
    const right = x < 460 ? 12 : 44;
    L.popup({ maxWidth: Math.min(330, x - 92), minWidth: Math.min(280, x - 92), maxHeight: y < 400 ? 150 : y - 90, autoPanPaddingTopLeft: [56, 12], autoPanPaddingBottomRight: [right, 12] }).setLatLng(at).setContent(content).openOn(phusong.map);
  }

  const dots = () =>
    Object.entries(phusong.layers)
      .filter(([name]) => /^(zones$|sites-|survey-)/.test(name))
      .map(([, layer]) => layer)
      .sort((one, other) => (other.table ? 1 : 0) - (one.table ? 1 : 0));

  function pressedDot(at, slack) {
    const found = dots().flatMap((layer) => layer.hit(at, slack).map((row) => ({ layer, row })));
    if (!found.length) return null;
    const [{ layer, row }] = found;
    if (layer.press && layer.press(row)) return { at: layer.at(row) };
    const content = layer.facts ? layer.facts(row) : layer.table ? zone(row) : site(layer, row);
    if (found.length > 1) {
      content.append(element("p", { class: "more" }, fill(label.more, { count: count(found.length - 1) })));
    }
    return { at: layer.at(row), content };
  }

  // What the pointer is over, in a few words beside it.
  let said = null;
  function say(map, told) {
    if (!told) {
      if (said) said.remove();
      said = null;
    } else {
      said = said || L.tooltip({ className: "said", interactive: false });
      const low = map.latLngToContainerPoint(told[0]).y < 140; // above it there would be no room
      Object.assign(said.options, { direction: low ? "bottom" : "top", offset: L.point(0, low ? 14 : -14) });
      said.setLatLng(told[0]).setContent(element("span", {}, told[1])).addTo(map);
    }
  }

  return {
    sheet,
    totals,
    position,
    open,
    start(map) {
      map.on("click", (event) => {
        const dot = pressedDot(event.containerPoint, L.Browser.mobile ? 10 : 3);
        if (dot) {
          if (dot.content) open(dot.at, dot.content);
        }
        else if (phusong.pressedLot) open(event.latlng, lot(phusong.pressedLot));
        else if (phusong.pressed) open(event.latlng, area(phusong.pressed));
        phusong.pressed = null;
        phusong.pressedLot = null;
      });
      map.on("mousemove", (event) => {
        const over = dots().flatMap((layer) => layer.hit(event.containerPoint, 2).slice(0, 1).map((row) => ({ layer, row })))[0];
        map.getContainer().classList.toggle("over-dot", Boolean(over));
        say(map, over && over.layer.says ? [over.layer.at(over.row), over.layer.says(over.row)] : null);
      });
      map.on("mouseout zoomstart popupopen", () => say(map, null));
      map.on("popupopen", (event) => {
        const close = event.popup.getElement().querySelector(".leaflet-popup-close-button");
        if (close) close.setAttribute("aria-label", words.control.close);
      });
    },
    zoneFacts: zone,
    zone: (row) => open(phusong.layers.zones.at(row), phusong.layers.zones.facts ? phusong.layers.zones.facts(row) : zone(row)),
    lot: (pressed) => open([pressed.p[1], pressed.p[0]], lot(pressed)),
    area: (pressed) => open([pressed.p[1], pressed.p[0]], area(pressed)),
  };
})();
