// Planning lots: what is chosen is counted, and what would move is painted on the map.
"use strict";

(() => {
  const plan = document.getElementById("plan");
  const frame = document.querySelector("iframe.lots-map");
  const boxes = [...document.querySelectorAll("input[name=zone][form=plan]")];

  const paint = () => {
    const told = document.querySelector("[data-moved]");
    const shown = document.querySelector("input[name=map-shows]:checked");
    if (told) told.hidden = false;
    const moved = told ? JSON.parse(told.dataset.moved) : {};
    // The map has no origin.
    if (frame) frame.contentWindow.postMessage({ moved, after: !shown || shown.value === "after" }, "*");
  };

  const count = () => {
    const chosen = boxes.filter((box) => box.checked);
    const line = plan.querySelector("[data-chosen]");
    const households = chosen.reduce((sum, box) => sum + Number(box.dataset.households), 0);
    const number = (value) => value.toLocaleString(document.documentElement.lang);
    line.textContent = line.dataset.chosen.replace("{zones}", number(chosen.length)).replace("{households}", number(households));
    line.hidden = chosen.length === 0;
    plan.querySelector("[data-clear]").hidden = chosen.length === 0;
  };

  // Which version the map shows is no other choice of zones.
  document.getElementById("lot-preview")?.addEventListener("change", (event) => {
    event.stopPropagation();
    paint();
  });
  document.addEventListener("htmx:afterSettle", paint);
  window.addEventListener("message", (event) => {
    if (!frame || event.source !== frame.contentWindow || typeof event.data !== "object") return;
    if (event.data.ready) paint();
    const box = boxes.find((each) => each.value === event.data.ticked);
    if (box) box.closest("details").open = true;
  });
  if (!plan) return;

  // What says which lot takes part says which act is meant.
  plan.addEventListener("change", (event) => {
    const act = { other: "move", lot: "merge", with: "merge" }[event.target.name];
    if (act) plan.querySelector(`input[name=act][value=${act}]`).checked = true;
  });
  document.getElementById("planning").addEventListener("change", count);
  plan.querySelector("[data-clear]").addEventListener("click", () => {
    for (const box of boxes.filter((each) => each.checked)) {
      box.checked = false;
      box.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
  count();
})();
