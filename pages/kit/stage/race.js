// The race: optimizers run down one surface from one start. Picture, read-outs and transport of one payload.
// Everything a person does here is answered in the browser at once; only a new start asks the server.

import { iconMarkup, makeElement, makeScheduler, readTheme, seriesColor, watchAppearance } from "./base.js";
import { formatNumber } from "./numbers.js";
import { isDiverged, decodeRace, rankingAt } from "./race_data.js";
import { hasOverlay, OVERLAYS, overlaySample } from "./race_overlays.js";
import { createRacePicture } from "./race_picture.js";
import { createReadouts } from "./race_readouts.js";
import { saveRace } from "./race_save.js";
import { createRaceTouch } from "./race_touch.js";
import { createTransport } from "./transport.js";

const DOWNLOAD_ICON = '<path d="M9.200 3h1.600v7l2.600-2.600 1.100 1.100L10 13 5.500 8.500l1.100-1.100L9.200 10zM4 14.400h1.600V16h8.800v-1.600H16v3.200H4z"/>';
const PHONE = 640;
const ANSWER_WAIT = 2000; // ms in which a choice that comes back is an echo and undoes no newer one
// No direction of the person’s own yet: the picture finds the one that shows the paths best.
const FIRST_VIEW = { yaw: null, pitch: null };

