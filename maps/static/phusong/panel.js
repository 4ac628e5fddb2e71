// The legend is also the switch of layers; on paper it stands beside the map.
"use strict";

phusong.panel = (() => {
  const wide = window.matchMedia("(min-width: 900px), (min-width: 600px) and (min-height: 900px)");
  const panel = document.getElementById("panel");

  function sizes() {
    const layer = phusong.layers.zones;
    const circles = [...document.querySelectorAll("circle[data-households]")];
    const shrink = phusong.sizeAt(layer.count)(phusong.map.getZoom());
    const samples = layer.samples
      ? layer.samples(circles.length)
      : circles.map((circle) => [Number(circle.dataset.households), phusong.radiusOf(Number(circle.dataset.households)) * shrink]);
    circles.forEach((circle, place) => {
      const [households, radius] = samples[place];
      circle.setAttribute("r", radius);
      circle.closest("span").lastChild.textContent = phusong.count(households);
    });
    const group = document.querySelector(".sizes");
    if (group) group.hidden = !phusong.sized;
  }

  // The legend's own symbols take the colours that the map has.
  function colours() {
    for (const box of document.querySelectorAll("input[data-filter=queue], input[data-filter=stage]")) {
      const painted = (phusong.colourBy === "stage") === (box.dataset.filter === "stage");
      const all = phusong.data.symbols[box.dataset.filter === "stage" ? "stageColours" : "queues"];
      const [colour, edge] = painted ? all[Number(box.value)] : ["#1b2733", "#121a21"];
      const path = box.parentElement.querySelector("path");
      path.ownerSVGElement.setAttribute("visibility", painted || box.dataset.filter === "stage" ? "visible" : "hidden");
      path.setAttribute("fill", colour);
      path.setAttribute("stroke", edge);
    }
    const { queue, queue_plain, stage, stage_both } = phusong.words.legend;
    for (const heading of document.querySelectorAll(".filter legend")) {
      const by = phusong.colourBy === "stage";
      if ([queue, queue_plain].includes(heading.textContent)) heading.textContent = by ? queue_plain : queue;
      if ([stage, stage_both].includes(heading.textContent)) heading.textContent = by ? stage_both : stage;
    }
  }

  function boxes() {
    for (const box of document.querySelectorAll("input[data-layer]")) {
      const { layer } = box.dataset;
      box.addEventListener("change", () => {
        if (layer === "names") phusong.names.show(box.checked);
        else phusong.show(layer, box.checked);
        phusong.names.place();
      });
    }
    for (const box of document.querySelectorAll("input[data-filter]")) {
      box.addEventListener("change", () => {
        phusong.layers.zones.filter(box.dataset.filter, Number(box.value), box.checked);
      });
    }
    for (const box of document.querySelectorAll("input[name=colour-by]")) {
      box.addEventListener("change", () => {
        phusong.colourBy = box.value;
        colours();
        phusong.layers.zones.redraw();
      });
    }
    const sized = document.getElementById("sized");
    if (sized) {
      sized.addEventListener("change", () => {
        phusong.sized = sized.checked;
        sizes();
        phusong.layers.zones.redraw();
      });
    }
  }

  // Paper has another size than the screen: the map is laid out again for it and back after.
  function paper() {
    const { map } = phusong;
    let before = null;
    const change = (printing) => {
      if (printing === Boolean(before)) return;
      if (printing) before = { home: phusong.isHome(), bounds: map.getBounds(), open: panel.open };
      document.documentElement.classList.toggle("paper", printing);
      panel.open = printing || before.open;
      phusong.pixelRatio = printing ? 3 : window.devicePixelRatio || 1;
      map.closePopup();
      map.invalidateSize({ animate: false, pan: false });
      if (before.home) phusong.home(false);
      else map.fitBounds(before.bounds, { animate: false });
      if (!printing) before = null;
      phusong.names.place();
      corner();
    };
    window.addEventListener("beforeprint", () => change(true));
    window.addEventListener("afterprint", () => change(false));
  }

  // The small map stands in the corner where it hides least of the province and its zones.
  function corner() {
    const small = document.getElementById("locator");
    if (!small) return;
    const { map } = phusong;
    const { x: width, y: height } = map.getSize();
    const points = phusong.data.ground.communes.map((area) => [area.p[1], area.p[0]]);
    phusong.data.zones.x.forEach((_, row) => points.push(phusong.layers.zones.at(row)));
    const spots = points.map((at) => map.latLngToContainerPoint(at));
    const [across, up] = [small.offsetWidth + 20, small.offsetHeight + 30];
    const corners = {
      "bottom-right": (spot) => spot.x > width - across && spot.y > height - up,
      "bottom-left": (spot) => spot.x < across && spot.y > height - up - 30,
      "top-right": (spot) => spot.x > width - across - 30 && spot.y < up,
    };
    const hidden = (name) => spots.filter(corners[name]).length;
    const [best] = Object.keys(corners).sort((one, other) => hidden(one) - hidden(other));
    small.className = `locator ${best}`;
  }

  // The names on the small map lead to the archipelagos on the large one.
  function locator() {
    for (const name of document.querySelectorAll("[data-archipelago]")) {
      const go = () => {
        const { i } = phusong.data.ground.archipelagos[Number(name.dataset.archipelago)];
        phusong.map.fitBounds(i.map(([east, north]) => [north, east]), { padding: [30, 30], animate: false });
        phusong.panel.fold();
      };
      name.addEventListener("click", go);
      name.addEventListener("keydown", (event) => { if (event.key === "Enter") go(); });
    }
  }

  function start(map) {
    wide.addEventListener("change", () => { panel.open = wide.matches; });
    panel.addEventListener("toggle", () => map.invalidateSize({ animate: false }));
    boxes();
    locator();
    corner();
    paper();
    map.on("zoomend", sizes);
    sizes();
  }

  return { start, sizes, open: () => { panel.open = wide.matches; }, fold: () => { if (!wide.matches) panel.open = false; } };
})();

phusong.ready = (map) => {
  phusong.names.start(map);
  phusong.popups.start(map);
  phusong.controls.start(map);
  phusong.panel.start(map);
  phusong.search.start();
  document.documentElement.classList.add("drawn");
};
