// Picks a point on a map of the province's own outlines; without this script one types the numbers.
"use strict";

const button = document.querySelector("[data-pick]");
const box = document.getElementById("pick-map");
const told = document.querySelector("[data-pick-told]");
const latitude = document.getElementById("latitude");
const longitude = document.getElementById("longitude");
const commune = document.getElementById("commune_code");
const DECIMALS = 5; // one metre
const CLOSE_ZOOM = 13;
const PLAIN = { color: "#5b7489", weight: 1, fillColor: "#dfe9f1", fillOpacity: 0.6 };
const CHOSEN = { color: "#0f3d63", weight: 2.5, fillColor: "#f6e3a1", fillOpacity: 0.75 };
let map = null;
let outlines = null;
let marker = null;

button.hidden = false;
button.addEventListener("click", async () => {
  box.hidden = !box.hidden;
  button.setAttribute("aria-expanded", String(!box.hidden));
  if (box.hidden) return;
  if (map === null) await draw();
  else map.invalidateSize();
  box.scrollIntoView({ block: "nearest" });
});
for (const field of [latitude, longitude]) field.addEventListener("change", mark);
commune.addEventListener("change", () => { if (outlines) showCommune(true); });

async function draw() {
  told.textContent = told.dataset.hint;
  map = L.map(box, { attributionControl: false, zoomAnimation: false, fadeAnimation: false, maxZoom: 17 });
  try {
    const answer = await fetch(box.dataset.outlines, { credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    outlines = L.geoJSON(await answer.json(), {
      style: PLAIN,
      onEachFeature: (feature, layer) => {
        layer.bindTooltip(document.createTextNode(feature.properties.name), { sticky: true });
      },
    }).addTo(map);
  } catch {
    map.remove();
    map = null;
    box.hidden = true;
    button.setAttribute("aria-expanded", "false");
    told.textContent = told.dataset.failed;
    return;
  }
  L.control.scale({ imperial: false }).addTo(map);
  map.fitBounds(outlines.getBounds());
  showCommune(true);
  mark();
  map.on("click", (event) => pick(event.latlng));
}

function pick(point) {
  latitude.value = point.lat.toFixed(DECIMALS);
  longitude.value = point.lng.toFixed(DECIMALS);
  mark();
  const name = nameAt(point) || told.dataset.outside;
  told.textContent = told.dataset.picked
    .replace("{point}", `${latitude.value}, ${longitude.value}`).replace("{commune}", name);
}

// What stands in the fields, with a dot or a comma; null when it is no pair of degrees.
function typed() {
  const [lat, lng] = [latitude, longitude].map((field) => Number(field.value.trim().replace(",", ".") || NaN));
  return Number.isFinite(lat) && Number.isFinite(lng) && Math.abs(lat) <= 90 && Math.abs(lng) <= 180
    ? L.latLng(lat, lng) : null;
}

function mark() {
  if (map === null || outlines === null) return;
  const point = typed();
  if (marker) { marker.remove(); marker = null; }
  if (point === null) return;
  marker = L.circleMarker(point, { radius: 8, color: "#fff", weight: 2, fillColor: "#b3261e", fillOpacity: 1 }).addTo(map);
  if (!map.getBounds().contains(point) && outlines.getBounds().contains(point)) map.panTo(point);
}

function showCommune(zoom) {
  outlines.eachLayer((layer) => {
    const chosen = layer.feature.properties.code === commune.value;
    layer.setStyle(chosen ? CHOSEN : PLAIN);
    if (chosen) {
      layer.bringToFront();
      if (zoom) map.fitBounds(layer.getBounds(), { maxZoom: CLOSE_ZOOM });
    }
  });
}

// The commune that a point lies in, by counting the borders east of it.
function nameAt(point) {
  let name = null;
  outlines.eachLayer((layer) => {
    const { type, coordinates } = layer.feature.geometry;
    const polygons = type === "Polygon" ? [coordinates] : coordinates;
    if (polygons.some((rings) => rings.filter((ring) => inside(point, ring)).length % 2 === 1)) {
      name = layer.feature.properties.name;
    }
  });
  return name;
}

function inside(point, ring) {
  let odd = false;
  for (let at = 0, before = ring.length - 1; at < ring.length; before = at, at += 1) {
    const [x, y] = ring[at];
    const [otherX, otherY] = ring[before];
    if (y > point.lat !== otherY > point.lat
        && point.lng < (otherX - x) * (point.lat - y) / (otherY - y) + x) odd = !odd;
  }
  return odd;
}