/** Mount a race stage in `root` (an empty `.stage` element). `emit`: `{state(name, value), trigger(name, value)}`. */
export function createRace(root, emit) {
  const state = {
    emit, race: null, data: null, selected: null, hovered: null, flat: true, overlays: {}, pending: null,
    startFocused: false, readOnly: false, ...FIRST_VIEW, fonts: 0, theme: null, sent: {}, blocked: [],
  };
  const canvas = makeElement("canvas", { class: "picture-canvas", role: "img" });
  const chips = makeElement("div", { class: "stage-chips", role: "group", "aria-label": "Show for the selected racer" });
  const flatChip = makeElement("button", { type: "button", class: "stage-chip", onclick: () => setView(true) }, "2-D");
  const reliefChip = makeElement("button", { type: "button", class: "stage-chip", onclick: () => setView(false) }, "3-D");
  const save = makeElement("button", { type: "button", class: "stage-chip stage-save", title: "Save the picture as PNG", "aria-label": "Save the picture as PNG", innerHTML: iconMarkup(DOWNLOAD_ICON, 18), onclick: () => saveRace(canvas, picture.last.scene) });
  const corner = makeElement("div", { class: "stage-corner" },
    makeElement("div", { class: "stage-chipset", role: "group", "aria-label": "View" }, flatChip, reliefChip),
    makeElement("div", { class: "stage-chipset" }, save));
  const surfaceBox = makeElement("div", { class: "picture-box" }, canvas, corner);
  const pictureBox = makeElement("div", { class: "stage-picture" }, surfaceBox, chips);
  const reads = makeElement("div", { class: "stage-reads" });
  const bar = makeElement("div", { class: "stage-bar" });
  const grid = makeElement("div", { class: "stage-grid race" }, pictureBox, bar, reads);
  root.replaceChildren(grid);

  const schedule = makeScheduler(() => drawNow());
  const picture = createRacePicture(canvas);
  const readouts = createReadouts(reads, {
    onScrub: (step) => transport.seek(step),
    onSelect: (id) => select(id),
    onHover: (id) => hover(id),
  });
  const transport = createTransport(bar, {
    unit: "step", keyTarget: root, onPosition: () => schedule(), onPlaying: () => schedule(),
  });
  const touch = createRaceTouch(canvas, () => ({ scene: picture.last.scene, picture, readOnly: state.readOnly }), {
    select: (id) => select(id),
    hover: (id) => hover(id),
    previewStart(point) {
      state.pending = point;
      drawNow();
    },
    commitStart(point) {
      state.pending = point;
      drawNow();
      state.emit.trigger("start", point.map((value) => Number(value.toPrecision(6))));
    },
    turn(yaw, pitch) {
      state.yaw = yaw;
      state.pitch = Math.max(0.25, Math.min(1.35, pitch));
      schedule();
    },
    focusStart(focused) {
      state.startFocused = focused;
      schedule();
    },
  });
  root.onkeydown = (event) => {
    // Shift and arrows turn the relief where the pointer would drag it.
    const turn = { ArrowLeft: [-0.12, 0], ArrowRight: [0.12, 0], ArrowUp: [0, 0.08], ArrowDown: [0, -0.08] }[event.key];
    if (!turn || !event.shiftKey || state.flat || event.defaultPrevented) return;
    event.preventDefault();
    state.yaw = picture.view.yaw + turn[0];
    state.pitch = Math.max(0.25, Math.min(1.35, picture.view.pitch + turn[1]));
    schedule();
  };

  /** Tell the server a choice, and remember it for a while: its answers come later than the next choice may. */
  function tell(name, value) {
    const now = performance.now();
    state.sent[name] = [...(state.sent[name] ?? []).filter((choice) => now - choice.time < ANSWER_WAIT), { value, time: now }];
    state.emit.state(name, value);
  }

  /** Does the payload bring a choice of the server's own? Not if it repeats itself or echoes what the person chose. */
  function isNews(name, data) {
    const now = performance.now();
    const echo = (state.sent[name] ?? []).some((choice) => choice.value === data[name] && now - choice.time < ANSWER_WAIT);
    return !echo && !(state.data && data[name] === state.data[name]);
  }

  function select(id) {
    if (state.selected === id) return;
    state.selected = id;
    tell("selected", id);
    showChips();
    drawNow();
  }

  function hover(id) {
    if (state.hovered === id) return;
    state.hovered = id;
    schedule();
  }

  function setView(flat, byPerson = true) {
    if (state.flat === flat && byPerson) return;
    state.flat = flat;
    flatChip.setAttribute("aria-pressed", flat);
    reliefChip.setAttribute("aria-pressed", !flat);
    canvas.classList.toggle("turns", !flat);
    if (byPerson) {
      tell("view", flat ? "2d" : "3d");
      drawNow();
    }
  }

  /** One chip for each thing the selected racer has. */
  function showChips() {
    const racer = state.race?.racers.find((one) => one.id === state.selected);
    const color = racer && state.theme ? seriesColor(racer.style, state.theme) : "currentColor";
    const stamp = `${racer?.id}|${color}|${JSON.stringify(state.overlays)}|${state.race?.revision}`;
    if (stamp === state.chipStamp) return;
    state.chipStamp = stamp;
    const focused = chips.getRootNode().activeElement?.dataset?.overlay;
    chips.replaceChildren(...OVERLAYS.filter((overlay) => racer && hasOverlay(racer, overlay.id)).map((overlay) => makeElement("button", {
      type: "button", class: "stage-chip", "data-overlay": overlay.id, "aria-pressed": String(Boolean(state.overlays[overlay.id])),
      "aria-label": `Show ${overlay.name} of ${racer.label}`,
      innerHTML: `${overlaySample(overlay.id, color, "currentColor")}<span>${overlay.chip}</span>`,
      onclick: () => {
        state.overlays = { ...state.overlays, [overlay.id]: !state.overlays[overlay.id] };
        showChips();
        drawNow();
      },
    })));
    if (focused) chips.querySelector(`[data-overlay="${focused}"]`)?.focus();
    measureBlocked();
  }

  /** Rectangles of the chips over the picture, which labels keep free. */
  function measureBlocked() {
    const frame = surfaceBox.getBoundingClientRect();
    state.blocked = [chips, corner].map((element) => element.getBoundingClientRect())
      .filter((box) => box.width && box.bottom <= frame.bottom && box.top >= frame.top)
      .map((box) => ({ x: Math.round(box.left - frame.left) - 4, y: Math.round(box.top - frame.top) - 4, width: Math.round(box.width) + 8, height: Math.round(box.height) + 8 }));
  }

  function drawNow() {
    schedule.cancel();
    if (!state.race || surfaceBox.clientWidth < 80) return;
    state.theme ??= readTheme(root);
    const { step, position } = transport;
    const phone = grid.clientWidth <= PHONE;
    const scene = {
      race: state.race, theme: state.theme, width: surfaceBox.clientWidth, height: surfaceBox.clientHeight, flat: state.flat,
      yaw: state.yaw, pitch: state.pitch, position, step, selected: state.selected, hovered: state.hovered,
      overlays: state.overlays, pending: state.pending, startFocused: state.startFocused, blocked: state.blocked, phone, fonts: state.fonts,
    };
    picture.draw(scene);
    touch.placeHandle(scene, picture.view, state.readOnly);
    readouts.draw(state.theme, position, step, state.selected);
    root.dataset.step = step;
    if (!transport.playing) canvas.setAttribute("aria-label", describe(scene));
  }

  function describe(scene) {
    const { race, step } = scene;
    const standings = rankingAt(race, step).map((racer) => `${racer.label} ${isDiverged(racer, step) ? "diverged" : formatNumber(racer.loss[step])}`);
    return `${race.surface.name}, ${scene.flat ? "contour map" : "relief"}. Step ${step} of ${race.steps}. Loss, lowest first: ${standings.join(", ")}.`;
  }

  function redraw(reason) {
    if (reason === "theme") state.theme = null;
    if (reason === "fonts") state.fonts += 1;
    state.theme ??= readTheme(root);
    showChips();
    measureBlocked();
    readouts.layout();
    drawNow();
  }

  /** Take a payload. The same revision only changes options; a new one keeps the place in the run. */
  function update(data) {
    const fresh = state.data?.revision !== data.revision;
    const first = !state.race;
    state.readOnly = Boolean(data.read_only);
    state.theme = readTheme(root);
    if (fresh) {
      const atEnd = first || transport.position >= transport.last;
      state.race = decodeRace(data);
      state.pending = null;
      transport.setRange(state.race.steps);
      transport.setPosition(atEnd ? state.race.steps : transport.position);
      readouts.setRace(state.race);
    } else state.pending = null;
    // What the server sends wins only where it changed; else the person's own choice stays.
    if (first) state.overlays = { ...data.overlays };
    if (isNews("selected", data)) state.selected = data.selected;
    if (!state.race.racers.some((racer) => racer.id === state.selected)) state.selected = state.race.racers[0]?.id ?? null;
    if (isNews("view", data)) setView(data.view !== "3d", false);
    state.data = data;
    showEvents();
    showChips();
    readouts.layout();
    measureBlocked();
    drawNow();
  }

  function showEvents() {
    const list = [];
    for (const racer of state.race.racers) {
      const color = seriesColor(racer.style, state.theme);
      if (racer.valleyAt !== null) list.push({ position: racer.valleyAt, color, label: `${racer.label} in the valley from step ${racer.valleyAt}` });
      if (racer.divergedAt !== null) list.push({ position: racer.divergedAt, color, label: `${racer.label} diverged at step ${racer.divergedAt}` });
    }
    transport.setEvents(list);
  }

  const stopWatching = watchAppearance(root, redraw);
  return {
    update,
    setEmit(next) { state.emit = next; },
    /** What is shown, for tests. */
    inspect: () => ({ ...picture.last, position: transport.position, step: transport.step, playing: transport.playing, selected: state.selected, flat: state.flat, view: picture.view, contours: picture.contours, order: readouts.order?.map((racer) => racer.id), endLabels: readouts.chart.endLabels, rowHeight: readouts.rowHeight }),
    transport,
    drawNow,
    destroy() {
      schedule.cancel();
      stopWatching();
      touch.destroy();
      transport.destroy();
      root.onkeydown = null;
      root.replaceChildren();
    },
  };
}
