// What pressing a zone tells: at once what the map holds, then what the server knows of it.
"use strict";

phusong.zoneFacts = (() => {
  const { words, count, element, fill } = phusong;
  const { label } = words.popup;
  const { codes, words: told } = phusong.data.live;
  const begins = new WeakMap(); // by a popup's content: what asks for the rest once it is open
  let started = false;

  const named = (list, names, value) => names[list.indexOf(value) < 0 ? names.length - 1 : list.indexOf(value)];
  const fact = (value) => words.popup.fact[value === true ? 0 : value === false ? 1 : 2];

  // Of a village as far as it is known; a line of what is not known is left out.
  function rows(zone) {
    const given = (key, say) => zone[key] !== undefined && zone[key] !== null && say(zone[key]);
    return [
      [label.commune, zone.commune],
      [label.province, zone.province],
      [label.households, given("households", count)],
      [label.population, given("population", count)],
      ...(zone.status === undefined ? [] : [
        [label.signal, named(codes.signal, words.popup.signal, zone.signal)],
        [label.power, fact(zone.power)],
        [label.difficult, fact(zone.difficult)],
        [label.queue, named(codes.queue, words.popup.queue, zone.queue)],
        phusong.then && phusong.isPast()
          ? phusong.then(codes.stage[zone.status])
          : [label.status, words.popup.status[codes.status.indexOf(zone.status)]],
        [label.verdict, zone.disputed && label.disputed],
      ]),
      ...(zone.digits === undefined
        ? phusong.popups.position([zone.latitude, zone.longitude], zone.province_code)
        : [
          [label.wgs84, fill(told.about, { latitude: zone.latitude.toFixed(zone.digits), longitude: zone.longitude.toFixed(zone.digits) })],
          [label.vn2000, told.unasked],
        ]),
    ];
  }

  // On a past day the map's own households, payer and status are those of then.
  function known(zone, { geometry, properties }) {
    const [longitude, latitude] = geometry.coordinates;
    const { grid_power: power, specially_difficult: difficult, ...others } = properties;
    const then = phusong.isPast() && zone.status !== undefined
      ? { households: zone.households, queue: zone.queue, status: zone.status, population: null }
      : {};
    return { ...others, power, difficult, ...then, id: zone.id, latitude, longitude };
  }

  const sentence = (status) =>
    (status === 0 ? told.exact_offline
      : status === 503 || status === 429 ? told.exact_busy
        : status === 401 ? told.exact_signed_out
          : status === 404 ? told.exact_gone : fill(told.exact_trouble, { status }));

  function start() {
    if (started) return;
    started = true;
    phusong.map.on("popupopen", ({ popup }) => {
      const begin = begins.get(popup.getContent());
      if (!begin) return;
      const drop = begin(() => {
        const { activeElement } = document;
        popup.update(); // takes the content out and puts it back, and the focus goes
        if (popup.getContent().contains(activeElement)) activeElement.focus({ preventScroll: true });
      });
      popup.once("remove", () => drop());
    });
  }

  // zone: what a tile or the search told; with ``digits`` its place is rounded to so many.
  return (zone) => {
    start();
    const facts = phusong.popups.sheet(zone.village, rows(zone));
    const note = element("div", { class: "note", role: "status" });
    const link = element("a", { href: `/zones/${zone.id}`, target: "_top" }, told.page);
    facts.append(note, element("p", {}, link));
    begins.set(facts, (changed) => {
      let drop = () => {};
      function ask() {
        note.replaceChildren(told.asking);
        drop = phusong.bridge.ask({ kind: "zone", id: zone.id }, (status, body) => {
          if (status === 200) show(body);
          else miss(status);
          changed();
        });
      }
      function show(body) {
        const all = known(zone, body);
        const found = phusong.popups.sheet(all.village, rows(all));
        for (const part of ["h2", "table"]) facts.querySelector(part).replaceWith(found.querySelector(part));
        note.replaceChildren();
        const [[, wgs84], [system, grid]] = phusong.popups.position([all.latitude, all.longitude], all.province_code);
        document.getElementById("aloud").textContent = fill(told.exact, { village: all.village, wgs84: `${label.wgs84} ${wgs84}`, grid: `${system} ${grid}` });
      }
      function miss(status) {
        const way = status === 401
          ? element("a", { href: "/map", target: "_top" }, told.sign_in)
          : status !== 404 && element("button", { type: "button" }, told.retry);
        if (way && status !== 401) way.addEventListener("click", (event) => {
          event.stopPropagation(); // it leaves the popup, so the map would take it for its own
          ask();
          link.focus();
        });
        note.replaceChildren(element("p", {}, sentence(status)), ...(way ? [way] : []));
      }
      ask();
      return () => drop();
    });
    return facts;
  };
})();
