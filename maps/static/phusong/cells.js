// Zones gathered into circles: as large as their households, cut like a cake by who pays or by stage.
"use strict";

phusong.Cells = phusong.Points.extend({
  initialize(options) {
    phusong.Points.prototype.initialize.call(this, { ...options, rows: { x: [], y: [] }, order: [] });
    this.circles = [];
  },

  // circles: {x, y, radius, slices: [[share, colour, edge], …], …}; the small are drawn last.
  show(circles) {
    this.circles = circles.sort((one, other) => other.radius - one.radius);
    this.redraw();
  },

  redraw() {
    if (!this._map || !this._container) return;
    const ratio = phusong.pixelRatio;
    const board = this._clean(ratio);
    const context = board.getContext("2d");
    const world = 256 * 2 ** this._map.getZoom();
    const origin = this._map.getPixelOrigin();
    const { min } = this._bounds;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    for (const circle of this.circles) {
      circle.left = circle.x * world - origin.x;
      circle.top = circle.y * world - origin.y;
      this._paint(context, circle, circle.left - min.x, circle.top - min.y);
    }
    this._present();
  },

  _paint(context, { radius, slices }, x, y) {
    const whole = slices.length === 1;
    let from = -Math.PI / 2;
    for (const [share, colour] of slices) {
      const to = from + share * 2 * Math.PI;
      context.beginPath();
      if (!whole) context.moveTo(x, y);
      context.arc(x, y, radius, from, to);
      context.closePath();
      context.fillStyle = colour;
      context.fill();
      context.lineWidth = radius > 6 ? 1 : 0.6;
      context.strokeStyle = "rgba(255, 255, 255, 0.9)";
      context.stroke();
      from = to;
    }
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.lineWidth = 1;
    context.strokeStyle = whole ? slices[0][2] : "#33414d";
    context.stroke();
  },

  hit(at, slack) {
    if (!this._map) return [];
    const point = this._map.containerPointToLayerPoint(at);
    return this.circles
      .filter((circle) => Math.hypot(circle.left - point.x, circle.top - point.y) <= circle.radius + slack)
      .reverse();
  },
});

// Cells of tiles to circles: neighbours on the screen become one, where their households weigh most.
phusong.gathered = (cells, side) => {
  const found = new Map();
  for (const cell of cells) {
    const key = `${Math.floor(cell.x / side)}/${Math.floor(cell.y / side)}`;
    let circle = found.get(key);
    if (!circle) {
      circle = { x: 0, y: 0, zones: 0, households: 0, groups: new Map() };
      found.set(key, circle);
    }
    const { queue, stage, zones, households } = cell;
    circle.x += cell.x * households;
    circle.y += cell.y * households;
    circle.zones += zones;
    circle.households += households;
    const group = phusong.colourBy === "stage" ? stage : queue;
    const sum = circle.groups.get(group) || [0, 0];
    circle.groups.set(group, [sum[0] + zones, sum[1] + households]);
  }
  for (const circle of found.values()) {
    circle.x /= circle.households;
    circle.y /= circle.households;
  }
  return [...found.values()];
};
