// Small comforts; every page works without them.
"use strict";

// What a part of a page needs, whether it came with the page or was put into it later.
const prepare = (within) => {
  // What stands in the way is read first.
  within.querySelector(".error-summary")?.focus();

  for (const form of within.querySelectorAll("form[data-upload]")) {
    const file = form.querySelector("input[type=file]");
    const button = form.querySelector("button");
    const refusal = form.querySelector("[data-too-large]");
    const largest = Number(form.dataset.upload);
    const tooLarge = () => file.files.length > 0 && file.files[0].size > largest;
    file.addEventListener("change", () => { refusal.hidden = !tooLarge(); });
    form.addEventListener("submit", (event) => {
      if (tooLarge()) {
        event.preventDefault();
        refusal.hidden = false;
        file.focus();
        return;
      }
      button.textContent = form.dataset.busy;
      button.setAttribute("aria-busy", "true");
      button.disabled = true;
    });
    // Coming back with the browser's own button finds the form as it was.
    window.addEventListener("pageshow", () => {
      if (button.dataset.text) button.textContent = button.dataset.text;
      button.disabled = false;
      button.removeAttribute("aria-busy");
    });
    button.dataset.text = button.textContent;
  }

  // A button pressed twice sends once.
  for (const form of within.querySelectorAll("form[method=post]:not([data-upload])")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
    });
    window.addEventListener("pageshow", () => { delete form.dataset.sent; });
  }

  // One box chooses every row of its table.
  for (const every of within.querySelectorAll("input[data-all]")) {
    const boxes = every.closest("table").querySelectorAll("tbody input[type=checkbox]");
    every.hidden = false;
    every.addEventListener("change", () => { for (const box of boxes) box.checked = every.checked; });
  }
};

prepare(document);
document.addEventListener("htmx:afterSettle", (event) => prepare(event.target));

// A row's point is shown on the map above, at once or when the map has come.
for (const frame of document.querySelectorAll("iframe[name=survey-map]")) {
  for (const link of document.querySelectorAll("a[target=survey-map]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      frame.scrollIntoView({ block: "center" });
      const show = () => frame.contentWindow.postMessage(link.hash, "*"); // the map has no origin
      show();
      frame.addEventListener("load", show, { once: true });
    });
  }
}

// A zone that is pressed on the map ticks its row, and what is ticked is ringed on the map.
for (const frame of document.querySelectorAll("iframe[data-ticks]")) {
  const boxes = [...document.querySelectorAll("[data-tickable] input[name=zone]")];
  const tell = () => {
    const ticks = boxes.filter((box) => box.checked).map((box) => box.value);
    frame.contentWindow.postMessage({ ticks }, "*"); // the map has no origin
  };
  window.addEventListener("message", (event) => {
    if (event.source !== frame.contentWindow || typeof event.data !== "object") return;
    const box = boxes.find((each) => each.value === event.data.ticked);
    if (box) {
      box.checked = !box.checked;
      // Where the map stays in view while zones are chosen, the page does not run away from it.
      if (!box.hasAttribute("form")) box.closest("tr").scrollIntoView({ block: "nearest" });
      box.dispatchEvent(new Event("change", { bubbles: true }));
    }
    tell();
  });
  for (const table of document.querySelectorAll("[data-tickable]")) table.addEventListener("change", tell);
}
