// The lens: one picture as a whole, and the same small place of it in every enlargement, pixel by pixel.
// All pictures come once; moving the lens, the dividing line and what is shown ask nobody.

import { iconMarkup, makeElement, makeScheduler, readTheme, watchAppearance } from "./base.js";
import { decodeDetail, decibels, loadPicture, paintDetail, paintDifference } from "./lens_data.js";
import { createLensPicture } from "./lens_picture.js";
import { createLensTouch } from "./lens_touch.js";
import { createLensViews } from "./lens_views.js";
import { saveLens } from "./lens_save.js";

const SAVE_ICON = '<path d="M9.200 3h1.600v7l2.600-2.600 1.100 1.100L10 13 5.500 8.500l1.100-1.100L9.200 10zM4 14.400h1.600V16h8.800v-1.600H16v3.200H4z"/>';
const ZOOMS = [2, 3, 4, 5, 6, 8, 10, 12, 16];
const LOOKS = { picture: "Picture", difference: "Difference", detail: "Added detail" };
const LOOK_TITLES = {
  picture: "The pictures themselves",
  difference: "What is too bright and what is too dark, against the truth, four times stronger",
  detail: "Where the last network paints what the one before it does not",
};

/** Mount the stage in `root` (an empty `.stage` element). It sends nothing to the server. */
export function createLens(root) {
  const state = { data: null, pixels: null, theme: null, lens: [0, 0], zoom: 4, divider: 0.5, look: "picture", right: "", painted: null, load: 0 };
  const canvas = makeElement("canvas", { class: "picture-canvas lens-canvas", role: "img", tabindex: "0" });
  const handle = makeElement("div", { class: "lens-divider", role: "slider", tabindex: "0", "aria-label": "Dividing line: bicubic on its left", "aria-valuemin": "0", "aria-valuemax": "100" }, makeElement("i", { "aria-hidden": "true" }));
  const credit = makeElement("div", { class: "lens-credit" });
  const legend = makeElement("div", { class: "lens-legend" });
  const given = makeElement("div", { class: "lens-given" });
  const box = makeElement("div", { class: "picture-box lens-box" }, canvas, handle, credit);
  const chip = (name, text, title, onclick) => makeElement("button", { type: "button", class: "stage-chip", "data-chip": name, title, "aria-pressed": "false", onclick }, text);
  const looks = Object.fromEntries(Object.keys(LOOKS).map((name) => [name, chip(name, LOOKS[name], LOOK_TITLES[name], () => setLook(name))]));
  const lookGroup = makeElement("div", { class: "stage-chipset", role: "group", "aria-label": "What is shown" }, ...Object.values(looks));
  const rightGroup = makeElement("div", { class: "stage-chipset", role: "group", "aria-label": "Right of the dividing line" });
  const zoomText = makeElement("output", { class: "lens-zoom" });
  const small = (label, text, onclick) => makeElement("button", { type: "button", class: "stage-chip stage-save", title: label, "aria-label": label, onclick, innerHTML: text });
  const bar = makeElement("div", { class: "stage-bar lens-bar" },
    makeElement("span", { class: "lens-group" }, makeElement("span", { class: "lens-word" }, "Show"), lookGroup),
    makeElement("span", { class: "lens-group" }, makeElement("span", { class: "lens-word" }, "Right of the line"), rightGroup),
    makeElement("span", { class: "lens-group lens-end" }, makeElement("span", { class: "lens-word" }, "Lens"),
      makeElement("div", { class: "stage-chipset", role: "group", "aria-label": "Magnification" }, small("Magnify less", "−", () => step(-1)), zoomText, small("Magnify more", "+", () => step(1))),
      makeElement("div", { class: "stage-chipset" }, small("Save what is shown as PNG", iconMarkup(SAVE_ICON, 18), () => saveLens(canvas, views.shown(), state)))));
  const reads = makeElement("div", { class: "stage-reads lens-reads" });
  root.replaceChildren(makeElement("div", { class: "stage-grid lens-grid" },
    makeElement("div", { class: "stage-picture lens-left" }, box, legend, given), bar, reads));

  const schedule = makeScheduler(() => drawNow());
  const picture = createLensPicture(canvas);
  const views = createLensViews(reads);
  createLensTouch(canvas, handle, picture, {
    lens: () => state.lens,
    moveLens(to) {
      state.lens = to;
      schedule();
    },
    divider: () => state.divider,
    moveDivider(share) {
      state.divider = Math.max(0, Math.min(1, share));
      schedule();
    },
    divided: () => state.look !== "detail",
    step,
    home: () => placeLens(),
  });

  function step(by) {
    const at = ZOOMS.indexOf(state.zoom);
    state.zoom = ZOOMS[Math.max(0, Math.min(ZOOMS.length - 1, at + by))];
    schedule();
  }

  function setLook(name) {
    state.look = name;
    schedule();
  }

  function placeLens() {
    const { data } = state;
    state.lens = [data.lens[0] * data.width, data.lens[1] * data.height];
    schedule();
  }

  function setRight(id) {
    state.right = id;
    for (const button of rightGroup.children) button.setAttribute("aria-pressed", button.dataset.chip === id);
    schedule();
  }

  /** Pictures for the look that is on: made when it is first asked for, and again in other colours. */
  function sources() {
    const { pixels, data, theme } = state;
    if (state.look !== "difference" || !data.judged) return pixels.canvases;
    const key = `${data.revision}.${theme.dark}`;
    if (state.painted?.key !== key) {
      const truth = pixels.bytes[0];
      state.painted = { key, canvases: pixels.bytes.map((bytes, index) => (index ? paintDifference(bytes, truth, data.width, data.height, theme) : pixels.canvases[0])) };
    }
    return state.painted.canvases;
  }

  function overlay() {
    if (state.look !== "detail") return null;
    const key = `${state.data.revision}.${state.theme.dark}`;
    if (state.pixels.detail?.key !== key) state.pixels.detail = { key, canvas: paintDetail(state.data.detail, state.theme) };
    return state.pixels.detail.canvas;
  }

  /** The lens in whole pixels of the picture: `{x, y, width, height}`, kept inside. */
  function lensRectangle() {
    const { width, height } = state.data;
    const side = Math.max(4, Math.min(width, height, Math.floor(views.side() / state.zoom)));
    const x = Math.round(Math.max(0, Math.min(width - side, state.lens[0] - side / 2)));
    const y = Math.round(Math.max(0, Math.min(height - side, state.lens[1] - side / 2)));
    state.lens = [Math.max(side / 2, Math.min(width - side / 2, state.lens[0])), Math.max(side / 2, Math.min(height - side / 2, state.lens[1]))];
    return { x, y, width: side, height: side };
  }

  function say() {
    const { data, look } = state;
    for (const [name, button] of Object.entries(looks)) button.setAttribute("aria-pressed", name === look);
    looks.difference.hidden = !data.judged;
    zoomText.textContent = `${state.zoom}×`;
    const [minus, plus] = [["lens-blue", "too bright"], ["lens-orange", "too dark"]];
    const key = (kind, text) => makeElement("span", { class: "lens-key" }, makeElement("i", { class: kind }), text);
    if (look === "difference") legend.replaceChildren(key(...minus), key(...plus), "four times stronger than it is");
    else if (look === "detail" && data.judged) legend.replaceChildren(key("lens-blue", "in the truth"), key("lens-orange", "invented"), `what ${data.detail.names[1]} adds to ${data.detail.names[0]}`);
    else if (look === "detail") legend.replaceChildren(key("lens-orange", `added by ${data.detail.names[1]} to ${data.detail.names[0]}`), "nobody knows what is right");
    else legend.replaceChildren("Drag the lens, or the line between two enlargements.");
  }

  function describe(lens, numbers) {
    const said = numbers.map((value, index) => (value === null ? "" : `${state.data.views[index].name} ${value === Infinity ? "equal" : `${value.toFixed(1)} dB`}`)).filter(Boolean).join(", ");
    return `Whole picture, ${state.data.width} by ${state.data.height} pixels. Lens from ${lens.x}, ${lens.y}, ${lens.width} wide${said ? `: ${said}` : ""}. Arrow keys move it, plus and minus magnify.`;
  }

  function drawNow() {
    schedule.cancel();
    if (!state.pixels || box.clientWidth < 80) return;
    state.theme ??= readTheme(root);
    const { data, pixels, theme } = state;
    const lens = lensRectangle();
    const shown = sources();
    const names = data.views.map((view) => view.name);
    const left = data.views.findIndex((view) => view.id === "bicubic");
    const right = Math.max(1, data.views.findIndex((view) => view.id === state.right));
    picture.draw({ theme, width: box.clientWidth, height: box.clientHeight, data, left: { canvas: shown[left], name: names[left] }, right: { canvas: shown[right], name: names[right] }, overlay: overlay(), lens, divider: state.divider });
    const numbers = pixels.bytes.map((bytes, index) => (data.judged && index ? decibels(bytes, pixels.bytes[0], data.width, lens) : null));
    views.draw({ theme, data, canvases: shown, lens, zoom: state.zoom, numbers, difference: state.look === "difference" });
    const place = picture.frame();
    credit.style.top = `${place.y + place.height + 3}px`;
    credit.style.left = `${place.x}px`;
    handle.hidden = state.look === "detail";
    handle.style.left = `${place.x + state.divider * place.width}px`;
    handle.style.top = `${place.y}px`;
    handle.style.height = `${place.height}px`;
    handle.setAttribute("aria-valuenow", Math.round(100 * state.divider));
    handle.setAttribute("aria-valuetext", `${names[left]} on the left ${Math.round(100 * state.divider)} percent, ${names[right]} on the right`);
    rightGroup.parentElement.classList.toggle("lens-idle", state.look === "detail");
    say();
    root.dataset.lens = `${lens.x},${lens.y},${lens.width}`;
    canvas.setAttribute("aria-label", describe(lens, numbers));
  }

  const stopWatching = watchAppearance(root, (reason) => {
    if (reason === "theme") state.theme = null;
    drawNow();
  });
  return {
    /** Take a payload; other pictures put the lens back to its place, once they are there. */
    async update(data) {
      const fresh = state.data?.revision !== data.revision || !state.pixels;
      const number = (state.load += 1);
      let pixels = state.pixels;
      if (fresh) {
        const loaded = await Promise.all(data.views.map((view) => loadPicture(view.url || data.small.url, data.width, data.height)));
        pixels = { canvases: loaded.map((one) => one.canvas), bytes: loaded.map((one) => one.bytes), small: await loadPicture(data.small.url, data.small.width, data.small.height) };
      }
      if (number !== state.load) return; // newer data came meanwhile
      const before = state.data;
      Object.assign(state, { data: { ...data, detail: decodeDetail(data.detail) }, pixels, theme: readTheme(root) });
      if (fresh || String(before.lens) !== String(data.lens)) placeLens();
      if (fresh || before.look !== data.look) state.look = data.look;
      if (!data.judged && state.look === "difference") state.look = "picture";
      rightGroup.replaceChildren(...data.views.filter((view) => view.numbers).slice(1).map((view) => chip(view.id, view.name, `${view.name} right of the line, bicubic left`, () => setRight(view.id))));
      setRight(data.views.some((view) => view.id === state.right) ? state.right : data.views.at(-1).id);
      credit.textContent = data.credit;
      views.setData(data);
      given.replaceChildren(pixels.small.canvas, makeElement("span", {}, makeElement("b", {}, `All the networks get: ${data.small.width} × ${data.small.height} pixels`), makeElement("br"), `${data.scale * data.scale - 1} of ${data.scale * data.scale} pixels have to be found.`));
      drawNow();
    },
    /** What is shown, for tests. */
    inspect: () => ({ lens: lensRectangle(), zoom: state.zoom, divider: state.divider, look: state.look, right: state.right, frame: picture.frame(), loaded: Boolean(state.pixels) }),
    pixelsOf: (index) => state.pixels.bytes[index],
    drawNow,
    destroy() {
      schedule.cancel();
      stopWatching();
      root.replaceChildren();
    },
  };
}
