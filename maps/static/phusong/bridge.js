// The map has no origin and may ask nobody for anything: it asks the page around it, by messages.
"use strict";

phusong.bridge = (() => {
  const alone = window.parent === window;
  const patience = 8000; // milliseconds until a page that has not said that it is here is missed
  const waiting = new Map();
  let last = 0;
  let here = false;
  let unsaid = [];

  const send = (facts) => {
    if (alone) return;
    if (here) window.parent.postMessage(facts, "*"); // whoever frames the map is of its own host
    else unsaid.push(facts);
  };

  window.addEventListener("message", (event) => {
    if (event.source !== window.parent || !event.data) return;
    if (event.data.kind === "here" && !here) {
      here = true;
      unsaid.splice(0).forEach(send);
    } else if (event.data.kind === "answer" && waiting.has(event.data.ask)) {
      const told = waiting.get(event.data.ask);
      waiting.delete(event.data.ask);
      told(event.data.status, event.data.body);
    }
  });

  return {
    alone,
    // Asks, and calls told(status, body) once: status 0 when the server was not reached. Returns
    // what takes the question back.
    ask(facts, told) {
      last += 1;
      const ask = last;
      waiting.set(ask, told);
      send({ ...facts, ask });
      return () => {
        if (!waiting.delete(ask)) return;
        unsaid = unsaid.filter((each) => each.ask !== ask);
        if (here) send({ kind: "drop", ask });
      };
    },
    start(missed) {
      if (alone) return;
      window.parent.postMessage({ kind: "ready" }, "*");
      window.setTimeout(() => {
        if (!here) missed();
      }, patience);
    },
  };
})();

// One sentence over the map about what is missing, and what one can do about it.
phusong.tell = (sentence, act, does) => {
  const box = document.getElementById("told");
  box.hidden = !sentence;
  if (!sentence) return;
  const way = typeof does === "string"
    ? phusong.element("a", { href: does, target: "_top" }, act)
    : act && phusong.element("button", { type: "button" }, act);
  if (way && typeof does === "function") way.addEventListener("click", does);
  box.replaceChildren(phusong.element("p", {}, sentence), ...(way ? [way] : []));
};
