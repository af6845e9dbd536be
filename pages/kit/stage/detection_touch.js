// The pointer and the keys on the photograph: point at a box, zoom and shift, draw a true box.

const CLICK_SLACK = 4;
const SMALLEST_SIDE = 4; // of a true box, in pixels of the picture
const PAN = 40;

/** Listen on the canvas. `source`: `picture`, `drawing()`, `boxes()`; `actions`: hover, select, draft, commit, changed. */
export function createDetectionTouch(canvas, source, actions) {
  const { picture } = source;
  const pointers = new Map();
  let start = null;
  let pinch = null;

  const placeOf = (event) => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const clamped = ([x, y]) => [Math.max(0, Math.min(picture.size.width, x)), Math.max(0, Math.min(picture.size.height, y))];
  const boxOf = (from, to) => {
    const [a, b] = [clamped(picture.toPicture(from)), clamped(picture.toPicture(to))];
    return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[0], b[0]), Math.max(a[1], b[1])];
  };
  const spread = () => {
    const [a, b] = [...pointers.values()];
    return { distance: Math.hypot(a[0] - b[0], a[1] - b[1]), middle: [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2] };
  };

  canvas.onpointerdown = (event) => {
    pointers.set(event.pointerId, placeOf(event));
    canvas.setPointerCapture(event.pointerId);
    if (pointers.size === 2) {
      pinch = spread();
      start = null;
      actions.draft(null);
    } else start = { at: placeOf(event), last: placeOf(event), moved: false };
  };
  canvas.onpointermove = (event) => {
    const now = placeOf(event);
    if (pointers.has(event.pointerId)) pointers.set(event.pointerId, now);
    if (pinch && pointers.size === 2) {
      const next = spread();
      picture.zoomAt(next.distance / Math.max(1, pinch.distance), next.middle);
      picture.pan(next.middle[0] - pinch.middle[0], next.middle[1] - pinch.middle[1]);
      pinch = next;
      actions.changed();
      return;
    }
    if (start) {
      if (Math.hypot(now[0] - start.at[0], now[1] - start.at[1]) > CLICK_SLACK) start.moved = true;
      if (start.moved && source.drawing()) actions.draft(boxOf(start.at, now));
      else if (start.moved) {
        picture.pan(now[0] - start.last[0], now[1] - start.last[1]);
        actions.changed();
      }
      start.last = now;
      return;
    }
    if (event.pointerType === "touch") return;
    const hit = source.drawing() ? null : picture.boxAt(now, source.boxes());
    canvas.style.cursor = source.drawing() ? "crosshair" : hit !== null ? "pointer" : picture.view.zoom > 1 ? "grab" : "";
    actions.hover(hit);
  };
  canvas.onpointerup = (event) => {
    const now = placeOf(event);
    pointers.delete(event.pointerId);
    if (pointers.size < 2) pinch = null;
    const ended = start;
    start = null;
    if (!ended) return;
    if (ended.moved && source.drawing()) {
      const box = boxOf(ended.at, now);
      actions.draft(null);
      if (box[2] - box[0] >= SMALLEST_SIDE && box[3] - box[1] >= SMALLEST_SIDE) actions.commit(box);
    } else if (!ended.moved && !source.drawing()) actions.select(picture.boxAt(now, source.boxes()));
  };
  canvas.onpointercancel = (event) => {
    pointers.delete(event.pointerId);
    start = pinch = null;
    actions.draft(null);
  };
  canvas.onpointerleave = (event) => {
    if (event.pointerType !== "touch" && !start) actions.hover(null);
  };
  // With Ctrl (or a pinch on a touch pad) always; without, only once it is enlarged, so that the page still scrolls.
  canvas.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && picture.view.zoom === 1 && !(document.activeElement && canvas.getRootNode().activeElement === canvas)) return;
    event.preventDefault();
    picture.zoomAt(Math.exp(-event.deltaY * 0.002), placeOf(event));
    actions.changed();
  }, { passive: false });
  canvas.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const moves = { ArrowLeft: [PAN, 0], ArrowRight: [-PAN, 0], ArrowUp: [0, PAN], ArrowDown: [0, -PAN] };
    if (event.key === "+" || event.key === "=") picture.zoomAt(1.4);
    else if (event.key === "-") picture.zoomAt(1 / 1.4);
    else if (event.key === "0") picture.reset();
    else if (event.shiftKey && moves[event.key]) picture.pan(...moves[event.key]);
    else if (event.key === "Escape") actions.select(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
    actions.changed();
  };
}
