// The small chart of curves over steps: past full, future faint, accent playhead, names at the lines' ends.
// It redraws by copying two prepared pictures (all full, all faint), so that scrubbing costs almost nothing.

import { fontOf, makeElement, makeLayer, seriesColor, sizeCanvas, withAlpha } from "./base.js";
import { spreadLabels, valueRange } from "./curve_scale.js";
import { drawLabel } from "./labels.js";
import { formatDecade, formatTick, niceTicks } from "./numbers.js";

const FUTURE_ALPHA = 0.22;

/**
 * Build a chart inside `container`.
 *
 * options: `onScrub(x)` (the person drags on the chart), `label` (the canvas's name for screen readers), `margins`
 * `{left, right, top, bottom}` (38/82/6/22 unless told).
 * `setData({caption, note, series, x: [low, high], y: [low, high] | null, log, discrete})` where a series is
 * `{id, label, style: {light, dark, dash, width}, x, y, strong, band: {low, high} | null, alpha, stopped}`; a stopped
 * one ends early (divergence) and is named there instead of at the right.
 * Then `draw(theme, position)`; the layers are made anew only when data, size or theme changed.
 */
export function createChart(container, options = {}) {
  const margins = { left: 38, right: 82, top: 6, bottom: 22, ...options.margins };
  const title = makeElement("span", { class: "chart-title" });
  const note = makeElement("span", { class: "chart-note" });
  const canvas = makeElement("canvas", { class: "chart-canvas", role: "img" });
  const body = makeElement("div", { class: "chart-body" }, canvas);
  const element = makeElement("div", { class: "chart" }, makeElement("div", { class: "panel-caption" }, title, note), body);
  container.append(element);
  const state = { data: null, layers: null, stamp: "", position: 0, version: 0, endLabels: [] };

  function frame() {
    const width = body.clientWidth;
    const height = body.clientHeight;
    const { data } = state;
    const [lowX, highX] = data.x;
    const [lowY, highY] = data.range;
    const left = margins.left;
    const right = Math.max(left + 20, width - margins.right);
    const top = margins.top;
    const bottom = Math.max(top + 20, height - margins.bottom);
    const scale = (value) => (data.log ? Math.log10(value) : value);
    const span = scale(highY) - scale(lowY) || 1;
    return {
      width, height, left, right, top, bottom,
      toX: (x) => left + ((x - lowX) / (highX - lowX || 1)) * (right - left),
      fromX: (pixel) => lowX + ((pixel - left) / (right - left)) * (highX - lowX),
      toY: (y) => {
        const clipped = data.log && !(y > lowY) ? lowY : Math.min(y, highY);
        return bottom - ((scale(clipped) - scale(lowY)) / span) * (bottom - top);
      },
    };
  }

  function drawAxes(context, box, theme) {
    const { data } = state;
    context.font = fontOf(theme, 13);
    context.fillStyle = withAlpha(theme.ink, 0.66);
    context.strokeStyle = withAlpha(theme.ink, 0.13);
    context.lineWidth = 1;
    context.textBaseline = "middle";
    context.textAlign = "right";
    const rule = (y) => {
      context.beginPath();
      context.moveTo(box.left, Math.round(y) + 0.5);
      context.lineTo(box.right, Math.round(y) + 0.5);
      context.stroke();
    };
    if (data.log) {
      const low = Math.round(Math.log10(data.range[0]));
      const high = Math.round(Math.log10(data.range[1]));
      const every = [1, 2, 3, 4, 5].find((n) => ((box.bottom - box.top) / (high - low)) * n >= 32) ?? 5;
      for (let exponent = high; exponent >= low; exponent -= 1) {
        const y = box.toY(10 ** exponent);
        if ((high - low) / every <= 6 || (high - exponent) % every === 0) rule(y);
        if ((high - exponent) % every === 0) context.fillText(formatDecade(exponent), box.left - 5, y);
      }
    } else {
      const { values, step } = niceTicks(data.range[0], data.range[1], Math.max(2, Math.round((box.bottom - box.top) / 48)));
      for (const value of values) {
        rule(box.toY(value));
        context.fillText(formatTick(value, step), box.left - 5, box.toY(value));
      }
    }
    context.textAlign = "center";
    context.textBaseline = "top";
    const { values, step } = niceTicks(data.x[0], data.x[1], Math.max(1, Math.round((box.right - box.left) / 80)));
    for (const value of values) {
      const text = formatTick(value, step);
      // The last number ends with the axis: the names to its right need the room.
      context.fillText(text, Math.min(box.toX(value), box.right + 4 - context.measureText(text).width / 2), box.bottom + 6);
    }
  }

  function drawLines(context, box, theme) {
    for (const one of state.data.series) {
      const color = seriesColor(one.style, theme);
      if (one.band) {
        context.beginPath();
        for (let i = 0; i < one.x.length; i += 1) context.lineTo(box.toX(one.x[i]), box.toY(one.band.high[i]));
        for (let i = one.x.length - 1; i >= 0; i -= 1) context.lineTo(box.toX(one.x[i]), box.toY(one.band.low[i]));
        context.fillStyle = withAlpha(color, 0.16);
        context.fill();
      }
      context.beginPath();
      let drawing = false;
      for (let i = 0; i < one.x.length; i += 1) {
        if (Number.isFinite(one.y[i])) {
          const x = box.toX(one.x[i]);
          const y = box.toY(one.y[i]);
          if (drawing) context.lineTo(x, y);
          else context.moveTo(x, y);
          drawing = true;
        } else drawing = false;
      }
      context.strokeStyle = withAlpha(color, one.alpha ?? 1);
      context.lineWidth = one.strong ? 2.6 : 1.6;
      context.setLineDash(one.style.dash ?? []);
      context.lineJoin = "round";
      context.stroke();
      context.setLineDash([]);
    }
  }

  /** Curves that end early: named where they end, or counted when they are many. */
  function drawStopped(context, box, theme, stopped) {
    const names = stopped.length > 3 ? [{ text: `${stopped.length} diverged`, color: theme.muted }] : stopped.map(({ one }) => ({ text: one.label, color: seriesColor(one.style, theme) }));
    context.font = fontOf(theme, 13, 500);
    context.textAlign = "left";
    context.textBaseline = "middle";
    const x = Math.max(0, ...stopped.map((end) => end.x)) + 6;
    names.forEach((name, k) => drawLabel(context, name.text, Math.min(x, box.right - context.measureText(name.text).width), box.top + 8 + k * 15, name.color, theme.background));
  }

  function drawEndLabels(context, box, theme) {
    const ends = [];
    const stopped = [];
    for (const one of state.data.series) {
      let last = one.x.length - 1;
      while (last >= 0 && !Number.isFinite(one.y[last])) last -= 1;
      if (last < 0 || !one.label) continue;
      const end = { one, x: box.toX(one.x[last]), y: box.toY(one.y[last]) };
      if (one.stopped) stopped.push(end);
      else ends.push(end);
    }
    drawStopped(context, box, theme, stopped);
    const height = box.bottom - box.top + 14;
    const size = ends.length * 14 > height ? 11 : 13;
    // Where not all names fit, the strong line's and the lowest ones' stay.
    ends.sort((a, b) => Boolean(b.one.strong) - Boolean(a.one.strong) || b.y - a.y);
    ends.length = Math.min(ends.length, Math.max(1, Math.floor(height / (size + 1.5))));
    const centres = spreadLabels(ends.map((end) => end.y), size + 1.5, box.top + 4, box.bottom + 2);
    state.endLabels = [];
    context.textAlign = "left";
    context.textBaseline = "middle";
    ends.forEach((end, i) => {
      const color = seriesColor(end.one.style, theme);
      const y = centres[i];
      if (Math.abs(y - end.y) > 3) {
        context.beginPath();
        context.moveTo(box.right + 1, end.y);
        context.lineTo(box.right + 6, y);
        context.strokeStyle = withAlpha(color, 0.4);
        context.lineWidth = 1;
        context.stroke();
      }
      const weight = end.one.strong ? 700 : 500;
      context.font = fontOf(theme, size, weight);
      const room = (margins.right - 9) / context.measureText(end.one.label).width;
      if (room < 1) context.font = fontOf(theme, Math.max(10.5, size * room), weight);
      context.fillStyle = color;
      context.fillText(end.one.label, box.right + 8, y, margins.right - 9);
      state.endLabels.push({ id: end.one.id, x: box.right + 8, y, width: context.measureText(end.one.label).width, height: size });
    });
  }

  function prepare(theme, box) {
    const stamp = [box.width, box.height, window.devicePixelRatio, JSON.stringify(theme), state.version].join("|");
    if (stamp === state.stamp) return;
    state.stamp = stamp;
    const axes = makeLayer(box.width, box.height);
    drawAxes(axes.context, box, theme);
    drawEndLabels(axes.context, box, theme);
    const lines = makeLayer(box.width, box.height);
    lines.context.beginPath();
    lines.context.rect(box.left - 2, box.top - 2, box.right - box.left + 4, box.bottom - box.top + 4);
    lines.context.clip();
    drawLines(lines.context, box, theme);
    state.layers = { axes, lines };
  }

  function draw(theme, position = state.position) {
    state.position = position;
    if (!state.data || body.clientWidth < 40 || body.clientHeight < 30) return;
    const box = frame();
    prepare(theme, box);
    const context = sizeCanvas(canvas, box.width, box.height);
    const ratio = canvas.width / box.width;
    const now = Math.max(box.left, Math.min(box.right, box.toX(position)));
    const copy = (layer, x, width) => {
      if (width > 0) context.drawImage(layer.canvas, x * ratio, 0, width * ratio, layer.canvas.height, x, 0, width, box.height);
    };
    context.clearRect(0, 0, box.width, box.height);
    copy(state.layers.axes, 0, box.width);
    copy(state.layers.lines, 0, now);
    context.globalAlpha = FUTURE_ALPHA;
    copy(state.layers.lines, now, box.width - now);
    context.globalAlpha = 1;
    context.fillStyle = theme.accent;
    context.fillRect(Math.round(now * ratio) / ratio - 0.75, box.top, 1.5, box.bottom - box.top);
  }

  const scrub = (event) => {
    if (!options.onScrub || !state.data) return;
    const box = frame();
    const x = box.fromX(event.clientX - canvas.getBoundingClientRect().left);
    options.onScrub(Math.max(state.data.x[0], Math.min(state.data.x[1], x)));
  };
  canvas.onpointerdown = (event) => {
    canvas.setPointerCapture(event.pointerId);
    scrub(event);
  };
  canvas.onpointermove = (event) => {
    if (canvas.hasPointerCapture(event.pointerId)) scrub(event);
  };
  if (options.onScrub) canvas.style.cursor = "ew-resize";

  return {
    element,
    canvas,
    draw,
    setData(data) {
      state.data = { ...data, range: data.y ?? valueRange(data.series, data.log) };
      state.version += 1;
      title.textContent = data.caption;
      note.textContent = data.note ?? "";
      canvas.setAttribute("aria-label", data.description ?? `${data.caption}, ${data.note ?? ""}: ${data.series.map((one) => one.label).join(", ")}`);
    },
    /** Rectangles of the end labels as last drawn (tests look for overlaps). */
    get endLabels() { return state.endLabels; },
    get range() { return state.data?.range; },
    destroy() { element.remove(); },
  };
}
