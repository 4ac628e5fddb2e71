// WGS 84 degrees to VN-2000 metres: the inverse of EPSG:6960, then transverse Mercator by
// Krüger's series to the sixth order. The same figures as coverage/coordinates/vn2000.py.
"use strict";

phusong.grid = (() => {
  const axis = 6378137; // WGS 84's ellipsoid is VN-2000's too
  const flattening = 1 / 298.257223563;
  const e2 = flattening * (2 - flattening);
  const e = Math.sqrt(e2);
  const n = flattening / (2 - flattening);
  const second = Math.PI / 648000;
  const shift = {
    x: -191.90441429, y: -39.30318279, z: -111.45032835,
    rx: -0.00928836 * second, ry: 0.01975479 * second, rz: -0.00427372 * second,
    scale: 1 + 0.252906278e-6,
  };
  const radius = (axis / (1 + n)) * (1 + n ** 2 / 4 + n ** 4 / 64 + n ** 6 / 256);
  const series = [
    n / 2 - (2 / 3) * n ** 2 + (5 / 16) * n ** 3 + (41 / 180) * n ** 4 - (127 / 288) * n ** 5 + (7891 / 37800) * n ** 6,
    (13 / 48) * n ** 2 - (3 / 5) * n ** 3 + (557 / 1440) * n ** 4 + (281 / 630) * n ** 5 - (1983433 / 1935360) * n ** 6,
    (61 / 240) * n ** 3 - (103 / 140) * n ** 4 + (15061 / 26880) * n ** 5 + (167603 / 181440) * n ** 6,
    (49561 / 161280) * n ** 4 - (179 / 168) * n ** 5 + (6601661 / 7257600) * n ** 6,
    (34729 / 80640) * n ** 5 - (3418889 / 1995840) * n ** 6,
    (212378941 / 319334400) * n ** 6,
  ];

  // Geographic WGS 84 (radians, height 0) to geographic VN-2000.
  function datum(longitude, latitude) {
    const curve = axis / Math.sqrt(1 - e2 * Math.sin(latitude) ** 2);
    const x = (curve * Math.cos(latitude) * Math.cos(longitude) - shift.x) / shift.scale;
    const y = (curve * Math.cos(latitude) * Math.sin(longitude) - shift.y) / shift.scale;
    const z = (curve * (1 - e2) * Math.sin(latitude) - shift.z) / shift.scale;
    // The transpose of the coordinate-frame rotation takes WGS 84 back to VN-2000.
    const u = x - shift.rz * y + shift.ry * z;
    const v = shift.rz * x + y - shift.rx * z;
    const w = -shift.ry * x + shift.rx * y + z;
    const flat = Math.hypot(u, v);
    let angle = Math.atan2(w, flat * (1 - e2));
    for (let round = 0; round < 4; round += 1) {
      const bend = axis / Math.sqrt(1 - e2 * Math.sin(angle) ** 2);
      angle = Math.atan2(w + e2 * bend * Math.sin(angle), flat);
    }
    return [Math.atan2(v, u), angle];
  }

  // Metres east and north on the grid of a central meridian, from WGS 84 degrees.
  function project(longitude, latitude, meridian, scale) {
    const [east, north] = datum((longitude * Math.PI) / 180, (latitude * Math.PI) / 180);
    const away = east - (meridian * Math.PI) / 180;
    const tangent = Math.tan(north);
    const sigma = Math.sinh(e * Math.atanh((e * tangent) / Math.hypot(1, tangent)));
    const conformal = tangent * Math.hypot(1, sigma) - sigma * Math.hypot(1, tangent);
    const xi = Math.atan2(conformal, Math.cos(away));
    const eta = Math.asinh(Math.sin(away) / Math.hypot(conformal, Math.cos(away)));
    let up = xi;
    let across = eta;
    series.forEach((factor, place) => {
      const order = 2 * (place + 1);
      up += factor * Math.sin(order * xi) * Math.cosh(order * eta);
      across += factor * Math.cos(order * xi) * Math.sinh(order * eta);
    });
    return { easting: 500000 + scale * radius * across, northing: scale * radius * up };
  }

  const degrees = (meridian) =>
    `${Math.floor(meridian)}°${String(Math.round((meridian % 1) * 60)).padStart(2, "0")}′`;

  return {
    // On a province's 3° grid; without a meridian on the 6° (UTM) grid that the point lies in.
    at(longitude, latitude, meridian) {
      if (meridian) return { name: degrees(meridian), ...project(longitude, latitude, meridian, 0.9999) };
      const zone = longitude < 108 ? 48 : 49;
      return { name: `UTM ${zone}N`, ...project(longitude, latitude, zone * 6 - 183, 0.9996) };
    },
    project,
  };
})();
