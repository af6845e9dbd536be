// The read-outs beside the race: loss over steps, who is ahead at this step, and what the selected racer carries.

import { createChart } from "./curves.js";
import { makeElement, reducedMotion } from "./base.js";
import { drawSample } from "./marks.js";
import { formatNumber } from "./numbers.js";
import { isDiverged, pairAt, positionAt, rankingAt, stepFrom } from "./race_data.js";

const INSIDE = [
  ["position", (racer, step) => positionAt(racer, step)],
  ["gradient", (racer, step) => pairAt(racer.gradient, step)],
  ["velocity", (racer, step) => pairAt(racer.velocity, step), "velocity"],
  ["squared average", (racer, step) => pairAt(racer.square, step), "square"],
  ["effective rate", (racer, step) => pairAt(racer.rate, step), "rate"],
  ["step taken", (racer, step) => stepFrom(racer, step)],
];

/** Loss above the lowest known one, as the chart shows it; null after divergence. */
function excessLoss(racer, floor) {
  const values = new Float64Array(racer.loss.length).fill(NaN);
  const last = racer.divergedAt ?? racer.loss.length - 1;
  for (let k = 0; k <= Math.min(last, racer.loss.length - 1); k += 1) values[k] = Math.max(racer.loss[k] - floor, 1e-300);
  return values;
}

/**
 * Build the read-outs inside `container`.
 * options: `onScrub(step)`, `onSelect(id)`, `onHover(id | null)`.
 * `setRace(race)`, `draw(theme, position, step, selected)`, `layout()` after a change of size.
 */
