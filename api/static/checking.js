// The bar of a check that goes on; without this script the page asks again every two seconds.
"use strict";

const box = document.querySelector("[data-checking]");
const bar = box.querySelector("progress");
const doing = box.querySelector("[data-doing]");
const percent = box.querySelector("[data-percent]");
const events = new EventSource(box.dataset.checking);

events.addEventListener("progress", (event) => {
  const told = JSON.parse(event.data);
  bar.value = told.percent;
  percent.textContent = `${told.percent}%`;
  if (told.doing && doing.textContent !== told.doing) doing.textContent = told.doing;
});
events.addEventListener("over", (event) => {
  events.close();
  window.location.replace(JSON.parse(event.data).address);
});
// A check that is forgotten, by a cancel in another window or a restart, has no more to tell.
events.addEventListener("error", () => {
  if (events.readyState === EventSource.CLOSED) window.location.reload();
});
window.addEventListener("pagehide", () => events.close());
