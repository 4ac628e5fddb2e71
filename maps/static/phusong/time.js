// Back in time, month by month: what stood at which stage then, on the map, in words and in sums.
"use strict";

phusong.time = (() => {
  const { data, words, count, fill } = phusong;
  const { live } = data;
  const { months } = live;
  let chosen = months.length; // behind the last month is today
  let playing = null;

  const present = () => {
    const sums = live.stages.map(() => [0, 0]);
    for (const [, , stage, zones, households] of live.counts) {
      sums[stage][0] += zones;
      sums[stage][1] += households;
    }
    return sums;
  };
  const sums = () => (chosen < months.length ? months[chosen][1] : present());
  const day = () => live.days[chosen];

  function said() {
    const standing = sums()
      .map(([zones, households], stage) => zones && fill(live.words.stage, { stage: live.stages[stage], zones: count(zones), households: count(households) }))
      .filter(Boolean);
    const today = document.getElementById("day").dataset.today;
    const when = chosen < months.length ? fill(live.words.then, { day: day() }) : fill(live.words.today, { day: today });
    return `${when}: ${standing.join("; ") || live.words.none_then}.`;
  }

  // Of an embedded zone: the stage at the end of each month, from its short list of changes.
  const stagesThen = () => {
    if (chosen === months.length) return null;
    return live.moves.map((moves) => {
      let stage = -1;
      for (let place = 0; place < moves.length && moves[place] <= chosen; place += 2) stage = moves[place + 1];
      return stage;
    });
  };

  function show(month) {
    chosen = month;
    const box = document.getElementById("month");
    const zones = phusong.layers.zones;
    box.value = month;
    box.setAttribute("aria-valuetext", said());
    document.getElementById("then").textContent = said();
    const all = sums().reduce(([zones_, homes], [some, households]) => [zones_ + some, homes + households], [0, 0]);
    document.querySelector(".legend .totals").textContent = phusong.popups.totals(...all);
    document.querySelectorAll("input[data-filter=stage]").forEach((each) => {
      const [some, households] = sums()[Number(each.value)];
      let note = each.parentElement.querySelector("small");
      if (!note) {
        note = phusong.element("small", {});
        each.parentElement.lastElementChild.append(" ", note);
      }
      note.textContent = phusong.popups.totals(some, households);
    });
    // Who paid then is not told in sums: the figures of today would stand beside another day's map.
    document.querySelectorAll("input[data-filter=queue] ~ span small").forEach((note) => { note.hidden = chosen < months.length; });
    const at = chosen < months.length ? months[chosen][0] : null;
    document.getElementById("day").textContent = at ? fill(live.words.then, { day: day() }) : document.getElementById("day").dataset.told;
    document.documentElement.classList.toggle("past", Boolean(at));
    if (zones.tiles) {
      zones.tiles.at = at;
      zones.tiles.failed.clear();
      zones.tiles.look(phusong.map);
    } else {
      zones.showStages(stagesThen());
    }
    phusong.map.closePopup();
  }

  function stop() {
    window.clearTimeout(playing);
    playing = null;
    button();
  }

  function button() {
    const play = document.getElementById("play");
    const name = playing ? live.words.pause : live.words.play;
    play.setAttribute("aria-label", name);
    play.setAttribute("title", name);
    play.querySelector("path").setAttribute("d", playing ? "M7 5h4v14H7zM13 5h4v14h-4z" : "M7 5v14l12-7z");
  }

  // One step after the other, each when the one before has been drawn.
  function step() {
    if (chosen >= months.length) {
      stop();
      return;
    }
    show(chosen + 1);
    playing = window.setTimeout(function next() {
      const { tiles } = phusong.layers.zones;
      if (tiles && !tiles.idle()) playing = window.setTimeout(next, 150);
      else step();
    }, phusong.still ? 2500 : 900);
    button();
  }

  return {
    start() {
      const told = document.getElementById("day");
      told.dataset.told = told.textContent;
      told.dataset.today = (/\d[\d/-]+/.exec(told.textContent) || [""])[0];
      if (!months.length) return;
      document.getElementById("month").addEventListener("input", (event) => {
        if (playing) stop();
        show(Number(event.target.value));
      });
      document.getElementById("play").addEventListener("click", () => {
        if (playing) {
          stop();
          return;
        }
        if (chosen === months.length) show(0);
        playing = window.setTimeout(step, phusong.still ? 2500 : 900);
        button();
      });
      phusong.isPast = () => chosen < months.length;
      phusong.then = (stage) => (chosen < months.length ? [fill(live.words.stage_then, { day: day() }), live.stages[stage] || live.words.none_then] : ["", ""]);
      show(months.length);
    },
    show,
  };
})();
