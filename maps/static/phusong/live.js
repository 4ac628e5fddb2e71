// The last step of a map inside a page of ours: asking begins, and the keyboard reaches the symbols.
"use strict";

phusong.still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
phusong.isPast = () => false;

phusong.tiles = (() => {
  const all = [];
  const { words } = phusong.data.live;
  let due = null;

  const sentence = (status) => (status === 0 ? words.offline : status === 503 || status === 429 ? words.busy : phusong.fill(words.trouble, { status }));

  function trouble() {
    if (phusong.bridge.alone) return; // which is what is told then
    const failed = all.flatMap((tiles) => [...tiles.failed.values()]);
    if (failed.includes(401)) phusong.tell(words.signed_out, words.sign_in, "/map");
    else if (failed.length) phusong.tell(sentence(failed[0]), words.retry, () => all.forEach((tiles) => tiles.retry()));
    else phusong.tell("");
  }

  // Many tiles come at once: what they change is drawn at the end of the frame, once.
  function soon(draw) {
    return () => {
      due = due || new Set();
      delete document.documentElement.dataset.tiles; // from now on, not from the frame on
      if (!due.size) window.requestAnimationFrame(() => {
        const draws = [...due];
        due = null;
        draws.forEach((each) => each());
        trouble();
        const over = all.every((tiles) => tiles.idle());
        if (over) {
          phusong.names.place();
          phusong.panel.sizes();
          document.documentElement.dataset.tiles = "drawn";
        }
      });
      due.add(draw);
    };
  }

  return {
    open(layer, wanted, draw) {
      const tiles = new phusong.Tiles(layer, wanted, soon(draw));
      all.push(tiles);
      return tiles;
    },
    look: () => all.forEach((tiles) => tiles.look(phusong.map)),
    any: () => all.length > 0,
  };
})();

// Names that are not embedded are looked for by the server.
phusong.findElsewhere = (() => {
  let drop = () => {};
  let pause = null;
  return (text, told) => {
    const { map, layers } = phusong;
    drop();
    window.clearTimeout(pause);
    if (text.length < 2) return;
    pause = window.setTimeout(() => {
      drop = phusong.bridge.ask({ kind: "search", words: text, province: phusong.data.ground.focus || "" }, (status, body) => {
        if (status !== 200) {
          told([], status === 401 ? phusong.data.live.words.search_signed_out : phusong.data.live.words.search_trouble);
          return;
        }
        const go = (at, zoom, then) => () => {
          map.setView(at, Math.max(map.getZoom(), zoom), { animate: false });
          if (then) then();
        };
        told([
          ...body.zones.map((one) => ({
            name: one.village, more: [one.commune, one.province].filter(Boolean).join(", "),
            go: go([one.latitude, one.longitude], 13, () => phusong.popups.open([one.latitude, one.longitude], phusong.zoneFacts(one))),
          })),
          ...body.communes.map((one) => ({ name: one.name, more: one.province, go: go([one.latitude, one.longitude], 11) })),
        ]);
      });
    }, 200);
  };
})();

// From the keyboard: what is nearest the middle is named when the map stands still, Enter opens it.
phusong.startKeys = (map) => {
  const zones = phusong.layers.zones;
  const { words } = phusong.data.live;
  const aloud = document.getElementById("aloud");
  const nearest = () => {
    const size = map.getSize();
    const middle = size.divideBy(2);
    const rows = zones.all ? zones.all() : [...zones.table.x.keys()].filter((row) => zones.stageOf(row) >= 0);
    let best = null;
    let least = Math.min(size.x, size.y) / 3;
    for (const row of rows) {
      const away = map.latLngToContainerPoint(zones.at(row)).distanceTo(middle);
      if (away < least) [best, least] = [row, away];
    }
    return best;
  };
  const box = map.getContainer();
  box.setAttribute("aria-label", document.querySelector("main").getAttribute("aria-label"));
  map.on("moveend", () => {
    if (document.activeElement !== box) return;
    const found = nearest();
    aloud.textContent = found === null ? words.nothing : phusong.fill(words.enter, { what: zones.says(found) });
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== box) return;
    const found = nearest();
    if (found === null) {
      aloud.textContent = words.nothing;
      return;
    }
    phusong.popups.open(zones.at(found), zones.facts(found));
    const first = box.querySelector(".leaflet-popup button, .leaflet-popup a");
    if (first) first.focus();
  });
};

phusong.startLive = (map) => {
  const { words } = phusong.data.live;
  window.addEventListener("pointerdown", (event) => { phusong.finger = event.pointerType !== "mouse"; }, { capture: true });
  phusong.time.start();
  map.invalidateSize({ animate: false, pan: false }); // its words have taken some of the map's height
  phusong.home(false);
  const { zones } = phusong.layers;
  if (!zones.tiles) { // they are embedded, and their pages are beside this one
    zones.facts = (row) => {
      const facts = phusong.popups.zoneFacts(row);
      const link = phusong.element("a", { href: `/zones/${zones.table.id[row]}`, target: "_top" }, words.page);
      facts.append(phusong.element("p", {}, link));
      return facts;
    };
  }
  phusong.startKeys(map);
  const bar = document.getElementById("time");
  if (bar) { // the small map stands above it
    new ResizeObserver(() => document.documentElement.style.setProperty("--below", `${bar.offsetHeight}px`)).observe(bar);
  }
  // A frame that had no size yet when the map began: now it has one.
  map.on("resize", ({ oldSize }) => { if (!oldSize.x || !oldSize.y) phusong.home(false); });
  if (!phusong.tiles.any()) return;
  if (phusong.data.live.zones) phusong.searchElsewhere = phusong.findElsewhere;
  if (phusong.bridge.alone) {
    phusong.tell(words.alone, words.alone_link, "/map");
    return;
  }
  map.on("moveend resize", phusong.tiles.look);
  phusong.bridge.start(() => phusong.tell(words.silent));
  phusong.tiles.look();
};
