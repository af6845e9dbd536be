// Detection: a photograph, the boxes a detector reports, and how suppression goes through them, one after another.
// Pointing, zooming and playing are answered here; only a true box that is drawn or removed asks the server.

import { iconMarkup, makeElement, makeScheduler, readTheme, watchAppearance } from "./base.js";
import { decodeDetection, stepWords } from "./detection_data.js";
import { createDetectionPicture } from "./detection_picture.js";
import { createDetectionReadouts } from "./detection_readouts.js";
import { createDetectionTouch } from "./detection_touch.js";
import { createTransport } from "./transport.js";

const SAVE_ICON = '<path d="M9.200 3h1.600v7l2.600-2.600 1.100 1.100L10 13 5.500 8.500l1.100-1.100L9.200 10zM4 14.400h1.600V16h8.800v-1.600H16v3.200H4z"/>';

/** Mount the stage in `root` (an empty `.stage` element). `emit`: `{state(name, value), trigger(name, value)}`. */
export function createDetection(root, emit) {
  const state = { emit, data: null, theme: null, hovered: null, selected: null, drawing: false, draft: null, chips: { dropped: false, all: false } };
  const canvas = makeElement("canvas", { class: "picture-canvas det-canvas", role: "img", tabindex: "0" });
  const chip = (name, text, title, onclick) => makeElement("button", { type: "button", class: "stage-chip", "data-chip": name, title, "aria-pressed": "false", onclick }, text);
  const droppedChip = chip("dropped", "Dropped", "Show the boxes that a better one covers", () => toggle("dropped"));
  const allChip = chip("all", "All candidates", "Show every candidate, also those below the score", () => toggle("all"));
  const drawChip = chip("draw", "Draw a true box", "Drag over a thing to say where it really is", () => setDrawing(!state.drawing));
  const kind = makeElement("select", { class: "det-kind", "aria-label": "Class of the true box" });
  const chips = makeElement("div", { class: "stage-chips det-chips", role: "group", "aria-label": "What is shown" }, droppedChip, allChip, drawChip, kind);
  const small = (label, text, onclick) => makeElement("button", { type: "button", class: "stage-chip stage-save", title: label, "aria-label": label, onclick, innerHTML: text });
  const corner = makeElement("div", { class: "stage-corner det-corner" },
    makeElement("div", { class: "stage-chipset", role: "group", "aria-label": "Zoom" },
      small("Smaller", "−", () => zoom(1 / 1.4)), small("Whole picture", "1:1", () => { picture.reset(); schedule(); }), small("Larger", "+", () => zoom(1.4))),
    makeElement("div", { class: "stage-chipset" }, small("Save the picture as PNG", iconMarkup(SAVE_ICON, 18), () => save())));
  const credit = makeElement("div", { class: "det-credit" });
  const box = makeElement("div", { class: "picture-box" }, canvas, corner);
  const reads = makeElement("div", { class: "stage-reads" });
  const bar = makeElement("div", { class: "stage-bar" });
  root.replaceChildren(makeElement("div", { class: "stage-grid det-grid" }, makeElement("div", { class: "stage-picture det-picture" }, chips, box, credit), bar, reads));

  const schedule = makeScheduler(() => drawNow());
  const picture = createDetectionPicture(canvas);
  const readouts = createDetectionReadouts(reads, {
    hover,
    select,
    removeTruth: (index) => state.emit.trigger("removed", index),
  });
  const transport = createTransport(bar, { unit: "box", keyTarget: root, seconds: 8, onPosition: () => schedule(), onPlaying: () => schedule() });
  createDetectionTouch(canvas, { picture, drawing: () => state.drawing, boxes: () => shownBoxes() }, {
    hover,
    select,
    draft(draft) {
      state.draft = draft;
      schedule();
    },
    commit(drawn) {
      state.emit.trigger("truth", { name: kind.value, box: drawn.map((side) => Math.round(side)) });
    },
    changed: () => schedule(),
  });

  const shownBoxes = () => (state.chips.all ? state.data.all : state.chips.dropped || transport.step < state.data.steps.length ? state.data.steps : state.data.kept);

  function hover(number) {
    if (state.hovered === number) return;
    state.hovered = number;
    schedule();
  }

  function select(number) {
    state.selected = state.selected === number ? null : number;
    schedule();
  }

  function toggle(name) {
    state.chips = { ...state.chips, [name]: !state.chips[name] };
    droppedChip.setAttribute("aria-pressed", state.chips.dropped);
    allChip.setAttribute("aria-pressed", state.chips.all);
    schedule();
  }

  function setDrawing(drawing) {
    state.drawing = drawing;
    drawChip.setAttribute("aria-pressed", drawing);
    kind.hidden = !drawing;
    canvas.classList.toggle("draws", drawing);
    hover(null);
  }

  function zoom(factor) {
    picture.zoomAt(factor);
    schedule();
  }

  function save() {
    canvas.toBlob((blob) => {
      const link = makeElement("a", { href: URL.createObjectURL(blob), download: "detection.png" });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    });
  }

  function fillKinds(data) {
    const key = data.names.join();
    if (kind.dataset.key !== key) {
      kind.dataset.key = key;
      kind.replaceChildren(...[...data.names].sort().map((name) => makeElement("option", { value: name }, name)));
      kind.value = data.draw;
    }
  }

  function describe({ data, step }) {
    if (step > 0 && step < data.steps.length) {
      const said = stepWords(data, step - 1);
      return `Step ${step} of ${data.steps.length}: ${said.what} ${said.outcome}, ${said.why}.`;
    }
    return `Photograph with ${data.kept.length} boxes: ${data.kept.map((one) => `${one.name} ${one.score.toFixed(2)}`).join(", ") || "none"}. Plus and minus zoom.`;
  }

  function drawNow() {
    schedule.cancel();
    if (!state.data || box.clientWidth < 80) return;
    state.theme ??= readTheme(root);
    const scene = {
      data: state.data, theme: state.theme, width: box.clientWidth, height: box.clientHeight, step: transport.step,
      marked: state.hovered ?? state.selected, chips: state.chips, draft: state.draft,
    };
    picture.draw(scene);
    readouts.draw(scene);
    root.dataset.step = scene.step;
    if (!transport.playing) canvas.setAttribute("aria-label", describe(scene));
  }

  const stopWatching = watchAppearance(root, (reason) => {
    if (reason === "theme") state.theme = null;
    drawNow();
  });
  setDrawing(false);
  return {
    /** Take a payload; a new revision starts at the end of the trace, with nothing marked. */
    update(data) {
      const fresh = state.data?.revision !== data.revision;
      state.data = decodeDetection(data);
      state.theme = readTheme(root);
      if (fresh) {
        state.hovered = state.selected = null;
        if (transport.playing) transport.pause();
        transport.setRange(state.data.steps.length);
        transport.setPosition(state.data.steps.length);
      }
      transport.setEvents([]);
      bar.classList.toggle("det-idle", !state.data.steps.length);
      fillKinds(state.data);
      credit.textContent = data.picture.credit;
      picture.setPicture(data.picture, () => drawNow());
      drawNow();
    },
    setEmit(next) { state.emit = next; },
    /** What is shown, for tests. */
    inspect: () => ({ ...picture.last, step: transport.step, view: { ...picture.view }, chips: state.chips, marked: state.hovered ?? state.selected, drawing: state.drawing, toScreen: picture.toScreen }),
    transport,
    drawNow,
    destroy() {
      schedule.cancel();
      stopWatching();
      transport.destroy();
      root.replaceChildren();
    },
  };
}
