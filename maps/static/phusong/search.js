// Finding a village, commune, province or lot by name, with or without accents.
"use strict";

phusong.search = (() => {
  const { words, element, fill } = phusong;
  const most = 12;
  let entries = null;
  let results = [];
  let chosen = -1;

  const plain = (text) =>
    text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/gi, "d").replace(/[’']/g, "").toLowerCase();

  function collect() {
    const { ground, zones, lots } = phusong.data;
    const found = [];
    const add = (name, more, go) => found.push({ name, more, key: plain(name), exact: name.toLowerCase(), go });
    ground.provinces.forEach((area) => add(area.f, words.popup.label.province, () => toArea(area)));
    ground.communes.forEach((area) => add(area.f, (area.o || []).join(", "), () => toArea(area)));
    ground.archipelagos.forEach((group) => add(group.n, "", () => phusong.map.fitBounds(group.i.map(([x, y]) => [y, x]))));
    lots.forEach((lot) => add(`${words.popup.label.lot} ${lot.number}`, lot.name, () => toShape(lot, () => phusong.popups.lot(lot))));
    zones.village.forEach((village, row) => {
      const [, commune, province] = zones.communes[zones.commune[row]];
      const label = zones.label && zones.label[row];
      add(village, [label, commune, province].filter(Boolean).join(", "), () => {
        phusong.map.setView(phusong.layers.zones.at(row), Math.max(phusong.map.getZoom(), 12), { animate: false });
        phusong.popups.zone(row);
      });
    });
    return found;
  }

  function toShape(shape, then) {
    phusong.map.fitBounds(L.polygon(phusong.decode(shape)).getBounds(), { maxZoom: 12, animate: false });
    then();
  }
  const toArea = (area) => toShape(area, () => phusong.popups.area(area));

  // What begins with the words comes before what holds them; right accents before none.
  function find(text) {
    entries = entries || collect();
    const exact = text.toLowerCase();
    const key = plain(text);
    const score = (entry) => {
      if (!entry.key.includes(key)) return 0;
      const accents = entry.exact.includes(exact) ? 4 : 0;
      return accents + (entry.key === key ? 3 : entry.key.startsWith(key) || entry.key.includes(` ${key}`) ? 2 : 1);
    };
    return entries
      .map((entry) => ({ entry, score: score(entry) }))
      .filter((each) => each.score)
      .sort((one, other) => other.score - one.score)
      .map((each) => each.entry);
  }

  function start() {
    const box = document.getElementById("search");
    const list = document.getElementById("search-results");
    const said = document.getElementById("search-said");
    if (!box) return;

    function close() {
      list.hidden = true;
      box.setAttribute("aria-expanded", "false");
      box.removeAttribute("aria-activedescendant");
      chosen = -1;
    }
    function choose(place) {
      chosen = place;
      [...list.children].forEach((item, number) => item.setAttribute("aria-selected", String(number === place)));
      if (place >= 0) {
        box.setAttribute("aria-activedescendant", list.children[place].id);
        list.children[place].scrollIntoView({ block: "nearest" });
      }
    }
    function go(place) {
      const entry = results[place];
      if (!entry) return;
      close();
      phusong.panel.fold();
      entry.go();
    }
    function show(all, text) {
      results = results.slice(0, most);
      list.replaceChildren(...results.map((entry, place) =>
        element("li", { role: "option", id: `found-${place}`, "aria-selected": "false" },
          element("strong", {}, entry.name), element("span", {}, entry.more))));
      list.hidden = !results.length;
      box.setAttribute("aria-expanded", String(results.length > 0));
      said.textContent = !text ? "" : all ? fill(words.control.search_found, { count: phusong.count(all) }) : words.control.search_none;
      chosen = -1;
    }
    box.addEventListener("input", () => {
      const text = box.value.trim();
      results = text ? find(text) : [];
      show(results.length, text);
      if (phusong.searchElsewhere) {
        said.textContent = "";
        phusong.searchElsewhere(text, (more, trouble) => {
          if (box.value.trim() !== text) return;
          results = [...results, ...more.filter((one) => !results.some((other) => other.name === one.name && other.more === one.more))];
          show(results.length, text);
          if (trouble) said.textContent = trouble;
        });
      }
    });
    box.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        const last = results.length - 1;
        choose(event.key === "ArrowDown" ? Math.min(chosen + 1, last) : Math.max(chosen - 1, Math.min(0, last)));
      } else if (event.key === "Enter") {
        event.preventDefault();
        go(Math.max(chosen, 0));
      } else if (event.key === "Escape") {
        close();
      }
    });
    list.addEventListener("mousedown", (event) => {
      event.preventDefault(); // the box keeps the focus
      const item = event.target.closest("li");
      if (item) go([...list.children].indexOf(item));
    });
    box.addEventListener("blur", close);
  }

  return { start, find };
})();
