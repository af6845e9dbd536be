// The drawing board: real points are put down by a click or a stroke, and sent to the page when the hand lifts.
// With the keyboard: arrows move a cross, Enter or Space puts a point, Backspace takes the last one away.

import { decodeArray, makeElement, makeScheduler, readTheme, sizeCanvas, watchAppearance, withAlpha } from "./base.js";
import { drawMarker } from "./marks.js";

const STEP = 0.06; // of the keyboard's cross, in the picture's units
const LIMIT = 4; // decimals that are sent

/** Mount a drawing board in `root`. `emit`: `{trigger(name, value)}`; a payload is `{points, reach, window, most, gap}`. */
export function createDraw(root, emit) {
  const state = { emit, data: null, points: [], theme: null, drawing: false, cross: null };
  const canvas = makeElement("canvas", {
    class: "draw-canvas", tabindex: "0", role: "application",
    "aria-label": "Board to draw real points on. Arrow keys move the cross, Enter puts a point, Backspace takes the last one away.",
  });
  const words = makeElement("div", { class: "draw-words", "aria-live": "polite" });
  const undo = makeElement("button", { type: "button", class: "draw-button", onclick: () => change(() => state.points.pop()) }, "Undo");
  const clear = makeElement("button", { type: "button", class: "draw-button", onclick: () => change(() => { state.points = []; }) }, "Clear");
  const body = makeElement("div", { class: "draw-body" }, canvas);
  root.replaceChildren(makeElement("div", { class: "draw" }, makeElement("div", { class: "draw-head" }, words, undo, clear), body));

  const side = () => Math.max(80, Math.min(body.clientWidth, body.clientHeight));
  const toPixel = ([x, y]) => [((x / state.data.window + 1) / 2) * side(), ((1 - y / state.data.window) / 2) * side()];
  const clamp = (value) => Math.max(-state.data.reach, Math.min(state.data.reach, value));
  const schedule = makeScheduler(draw);

  function draw() {
    if (!state.data) return;
    state.theme ??= readTheme(root);
    const { theme } = state;
    const size = side();
    canvas.style.width = canvas.style.height = `${size}px`;
    const context = sizeCanvas(canvas, size, size);
    context.fillStyle = theme.panel;
    context.fillRect(0, 0, size, size);
    const [left, top] = toPixel([-state.data.reach, state.data.reach]);
    context.strokeStyle = withAlpha(theme.ink, 0.2);
    context.setLineDash([3, 4]);
    context.strokeRect(left, top, size - 2 * left, size - 2 * top);
    context.setLineDash([]);
    for (const point of state.points) drawMarker(context, "disc", ...toPixel(point), 5, theme.ink, theme.background);
    if (state.cross) {
      const [x, y] = toPixel(state.cross);
      context.strokeStyle = theme.accent;
      context.lineWidth = 2;
      context.beginPath();
      context.moveTo(x - 9, y);
      context.lineTo(x + 9, y);
      context.moveTo(x, y - 9);
      context.lineTo(x, y + 9);
      context.stroke();
    }
    const count = state.points.length;
    const full = count >= state.data.most;
    words.replaceChildren(
      makeElement("b", {}, count ? `${count} of ${state.data.most} points. ` : "Draw the real points: click, or drag a stroke. "),
      full ? "The board is full." : count ? "Each stands for a small cloud. Press Run when it is done." : "",
    );
    undo.disabled = clear.disabled = count === 0;
    root.dataset.points = count;
  }

  function send() {
    state.emit.trigger("drawn", { points: state.points.map((point) => point.map((value) => Number(value.toFixed(LIMIT)))) });
  }

  function change(act) {
    act();
    schedule();
    send();
  }

  /** Add a point unless the board is full or the last one is closer than the gap; says whether it did. */
  function add(point) {
    const { most, gap } = state.data;
    const near = state.points.some(([x, y]) => Math.hypot(x - point[0], y - point[1]) < gap);
    if (state.points.length >= most || near) return false;
    state.points.push(point);
    schedule();
    return true;
  }

  const placeOf = (event) => {
    const box = canvas.getBoundingClientRect();
    return [clamp(((event.clientX - box.left) / box.width * 2 - 1) * state.data.window), clamp((1 - (event.clientY - box.top) / box.height * 2) * state.data.window)];
  };
  canvas.onpointerdown = (event) => {
    canvas.setPointerCapture(event.pointerId);
    state.drawing = true;
    state.cross = null;
    add(placeOf(event));
  };
  canvas.onpointermove = (event) => {
    if (state.drawing) add(placeOf(event));
  };
  canvas.onpointerup = canvas.onpointercancel = () => {
    if (!state.drawing) return;
    state.drawing = false;
    send();
  };
  canvas.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const moves = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] };
    const move = moves[event.key];
    if (move) {
      const [x, y] = state.cross ?? [0, 0];
      state.cross = [clamp(x + move[0]), clamp(y + move[1])];
    } else if (event.key === "Enter" || event.key === " ") {
      if (add(state.cross ?? [0, 0])) send();
    } else if (event.key === "Backspace" && state.points.length) change(() => state.points.pop());
    else return;
    event.preventDefault();
    event.stopPropagation();
    schedule();
  };
  canvas.onblur = () => {
    state.cross = null;
    schedule();
  };

  const stopWatching = watchAppearance(root, (reason) => {
    if (reason === "theme") state.theme = null;
    schedule();
  });
  return {
    /** Take a payload; what the hand is drawing right now stays. */
    update(data) {
      state.data = data;
      state.theme = readTheme(root);
      if (!state.drawing) {
        const { data: flat } = decodeArray(data.points);
        state.points = Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i], flat[2 * i + 1]]);
      }
      schedule();
    },
    setEmit(next) { state.emit = next; },
    destroy() {
      schedule.cancel();
      stopWatching();
      delete root.dataset.points;
      root.replaceChildren();
    },
  };
}
