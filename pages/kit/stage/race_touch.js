// Touching the race's picture: click to start there, drag the start, point at a path, turn the relief.

import { makeElement } from "./base.js";
import { formatNumber } from "./numbers.js";
import { nearestRacer } from "./race_tracks.js";

const HEAD_REACH = 13;
const PATH_REACH = 8;
const CLICK_SLACK = 5;
const KEY_DELAY = 450;

/**
 * Make the canvas and the start handle answer to pointer and keys.
 * `context()` gives `{scene, picture, readOnly}` as they are now; `actions`: `select(id)`, `hover(id | null)`,
 * `previewStart([x, y])`, `commitStart([x, y])`, `turn(yaw, pitch)`, `focusStart(boolean)`.
 * Returns `{handle, placeHandle}`.
 */
export function createRaceTouch(canvas, context, actions) {
  const handle = makeElement("div", { class: "start-handle", role: "button", tabindex: "0" });
  canvas.after(handle);
  let drag = null;
  let keyTimer = 0;

  const pixelOf = (event) => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const dataOf = ([x, y]) => {
    const { picture, scene } = context();
    const { view } = picture;
    const { surface } = scene.race;
    const clip = (value, [low, high]) => Math.max(low, Math.min(high, value));
    return [clip(view.fromX(x), surface.x), clip(view.fromY(y), surface.y)];
  };
  const insideFrame = ([x, y]) => {
    const { view } = context().picture;
    return x >= view.left && x <= view.right && y >= view.top && y <= view.bottom;
  };

  /** The racer under a pixel: a head or a name first, then a path. */
  function racerAt([x, y], reach = PATH_REACH) {
    const { picture, scene } = context();
    for (const label of picture.last.labels) {
      if (picture.last.heads.has(label.id) && x >= label.box.x && x <= label.box.x + label.box.width && y >= label.box.y && y <= label.box.y + label.box.height) return label.id;
    }
    let best = null;
    for (const [id, head] of picture.last.heads) {
      const distance = Math.hypot(head.x - x, head.y - y);
      if (head.inside && distance <= HEAD_REACH && (!best || distance < best.distance)) best = { id, distance };
    }
    if (best) return best.id;
    return nearestRacer(scene.race.racers, picture.tracks, scene.position, x, y, reach)?.id ?? null;
  }

  canvas.onpointerdown = (event) => {
    const { scene } = context();
    if (!scene) return;
    drag = { from: pixelOf(event), moved: false, yaw: context().picture.view.yaw, pitch: context().picture.view.pitch };
    if (!scene.flat) canvas.setPointerCapture(event.pointerId);
  };
  canvas.onpointermove = (event) => {
    const { scene, readOnly } = context();
    if (!scene) return;
    const now = pixelOf(event);
    if (drag && Math.hypot(now[0] - drag.from[0], now[1] - drag.from[1]) > CLICK_SLACK) drag.moved = true;
    if (drag && !scene.flat && drag.moved) {
      actions.turn(drag.yaw + (now[0] - drag.from[0]) * 0.009, drag.pitch + (now[1] - drag.from[1]) * 0.006);
      return;
    }
    const hit = racerAt(now);
    actions.hover(hit);
    canvas.style.cursor = hit ? "pointer" : !scene.flat ? "grab" : readOnly || !insideFrame(now) ? "default" : "crosshair";
  };
  canvas.onpointerleave = () => actions.hover(null);
  canvas.onpointercancel = () => { drag = null; };
  canvas.onpointerup = (event) => {
    const { scene, readOnly } = context();
    const ended = drag;
    drag = null;
    if (!scene || !ended || ended.moved) return;
    const now = pixelOf(event);
    const { picture } = context();
    const onHead = [...picture.last.heads].some(([, head]) => head.inside && Math.hypot(head.x - now[0], head.y - now[1]) <= HEAD_REACH);
    const onName = picture.last.labels.some((label) => picture.last.heads.has(label.id) && now[0] >= label.box.x && now[0] <= label.box.x + label.box.width && now[1] >= label.box.y && now[1] <= label.box.y + label.box.height);
    if (onHead || onName || !scene.flat) {
      const hit = racerAt(now);
      if (hit) actions.select(hit);
    } else if (!readOnly && insideFrame(now)) actions.commitStart(dataOf(now));
  };

  handle.onpointerdown = (event) => {
    if (context().readOnly) return;
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
    handle.focus();
    handle.dataset.dragging = "1";
  };
  handle.onpointermove = (event) => {
    if (handle.dataset.dragging) actions.previewStart(dataOf(pixelOf(event)));
  };
  handle.onpointerup = (event) => {
    if (!handle.dataset.dragging) return;
    delete handle.dataset.dragging;
    const { scene } = context();
    if (scene.pending) actions.commitStart(dataOf(pixelOf(event)));
  };
  handle.onpointercancel = () => { delete handle.dataset.dragging; };
  handle.onfocus = () => actions.focusStart(true);
  handle.onblur = () => actions.focusStart(false);
  handle.onkeydown = (event) => {
    const { scene, readOnly } = context();
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!move || !event.shiftKey || readOnly || !scene) return;
    event.preventDefault();
    const { surface } = scene.race;
    const point = (scene.pending ?? scene.race.start).map((value, axis) => {
      const [low, high] = axis ? surface.y : surface.x;
      return Math.max(low, Math.min(high, value + (move[axis] * (high - low)) / 50));
    });
    actions.previewStart(point);
    clearTimeout(keyTimer);
    keyTimer = setTimeout(() => actions.commitStart(point), KEY_DELAY);
  };

  /** Put the handle on the start point; it is hidden on the relief and where nothing may be changed. */
  function placeHandle(scene, view, readOnly) {
    const point = scene.pending ?? scene.race.start;
    const shown = scene.flat && !readOnly && view.contains(...point);
    handle.style.display = shown ? "" : "none";
    if (!shown) return;
    const [x, y] = view.project(...point);
    handle.style.transform = `translate(${x}px, ${y}px)`;
    handle.setAttribute("aria-label", `Start at ${point.map(formatNumber).join(", ")}. Shift and arrow keys move it.`);
  }

  return { handle, placeHandle, destroy: () => clearTimeout(keyTimer) };
}