export function createReadouts(container, options) {
  const chartBox = makeElement("section", { class: "reads-chart" });
  const rows = makeElement("div", { class: "rank-rows", role: "listbox", "aria-label": "Ranking at this step: choose a racer to look inside it" });
  const ranking = makeElement("section", { class: "reads-ranking" },
    makeElement("div", { class: "panel-caption" }, makeElement("span", { class: "chart-title" }, "Ranking at this step"), makeElement("span", { class: "chart-note" }, "loss")), rows);
  const insideTitle = makeElement("span", { class: "chart-title" });
  const insideHeads = makeElement("span", { class: "chart-note" });
  const insideRows = makeElement("div", { class: "inside-rows" });
  const inside = makeElement("section", { class: "reads-inside" }, makeElement("div", { class: "panel-caption" }, insideTitle, insideHeads), insideRows);
  container.append(chartBox, ranking, inside);
  const chart = createChart(chartBox, { onScrub: (x) => options.onScrub(Math.round(x)) });
  const state = { race: null, entries: new Map(), insideCells: [], shown: "", rowHeight: 28, samplesFor: "" };

  function setRace(race) {
    state.race = race;
    state.shown = "";
    state.samplesFor = "";
    const shifted = Math.abs(race.floor) > 1e-5 * Math.max(...race.racers.map((racer) => Math.abs(racer.loss[0])));
    state.curves = race.racers.map((racer) => ({
      id: racer.id, label: racer.label, style: racer.style, stopped: racer.divergedAt !== null, y: excessLoss(racer, race.floor), x: Float64Array.from(racer.loss, (_, k) => k),
    }));
    state.chartNote = shifted ? `above ${formatNumber(race.floor)}, log scale` : "log scale, by step";
    for (const [id, entry] of state.entries) {
      if (!race.racers.some((racer) => racer.id === id)) {
        entry.row.remove();
        state.entries.delete(id);
      }
    }
    for (const racer of race.racers) {
      if (!state.entries.has(racer.id)) state.entries.set(racer.id, makeRow(racer));
      state.entries.get(racer.id).name.textContent = racer.label;
    }
    for (const racer of race.racers) rows.append(state.entries.get(racer.id).row);
    // Every row any racer could have keeps its place, so that choosing another racer moves nothing.
    const present = INSIDE.filter(([, , key]) => !key || race.racers.some((racer) => racer[key]));
    insideRows.replaceChildren();
    state.insideCells = present.map(([name, read]) => {
      const cells = [makeElement("b"), makeElement("b")];
      const row = makeElement("div", { class: "inside-row" }, makeElement("span", {}, name), ...cells);
      insideRows.append(row);
      return { row, cells, read };
    });
    layout();
  }

  function makeRow(racer) {
    const id = racer.id;
    const rank = makeElement("span", { class: "rank-place" });
    const sample = makeElement("canvas", { class: "rank-sample", "aria-hidden": "true" });
    const name = makeElement("span", { class: "rank-name" });
    const note = makeElement("span", { class: "rank-note" });
    const loss = makeElement("b", { class: "rank-loss" });
    const row = makeElement("button", {
      type: "button", class: "rank-row", role: "option", "data-racer": id,
      onclick: () => options.onSelect(id),
      onpointerenter: () => options.onHover(id),
      onpointerleave: () => options.onHover(null),
      onkeydown: (event) => moveFocus(event, id),
    }, rank, sample, name, note, loss);
    return { row, rank, sample, name, note, loss };
  }

  /** Up and down go from row to row as they stand now, and choose. */
  function moveFocus(event, id) {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!by || event.shiftKey) return;
    const order = state.order ?? state.race.racers;
    const next = order[order.findIndex((racer) => racer.id === id) + by];
    event.preventDefault();
    if (next) {
      state.entries.get(next.id).row.focus();
      options.onSelect(next.id);
    }
  }

  /** Row heights that fit: twelve racers get compact rows, the chart keeps what is left. */
  function layout() {
    if (!state.race) return;
    const stacked = getComputedStyle(container).getPropertyValue("--stacked").trim() === "1";
    const count = state.race.racers.length;
    const insideHeight = inside.offsetHeight || 120;
    const free = container.clientHeight - insideHeight - 26 - 34;
    const chartWish = Math.min(300, Math.max(104, free * 0.45));
    state.rowHeight = stacked ? 36 : Math.max(16.5, Math.min(29, (free - chartWish) / count));
    rows.style.height = `${count * state.rowHeight}px`;
    rows.style.setProperty("--row-height", `${state.rowHeight}px`);
    rows.classList.toggle("compact", state.rowHeight < 24);
    state.shown = "";
  }

  function drawRanking(theme, step, selected) {
    const order = rankingAt(state.race, step);
    state.order = order;
    const samplesFor = JSON.stringify([theme, state.race.revision, window.devicePixelRatio]);
    order.forEach((racer, place) => {
      const entry = state.entries.get(racer.id);
      const diverged = isDiverged(racer, step);
      const settled = racer.valleyAt !== null && step >= racer.valleyAt;
      const note = diverged ? `diverged at ${racer.divergedAt}` : settled ? `${state.rowHeight < 24 ? "" : "in "}valley at ${racer.valleyAt}` : "";
      const loss = diverged ? "–" : formatNumber(racer.loss[step]);
      entry.row.style.transform = `translateY(${place * state.rowHeight}px)`;
      entry.row.style.transition = reducedMotion() ? "none" : "";
      entry.row.setAttribute("aria-selected", racer.id === selected);
      entry.row.tabIndex = racer.id === selected ? 0 : -1;
      entry.row.setAttribute("aria-label", `${place + 1}. ${racer.label}, loss ${loss}${note ? `, ${note}` : ""}`);
      entry.rank.textContent = place + 1;
      entry.note.textContent = note;
      entry.loss.textContent = loss;
      if (samplesFor !== state.samplesFor) drawSample(entry.sample, racer.style, theme);
    });
    state.samplesFor = samplesFor;
    if (!order.some((racer) => racer.id === selected) && order.length) state.entries.get(order[0].id).row.tabIndex = 0;
  }

  function drawInside(step, selected) {
    const racer = state.race.racers.find((one) => one.id === selected);
    insideHeads.textContent = racer ? `${state.race.labels.x} and ${state.race.labels.y}` : "";
    insideTitle.textContent = racer ? `Inside ${racer.label} at step ${step}` : "Choose a racer to look inside it";
    for (const { row, cells, read } of state.insideCells) {
      const pair = racer && !isDiverged(racer, step) ? read(racer, step) : null;
      row.classList.toggle("empty", !pair);
      cells.forEach((cell, axis) => { cell.textContent = pair ? formatNumber(pair[axis]) : "–"; });
    }
  }

  return {
    setRace,
    layout,
    draw(theme, position, step, selected) {
      if (!state.race) return;
      const shown = `${step}|${selected}|${JSON.stringify(theme)}|${state.race.revision}`;
      if (state.selectedCurve !== `${selected}|${state.race.revision}`) {
        state.selectedCurve = `${selected}|${state.race.revision}`;
        const order = [...state.curves].sort((a, b) => (a.id === selected) - (b.id === selected));
        chart.setData({
          caption: "Loss", note: state.chartNote, log: true, x: [0, state.race.steps],
          series: order.map((curve) => ({ ...curve, strong: curve.id === selected })),
        });
      }
      chart.draw(theme, position);
      if (shown === state.shown) return;
      state.shown = shown;
      drawRanking(theme, step, selected);
      drawInside(step, selected);
    },
    get chart() { return chart; },
    get order() { return state.order; },
    get rowHeight() { return state.rowHeight; },
  };
}
