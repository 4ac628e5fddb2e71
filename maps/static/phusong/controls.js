// Zoom, home, print, scale, north, and the coordinates under the pointer in both systems.
"use strict";

phusong.controls = (() => {
  const { words, element } = phusong;

  const icons = {
    home: "M3 11L12 4l9 7M6 9.5V19h12V9.5",
    print: "M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z",
  };

  function icon(path) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
    made.setAttribute("viewBox", "0 0 24 24");
    line.setAttribute("d", path);
    made.append(line);
    return made;
  }

  const button = (name, act) => {
    const made = element("a", { href: "#", role: "button", title: words.control[name], "aria-label": words.control[name] }, icon(icons[name]));
    L.DomEvent.disableClickPropagation(made);
    made.addEventListener("click", (event) => {
      event.preventDefault();
      act();
    });
    return made;
  };

  function control(position, node) {
    const made = L.control({ position });
    made.onAdd = () => node;
    made.addTo(phusong.map);
  }

  function coordinates() {
    const [said, wgs, grid] = document.querySelectorAll("#coordinates span");
    const { ground } = phusong.data;
    const focus = ground.provinces.find((area) => area.c === ground.focus);
    const show = (at, name) => {
      const under = phusong.under || {};
      const province = focus || ground.provinces.find((area) => area.c === under.c);
      const metres = phusong.grid.at(at.lng, at.lat, province && province.m);
      said.textContent = `${words.control[name]}:`;
      wgs.textContent = `WGS 84 ${at.lat.toFixed(5)}° ${at.lng.toFixed(5)}°`;
      grid.textContent =
        `VN-2000 ${metres.name} ${words.control.northing} ${metres.northing.toFixed(0)} ${words.control.easting} ${metres.easting.toFixed(0)}`;
    };
    const { map } = phusong;
    map.on("mousemove", (event) => show(event.latlng, "position"));
    // A finger has no pointer to follow: then, and before the first move, the centre is shown.
    map.on("moveend mouseout", () => show(map.getCenter(), "centre"));
    show(map.getCenter(), "centre");
  }

  function start(map) {
    L.control.zoom({ position: "topleft", zoomInTitle: words.control.zoom_in, zoomOutTitle: words.control.zoom_out }).addTo(map);
    control("topleft", element("div", { class: "leaflet-bar tools" },
      button("home", () => phusong.home(true)),
      button("print", () => window.print())));
    control("topright", element("div", { class: "north", role: "img", "aria-label": words.control.north },
      element("span", { class: "needle" }), element("span", {}, phusong.data.language === "vi" ? "B" : "N")));
    coordinates();
    L.control.scale({ position: "bottomleft", imperial: false, maxWidth: 130 }).addTo(map);
  }

  return { start };
})();
