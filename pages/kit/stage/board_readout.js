// Rows of numbers beside the pictures: a sample of the series, its name, its values right-aligned.

import { makeElement } from "./base.js";
import { linesAt } from "./board_data.js";
import { drawSample } from "./marks.js";

const LOWEST = 17;
const HIGHEST = 26;
const MANY = 5; // from this many columns on, values are set closer rather than the label cut to nothing
const SHORTEST_LABEL = "1.9em";
const CLOSER = ["narrow", "narrower", "narrowest"];

/** A read-out of the board: `{element, corner, setPanel(readout), draw(theme, frame), fit()}`. */
export function createReadoutView() {
  const title = makeElement("span", { class: "chart-title" });
  const note = makeElement("span", { class: "chart-note" });
  const caption = makeElement("div", { class: "panel-caption" }, title, note);
  const rows = makeElement("div", { class: "board-rows", role: "table" });
  const element = makeElement("section", { class: "board-panel board-readout" }, caption, rows);
  let readout = null;
  let stamp = "";

  function rowOf(line, k, theme) {
    const [label, ...values] = line;
    const cells = [makeElement("span", { class: "board-row-label", role: "rowheader" })];
    const style = readout.styles[k];
    if (readout.styles.length) {
      const sample = makeElement("canvas", { class: "board-sample", "aria-hidden": "true" });
      if (style) drawSample(sample, style, theme);
      cells[0].append(sample);
    }
    cells[0].append(makeElement("span", { class: "board-word" }, String(label)));
    for (const value of values) cells.push(makeElement("span", { class: "board-word board-value", role: "cell" }, String(value)));
    return makeElement("div", { class: `board-row${readout.strong.includes(k) ? " strong" : ""}`, role: "row" }, ...cells);
  }

  return {
    element,
    caption,
    readout: true,
    setPanel(next) {
      readout = next;
      title.textContent = readout.title;
      note.textContent = readout.note;
      rows.setAttribute("aria-label", readout.title);
      stamp = "";
    },
    draw(theme, frame) {
      const lines = linesAt(readout, frame);
      const next = JSON.stringify([lines, theme]);
      if (next === stamp) return;
      stamp = next;
      const columns = Math.max(1, ...lines.map((line) => line.length - 1));
      rows.style.gridTemplateColumns = `minmax(${columns < MANY ? 0 : SHORTEST_LABEL}, 1fr) repeat(${columns}, auto)`;
      rows.replaceChildren(...lines.map((line, k) => rowOf(line, k, theme)));
      this.fit();
    },
    /** Set columns and rows closer where they would not fit otherwise. */
    fit() {
      element.classList.remove("compact", ...CLOSER);
      for (const name of CLOSER) if (rows.scrollWidth > rows.clientWidth + 1) element.classList.add(name);
      rows.style.removeProperty("--line");
      if (rows.scrollHeight <= rows.clientHeight + 1) return;
      const line = Math.max(LOWEST, Math.min(HIGHEST, Math.floor(rows.clientHeight / Math.max(1, rows.childElementCount)) - 1));
      element.classList.toggle("compact", line < 22);
      rows.style.setProperty("--line", `${line}px`);
    },
    destroy() { element.remove(); },
  };
}
