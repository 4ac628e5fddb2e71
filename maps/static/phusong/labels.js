// Names on the map: the more important first, and never one over another.
"use strict";

phusong.names = (() => {
  const rank = { archipelago: 0, lot: 1, sea: 2, province: 3, abroad: 4, commune: 5, neighbour: 6, islet: 7 };
  let wanted = true;

  function make(label, pane) {
    label.node = phusong.element("div", { class: `name ${label.kind}` }, phusong.element("span", {}, label.text));
    pane.append(label.node);
    label.width = label.node.firstChild.offsetWidth;
    label.height = label.node.firstChild.offsetHeight;
  }

  const shown = (label, zoom) =>
    (wanted || label.kind === "archipelago" || label.kind === "lot") &&
    zoom >= (label.from || 0) &&
    (!label.layer || phusong.map.hasLayer(phusong.layers[label.layer]));

  const overlaps = (box, other) =>
    box.right > other.left && box.left < other.right && box.bottom > other.top && box.top < other.bottom;

  // Where a name may stand, in pixels from its place: areas give way a little, others do not.
  function shifts(label) {
    const away = label.height / 2 + 4;
    if (label.anchor) return [label.anchor === "above" ? -away : away];
    if (label.kind === "sea") return [0, 14, -60, 40];
    return ["province", "neighbour", "commune"].includes(label.kind) ? [0, -7, 7, -13, 13, -20, 20] : [0];
  }

  function boxOf(label, at, shift) {
    const y = at.y + shift;
    return {
      left: at.x - label.width / 2, right: at.x + label.width / 2, top: y - label.height / 2, bottom: y + label.height / 2,
    };
  }

  function place() {
    const { map } = phusong;
    const zoom = map.getZoom();
    const size = map.getSize();
    const taken = phusong.layers.zones && phusong.layers.zones.boxes ? phusong.layers.zones.boxes() : [];
    for (const label of phusong.labels) {
      let found;
      const at = shown(label, zoom) && map.latLngToContainerPoint(label.at);
      if (at && at.x > -60 && at.y > -30 && at.x < size.x + 60 && at.y < size.y + 30) {
        if (!label.node) make(label, map.getPane("names"));
        const ways = shifts(label);
        found = ways.find((shift) => !taken.some((box) => overlaps(boxOf(label, at, shift), box)));
        if (found === undefined && label.kind === "archipelago") [found] = ways;
        if (found !== undefined) {
          taken.push(boxOf(label, at, found));
          L.DomUtil.setPosition(label.node, map.latLngToLayerPoint(label.at).add([0, found]));
        }
      }
      if (label.node) label.node.hidden = found === undefined;
    }
  }

  return {
    start(map) {
      phusong.labels.sort((one, other) => rank[one.kind] - rank[other.kind] || other.weight - one.weight);
      map.on("zoomstart", () => map.getPane("names").classList.add("moving"));
      map.on("zoomend moveend resize", () => {
        map.getPane("names").classList.remove("moving");
        place();
      });
      place();
    },
    place,
    show(on) {
      wanted = on;
      place();
    },
  };
})();
