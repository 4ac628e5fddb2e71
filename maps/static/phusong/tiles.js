// Which tiles the view needs, and what is in them: asked for once, kept, and taken back unwanted.
"use strict";

phusong.Tiles = class {
  // layer: its name; wanted(): whether anybody looks at it; changed(): other features are there.
  constructor(layer, wanted, changed) {
    Object.assign(this, { layer, wanted, changed });
    this.kept = new Map(); // by address, the oldest first
    this.asked = new Map();
    this.failed = new Map(); // the status by address
    this.at = null; // a day that is past, or null for how things stand
    this.most = 600;
  }

  address(z, x, y) { return `${this.at || ""}/${z}/${x}/${y}`; }

  // The tiles that cover the view and a margin, those in the middle first.
  cover(map) {
    const z = Math.min(14, Math.max(0, Math.floor(map.getZoom())));
    const world = 256 * 2 ** map.getZoom();
    const { min, max } = map.getPixelBounds();
    const margin = 0.12 * (max.x - min.x);
    const side = world / 2 ** z;
    const place = (pixel) => Math.min(2 ** z - 1, Math.max(0, Math.floor(pixel / side)));
    const middle = [(min.x + max.x) / 2 / side - 0.5, (min.y + max.y) / 2 / side - 0.5];
    const found = [];
    for (let x = place(min.x - margin); x <= place(max.x + margin); x += 1) {
      for (let y = place(min.y - margin); y <= place(max.y + margin); y += 1) {
        found.push({ z, x, y, away: Math.hypot(x - middle[0], y - middle[1]) });
      }
    }
    return found.sort((one, other) => one.away - other.away);
  }

  look(map) {
    this.map = map;
    const cover = this.wanted() && !phusong.bridge.alone ? this.cover(map) : [];
    const needed = new Set(cover.map(({ z, x, y }) => this.address(z, x, y)));
    for (const [address, drop] of this.asked) {
      if (!needed.has(address)) {
        drop();
        this.asked.delete(address);
      }
    }
    for (const { z, x, y } of cover) {
      const address = this.address(z, x, y);
      if (!this.kept.has(address) && !this.asked.has(address) && !this.failed.has(address)) this.ask(address, z, x, y);
    }
    this.changed();
  }

  ask(address, z, x, y) {
    const asked = { kind: "tile", layer: this.layer, z, x, y, at: this.at };
    this.asked.set(address, phusong.bridge.ask(asked, (status, body) => {
      this.asked.delete(address);
      if (status === 200 || status === 204) {
        this.kept.set(address, status === 204 ? [] : this.read(body, z, x, y));
        for (const old of [...this.kept.keys()].slice(0, this.kept.size - this.most)) this.kept.delete(old);
      } else {
        this.failed.set(address, status);
      }
      this.changed();
    }));
  }

  // Places become shares of the world's square; w is the width of one step of the tile's grid.
  read(body, z, x, y) {
    const { layers } = vectorTile.read(body);
    const found = [];
    for (const [name, layer] of Object.entries(layers)) {
      const w = 1 / (2 ** z * layer.extent);
      for (let place = 0; place < layer.length; place += 1) {
        const feature = layer.feature(place);
        const [[point]] = feature.loadGeometry();
        found.push({
          name, z, facts: feature.properties,
          x: x / 2 ** z + (point.x + 0.5) * w, y: y / 2 ** z + (point.y + 0.5) * w,
        });
      }
    }
    return found;
  }

  retry() {
    this.failed.clear();
    this.look(this.map);
  }

  idle() { return this.asked.size === 0; }

  // What is known of the view: a tile that is not here yet is stood for by what lies above it.
  features(map) {
    const found = [];
    for (const { z, x, y } of this.wanted() ? this.cover(map) : []) found.push(...(this.kept.get(this.address(z, x, y)) || this.meanwhile(z, x, y)));
    return found;
  }

  meanwhile(z, x, y) {
    for (let up = 1; up <= z; up += 1) {
      const above = this.kept.get(this.address(z - up, x >> up, y >> up));
      if (above) {
        const side = 2 ** z;
        return above.filter((one) => Math.floor(one.x * side) === x && Math.floor(one.y * side) === y);
      }
    }
    const below = [0, 1, 2, 3].map((part) => this.kept.get(this.address(z + 1, 2 * x + (part & 1), 2 * y + (part >> 1))));
    return below.flatMap((part) => part || []);
  }
};
