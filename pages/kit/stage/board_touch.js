// The pointer and the keys on a panel: a small note about what is there, a quiet mark on it, a click that picks it.

import { makeElement, seriesColor, sizeCanvas, withAlpha } from "./base.js";
import { canHit, hitAt } from "./board_hits.js";
import { stepFrom } from "./board_keys.js";
import { drawRing, penWidth, tracePath } from "./board_marks.js";

const round = (value) => Number(value.toPrecision(6));
const minus = (value) => Number(value.toPrecision(3)).toString().replace("-", "−");

/** Listen on a panel's canvas. `owner`: `{emit(), theme(), guide(view, x), say(text), drawPanel(view)}`. */
export function createPanelTouch(view, owner) {
  const { canvas, over, tip } = view;
  let pointer = null; // where the mouse is, in pixels of the panel
  let byKey = false;

  function drawOver() {
    const { frame, hit, theme } = view;
    if (!frame) return;
    const context = sizeCanvas(over, view.width, view.height);
    context.clearRect(0, 0, view.width, view.height);
    if (view.guide !== null && !frame.plain) {
      const x = frame.toX(view.guide);
      if (x >= frame.left - 0.5 && x <= frame.right + 0.5) {
        context.fillStyle = withAlpha(theme.ink, 0.34);
        context.fillRect(Math.round(x) - 0.5, frame.top, 1, frame.bottom - frame.top);
      }
    }
    if (!hit) return;
    const mark = view.marks[hit.mark];
    if (hit.kind === "points") drawRing(context, hit.x, hit.y, hit.radius + 3.5, theme.ink, theme, 1.4);
    if (hit.kind === "rectangles" || hit.kind === "cells") {
      context.strokeStyle = theme.ink;
      context.lineWidth = 1.4;
      context.strokeRect(hit.box.x, hit.box.y, Math.max(1, hit.box.width), hit.box.height);
    }
    if (hit.kind === "line") {
      context.save();
      context.beginPath();
      context.rect(frame.left - 2, frame.top - 2, frame.right - frame.left + 4, frame.bottom - frame.top + 4);
      context.clip();
      context.beginPath();
      const last = mark.x.length - 1;
      let end = last;
      while (!mark.ghost && end >= 0 && !mark.shown(end)) end -= 1;
      tracePath(context, mark, frame, 0, end);
      context.strokeStyle = seriesColor(mark.style, theme);
      context.lineWidth = penWidth(mark) + 0.9;
      context.setLineDash(mark.style.dash);
      context.stroke();
      context.restore();
      drawRing(context, hit.x, hit.y, 4, seriesColor(mark.style, theme), theme, 2);
    }
    if (hit.kind === "heat" || hit.kind === "place") drawRing(context, hit.x, hit.y, 4, theme.ink, theme, 1.4);
  }

  function showTip() {
    const { hit } = view;
    tip.hidden = !hit || !(hit.text || hit.numbers);
    if (tip.hidden) return;
    tip.replaceChildren(...[hit.text && makeElement("b", {}, hit.text), hit.numbers && makeElement("span", {}, hit.numbers)].filter(Boolean));
    tip.style.maxWidth = `${Math.max(120, view.width - 8)}px`;
    const wide = tip.offsetWidth;
    const high = tip.offsetHeight;
    const gap = (hit.radius ?? 5) + 10;
    const place = hit.kind === "rectangles" || hit.kind === "cells" ? pointer ?? hit : hit;
    let top = place.y - high - gap;
    if (top < 0) top = place.y + gap;
    if (top + high > view.height) top = Math.max(0, view.height - high);
    let left = place.x - wide / 2;
    // Beside the place where above and below are both too close.
    if (top < place.y + 4 && top + high > place.y - 4) left = place.x + gap + wide <= view.width ? place.x + gap : place.x - gap - wide;
    tip.style.transform = `translate(${Math.round(Math.max(0, Math.min(left, view.width - wide)))}px, ${Math.round(top)}px)`;
  }

  const picks = (hit) => Boolean(view.panel?.pick || hit?.name);

  const inside = (at) => Boolean(at && view.frame && at.x >= view.frame.left && at.x <= view.frame.right && at.y >= view.frame.top && at.y <= view.frame.bottom);

  /** The place under a pressed pointer: where it is let go is picked, so a start can be dragged. */
  function dragged(at) {
    const [x, y] = [view.frame.x.back(at.x), view.frame.y.back(at.y)];
    return { kind: "place", mark: -1, index: -1, x: at.x, y: at.y, dataX: x, dataY: y, name: "", text: "", numbers: `${minus(x)}, ${minus(y)}` };
  }

  function setHit(hit) {
    view.hit = hit;
    const within = inside(pointer);
    canvas.style.cursor = hit?.name || (view.panel?.pick && within) ? "pointer" : "";
    showTip();
    owner.guide(view, hit ? hit.dataX : within ? view.frame.x.back(pointer.x) : null);
    drawOver();
  }

  function pick(hit, at) {
    const { panel, frame } = view;
    let sent = null;
    if (hit?.name) {
      view.picked = { mark: hit.mark, index: hit.index };
      sent = { panel: panel.name, mark: hit.name, index: hit.index, x: round(hit.dataX), y: round(hit.dataY) };
    } else if (panel.pick && inside(at)) {
      const [x, y] = [frame.x.back(at.x), frame.y.back(at.y)];
      view.picked = { mark: -1, index: -1, x, y };
      sent = { panel: panel.name, mark: "", index: -1, x: round(x), y: round(y) };
    }
    if (!sent) return;
    owner.drawPanel(view);
    owner.emit().trigger("pick", sent);
  }

  const placeOf = (event) => {
    const box = canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  canvas.onpointermove = (event) => {
    if (event.pointerType === "touch") return;
    byKey = false;
    pointer = placeOf(event);
    setHit(event.buttons === 1 && view.panel?.pick && inside(pointer) ? dragged(pointer) : hitAt(view, pointer.x, pointer.y));
  };
  canvas.onpointerleave = (event) => {
    if (event.pointerType === "touch" || byKey) return;
    pointer = null;
    setHit(null);
  };
  canvas.onclick = (event) => {
    byKey = false;
    pointer = placeOf(event);
    owner.only(view);
    const hit = hitAt(view, pointer.x, pointer.y);
    setHit(hit);
    pick(hit, pointer);
  };
  canvas.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && view.hit) setHit(null);
    else if (event.key === "Enter" && picks(view.hit)) pick(view.hit, view.hit);
    else {
      const next = stepFrom(view, event.key, event.shiftKey);
      if (!next) return;
      byKey = true;
      pointer = null;
      setHit(next);
      owner.say([next.text, next.numbers].filter(Boolean).join(", "));
    }
    event.preventDefault();
    event.stopPropagation();
  };
  canvas.onblur = () => {
    if (!byKey) return;
    byKey = false;
    setHit(null);
  };

  return {
    /** After a redraw: what the pointer is on may have moved. */
    refresh() {
      canvas.tabIndex = canHit(view) ? 0 : -1;
      if (pointer) setHit(hitAt(view, pointer.x, pointer.y));
      else if (view.hit) setHit(byKey ? stepFrom(view, "", false) : null);
      else drawOver();
    },
    clear() {
      pointer = null;
      if (view.hit) setHit(null);
    },
    drawOver,
    destroy() { tip.hidden = true; },
  };
}
