// The page around a map: the map in the frame has no origin and cannot ask, so this page asks for
// it, and only for what a map may know: tiles of our layers, places by their names, and a zone.
"use strict";

(() => {
  const frame = document.querySelector("iframe[data-asks]");
  if (!frame) return;
  const LAYERS = ["zones", "sites"];
  const DEEPEST = 14;
  const ZONE = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
  const asked = new Map(); // what is under way, by the frame's own number

  const whole = (value, least, most) => Number.isInteger(value) && value >= least && value <= most;
  const send = (message, moved) => frame.contentWindow.postMessage(message, "*", moved); // the frame has no origin to name

  // The address of what is asked for, or null: nothing that the frame says goes into it unread.
  function address(told) {
    if (told.kind === "tile") {
      const { layer, z, x, y, at } = told;
      if (!LAYERS.includes(layer) || !whole(z, 0, DEEPEST) || !whole(x, 0, 2 ** z - 1) || !whole(y, 0, 2 ** z - 1)) return null;
      if (at === null || at === undefined) return `/tiles/${layer}/${z}/${x}/${y}`;
      return layer === "zones" && typeof at === "string" && /^\d{4}-\d{2}-\d{2}$/.test(at) ? `/tiles/zones/${z}/${x}/${y}?at=${at}` : null;
    }
    if (told.kind === "search" && typeof told.words === "string" && typeof told.province === "string") {
      const wanted = new URLSearchParams({ words: told.words.slice(0, 100) });
      if (/^\d{2}$/.test(told.province)) wanted.set("province", told.province);
      return `/map/search?${wanted}`;
    }
    if (told.kind === "zone" && typeof told.id === "string" && ZONE.test(told.id)) return `/api/v1/zones/${told.id}`;
    return null;
  }

  async function answer(told) {
    const from = address(told);
    if (from === null) return;
    const stop = new AbortController();
    asked.set(told.ask, stop);
    let status = 0;
    let body = null;
    try {
      const response = await fetch(from, { signal: stop.signal, credentials: "same-origin", redirect: "manual" });
      status = response.type === "opaqueredirect" ? 401 : response.status; // to where one signs in
      if (status === 200) body = told.kind === "tile" ? await response.arrayBuffer() : await response.json();
    } catch {
      status = 0;
    }
    if (asked.get(told.ask) !== stop) return; // taken back meanwhile
    asked.delete(told.ask);
    send({ kind: "answer", ask: told.ask, status, body }, body instanceof ArrayBuffer ? [body] : []);
  }

  window.addEventListener("message", (event) => {
    const told = event.data;
    if (event.source !== frame.contentWindow || typeof told !== "object" || told === null) return;
    if (told.kind === "ready") {
      for (const stop of asked.values()) stop.abort(); // the frame was loaded again
      asked.clear();
      send({ kind: "here" });
    } else if (told.kind === "drop" && asked.has(told.ask)) {
      const stop = asked.get(told.ask);
      asked.delete(told.ask);
      stop.abort();
    } else if (whole(told.ask, 1, Number.MAX_SAFE_INTEGER) && !asked.has(told.ask)) {
      answer(told);
    }
  });
  send({ kind: "here" });

  const whole_screen = document.querySelector("[data-whole-screen]");
  if (whole_screen && frame.requestFullscreen) {
    whole_screen.hidden = false;
    whole_screen.addEventListener("click", () => { frame.requestFullscreen(); });
  }
  const choice = document.getElementById("province");
  if (choice) choice.addEventListener("change", () => { choice.form.requestSubmit(); });
})();
