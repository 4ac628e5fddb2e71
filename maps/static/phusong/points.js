// Any number of points on one canvas: positions in plain arrays, symbols drawn once and stamped.
"use strict";

// options: pane; shift (pixels, so that points on one spot lie side by side; or shift(row)); rows {x, y} in degrees, order (drawn first to last), look(row) → a number,
// radius(row, zoom) in pixels, draw(context, look, radius), visible(row).
phusong.Points = L.Renderer.extend({
  options: { padding: 0.2, shift: [0, 0] },

  initialize(options) {
    L.Renderer.prototype.initialize.call(this, options);
    const { x, y } = options.rows;
    this._stamps = new Map();
    this.put(
      Float64Array.from(x, (longitude) => longitude / 360 + 0.5),
      Float64Array.from(y, (latitude) => 0.5 - Math.asinh(Math.tan((latitude * Math.PI) / 180)) / (2 * Math.PI)),
      options.order);
  },

  // Other points in the place of those that were there: shares of the world's square.
  put(worldX, worldY, order) {
    this._worldX = worldX;
    this._worldY = worldY;
    this._x = new Float32Array(worldX.length);
    this._y = new Float32Array(worldX.length);
    this._radius = new Float32Array(worldX.length);
    this.options.order = order;
  },

  // Drawn beside the page and shown as one picture: Chromium prints a canvas that is drawn while
  // it prepares the paper as a list of strokes on a white sheet, which would cover the ground.
  _initContainer() {
    this._container = document.createElement("canvas");
    this._board = typeof OffscreenCanvas === "undefined" ? this._container : new OffscreenCanvas(1, 1);
  },
  _destroyContainer() { this._container.remove(); delete this._container; },
  _updatePaths() {},

  _update() {
    if (this._map._animatingZoom && this._bounds) return;
    L.Renderer.prototype._update.call(this);
    const size = this._bounds.getSize();
    L.DomUtil.setPosition(this._container, this._bounds.min);
    this._container.style.width = `${size.x}px`;
    this._container.style.height = `${size.y}px`;
    this.redraw();
  },

  redraw() {
    if (!this._map || !this._container) return;
    const { order, look, radius, visible, shift } = this.options;
    const ratio = phusong.pixelRatio;
    const board = this._clean(ratio);
    const context = board.getContext("2d");
    // Beyond some thousands, copying pixels is several times quicker than drawImage.
    const picture = order.length > 2000 && ratio <= 2 && board.width && board.height ? context.createImageData(board.width, board.height) : null;
    const zoom = this._map.getZoom();
    const world = 256 * 2 ** zoom;
    const origin = this._map.getPixelOrigin();
    const { min, max } = this._bounds;
    for (const row of order) {
      if (visible(row)) {
        const [right, down] = typeof shift === "function" ? shift(row) : shift;
        const x = this._worldX[row] * world - origin.x + right;
        const y = this._worldY[row] * world - origin.y + down;
        const size = radius(row, zoom);
        this._x[row] = x;
        this._y[row] = y;
        this._radius[row] = size;
        if (x + size > min.x && x - size < max.x && y + size > min.y && y - size < max.y) {
          const stamp = this._stamp(look(row), size, ratio);
          const left = (x - min.x) * ratio - stamp.width / 2;
          const top = (y - min.y) * ratio - stamp.height / 2;
          if (picture) phusong.press(picture, stamp.pixels, Math.round(left), Math.round(top));
          else context.drawImage(stamp, left, top);
        }
      } else {
        this._radius[row] = 0;
      }
    }
    if (picture) context.putImageData(picture, 0, 0);
    this._present();
  },

  _clean(ratio) {
    const board = this._board;
    board.width = Math.ceil(this._bounds.getSize().x * ratio);
    board.height = Math.ceil(this._bounds.getSize().y * ratio);
    return board;
  },

  _present() {
    const board = this._board;
    if (board === this._container || !board.width || !board.height) return;
    this._container.width = board.width;
    this._container.height = board.height;
    try {
      this._container.getContext("bitmaprenderer").transferFromImageBitmap(board.transferToImageBitmap());
      this._missed = 0;
    } catch { // the browser had no room for the picture just then
      this._missed = (this._missed || 0) + 1;
      if (this._missed < 5) window.requestAnimationFrame(() => this.redraw());
    }
  },

  // Sizes go in half pixels, so a map has a few dozen stamps however many rows it has.
  _stamp(look, size, ratio) {
    const half = Math.round(size * 2) / 2;
    const key = `${look}/${half}/${ratio}`;
    let stamp = this._stamps.get(key);
    if (!stamp) {
      stamp = document.createElement("canvas");
      stamp.width = stamp.height = Math.ceil((half * 1.35 + 2) * 2 * ratio);
      const context = stamp.getContext("2d");
      context.setTransform(ratio, 0, 0, ratio, stamp.width / 2, stamp.height / 2);
      this.options.draw(context, look, half);
      stamp.pixels = context.getImageData(0, 0, stamp.width, stamp.height);
      this._stamps.set(key, stamp);
    }
    return stamp;
  },

  // The rows whose symbols lie under a point of the container, the topmost first.
  hit(at, slack) {
    if (!this._map) return [];
    const point = this._map.containerPointToLayerPoint(at);
    const { order } = this.options;
    const found = [];
    for (let place = order.length - 1; place >= 0; place -= 1) {
      const row = order[place];
      const reach = this._radius[row] && this._radius[row] + slack;
      const x = this._x[row] - point.x;
      const y = this._y[row] - point.y;
      if (reach && x * x + y * y <= reach * reach) found.push(row);
    }
    return found;
  },
});

// Lays one small picture over a large one, pixel by pixel, where it is not empty.
phusong.press = (picture, stamp, left, top) => {
  const [over, under] = [stamp.data, picture.data];
  const first = Math.max(0, -left);
  const last = Math.min(stamp.width, picture.width - left);
  for (let y = Math.max(0, -top); y < stamp.height && y + top < picture.height; y += 1) {
    let from = (y * stamp.width + first) * 4;
    let to = ((y + top) * picture.width + left + first) * 4;
    for (let x = first; x < last; x += 1, from += 4, to += 4) {
      const alpha = over[from + 3];
      if (alpha === 255 || (alpha && !under[to + 3])) {
        under[to] = over[from];
        under[to + 1] = over[from + 1];
        under[to + 2] = over[from + 2];
        under[to + 3] = alpha;
      } else if (alpha) {
        const rest = (under[to + 3] * (255 - alpha)) / 255;
        const whole = alpha + rest;
        under[to] = (over[from] * alpha + under[to] * rest) / whole;
        under[to + 1] = (over[from + 1] * alpha + under[to + 1] * rest) / whole;
        under[to + 2] = (over[from + 2] * alpha + under[to + 2] * rest) / whole;
        under[to + 3] = whole;
      }
    }
  }
};
