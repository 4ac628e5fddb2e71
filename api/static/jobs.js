// The bar of a job that goes on; without this script the page asks again every few seconds.
"use strict";

for (const box of document.querySelectorAll("[data-job]")) {
  const bar = box.querySelector("progress");
  const doing = box.querySelector("[data-doing]");
  const note = box.querySelector("[data-note]");
  const percent = box.querySelector("[data-percent]");
  const events = new EventSource(box.dataset.job);
  const again = () => window.location.reload();

  events.addEventListener("progress", (event) => {
    const told = JSON.parse(event.data);
    bar.value = told.percent;
    percent.textContent = `${told.percent}%`;
    if (told.doing && doing.textContent !== told.doing) doing.textContent = told.doing;
    note.hidden = !told.note;
    if (told.note && note.firstElementChild.textContent !== told.note) note.firstElementChild.textContent = told.note;
  });
  events.addEventListener("over", (event) => {
    events.close();
    if ("stay" in box.dataset) again();
    else window.location.replace(JSON.parse(event.data).address);
  });
  // The session has ended, or newer pages listen in place of this one: ask now and then.
  events.addEventListener("end", () => {
    events.close();
    setTimeout(again, 5000);
  });
  events.addEventListener("error", () => {
    if (events.readyState === EventSource.CLOSED) setTimeout(again, 5000);
  });
  window.addEventListener("pagehide", () => events.close());
}
