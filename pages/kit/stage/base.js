// What every stage stands on: payload arrays, theme colours, sharp canvases, small DOM helpers.
// The learner sees nothing of this file by itself; it is why the picture is sharp, follows the
// theme and redraws at the right moments.

const ARRAY_TYPES = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
};

/** Decode `{dtype, shape, base64}` (little-endian) to `{data: TypedArray, shape: number[]}`; null stays null. */
export function decodeArray(packed) {
  if (!packed) return null;
  const Type = ARRAY_TYPES[packed.dtype];
  if (!Type) throw new Error(`unknown array type ${packed.dtype}`);
  const text = atob(packed.base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
  return { data: new Type(bytes.buffer), shape: packed.shape };
}

/** Make an element: `makeElement("button", {class: "x", onclick: f, "aria-label": "y"}, "text", child)`. */
export function makeElement(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on") || name === "innerHTML") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

/** Icon from an SVG path on a 20 px grid, drawn in the text colour. */
export function iconMarkup(path, size = 20) {
  return `<svg width="${size}" height="${size}" viewBox="0 0 20 20" fill="currentColor" aria-hidden="true">${path}</svg>`;
}

/** Parse `#rgb`, `#rrggbb` or `rgb(a)(…)` to `[r, g, b, a]`; anything else gives null. */
export function parseColor(text) {
  const color = String(text).trim();
  if (/^#[0-9a-f]{3}$/i.test(color)) return [1, 2, 3].map((i) => parseInt(color[i] + color[i], 16)).concat(1);
  if (/^#[0-9a-f]{6}/i.test(color)) return [1, 3, 5].map((i) => parseInt(color.slice(i, i + 2), 16)).concat(1);
  const numbers = /^rgba?\(/.test(color) ? color.match(/[\d.]+/g).map(Number) : null;
  return numbers && numbers.length >= 3 ? [numbers[0], numbers[1], numbers[2], numbers[3] ?? 1] : null;
}

/** The colour with another opacity, as `rgba(…)`. */
export function withAlpha(color, alpha) {
  const [red, green, blue] = parseColor(color) ?? [0, 0, 0];
  return `rgba(${red},${green},${blue},${alpha})`;
}

/** Mix two colours: part 0 gives the first, 1 the second; `rgb(…)`. */
export function mixColors(first, second, part) {
  const a = parseColor(first);
  const b = parseColor(second);
  return `rgb(${[0, 1, 2].map((i) => Math.round(a[i] + (b[i] - a[i]) * part)).join(",")})`;
}

/** Relative luminance 0…1 (WCAG) of a colour. */
export function luminance(color) {
  const [r, g, b] = (parseColor(color) ?? [255, 255, 255]).slice(0, 3).map((value) => {
    const part = value / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

const FALLBACKS = {
  light: {
    background: "#FFFFFF", panel: "#F4F6F8", ink: "#12161C", muted: "#55606E", border: "#DCE1E7",
    accent: "#0067A8", positive: "#0072B2", negative: "#D98300",
    bands: ["#F7F9FB", "#EAEEF2", "#DFE5EB", "#D3DAE2"],
  },
  dark: {
    background: "#0D1117", panel: "#161B22", ink: "#E8ECF1", muted: "#9AA7B5", border: "#2A323C",
    accent: "#2F8FD6", positive: "#4A9BDA", negative: "#F0A530",
    bands: ["#141A21", "#1A212A", "#212A34", "#28323E"],
  },
};

/**
 * Read the theme from the `--st-*` variables that reach `element`.
 * Gives `{dark, background, panel, ink, muted, border, accent, positive, negative, bands[4], font}`.
 * Dark is decided by the background's luminance, so custom themes work as well.
 */
export function readTheme(element) {
  const style = getComputedStyle(element);
  const read = (name) => {
    const value = style.getPropertyValue(name).trim();
    return value && value !== "unset" ? value : "";
  };
  const color = (name) => (parseColor(read(name)) ? read(name) : "");
  const pageBackground = color("--st-background-color");
  const dark = pageBackground ? luminance(pageBackground) < 0.3 : false;
  const fallback = FALLBACKS[dark ? "dark" : "light"];
  const sequential = read("--st-chart-sequential-colors").split(/,(?![^(]*\))/).map((c) => c.trim()).filter(parseColor);
  return {
    dark,
    background: pageBackground || fallback.background,
    panel: color("--st-secondary-background-color") || fallback.panel,
    ink: color("--st-text-color") || fallback.ink,
    muted: fallback.muted,
    border: color("--st-border-color") || fallback.border,
    accent: color("--st-primary-color") || fallback.accent,
    positive: fallback.positive,
    negative: fallback.negative,
    bands: sequential.length >= 8 ? sequential.slice(0, 4) : fallback.bands,
    font: style.fontFamily || "IBM Plex Sans, sans-serif",
  };
}

/** The colour of a series style `{light, dark}` in this theme. */
export function seriesColor(style, theme) {
  return theme.dark ? style.dark : style.light;
}

/** Canvas font string. */
export function fontOf(theme, size, weight = 400, italic = false) {
  return `${italic ? "italic " : ""}${weight} ${size}px ${theme.font}`;
}

/** Size a canvas for sharp drawing; returns its 2-D context, whose unit is one CSS pixel. */
export function sizeCanvas(canvas, width, height) {
  const ratio = Math.min(3, window.devicePixelRatio || 1);
  const pixelWidth = Math.max(1, Math.round(width * ratio));
  const pixelHeight = Math.max(1, Math.round(height * ratio));
  if (canvas.width !== pixelWidth || canvas.height !== pixelHeight) {
    canvas.width = pixelWidth;
    canvas.height = pixelHeight;
  }
  const context = canvas.getContext("2d");
  context.setTransform(pixelWidth / Math.max(1, width), 0, 0, pixelHeight / Math.max(1, height), 0, 0);
  return context;
}

/** An off-screen canvas of that CSS size: `{canvas, context, width, height}`. */
export function makeLayer(width, height) {
  const canvas = document.createElement("canvas");
  return { canvas, context: sizeCanvas(canvas, width, height), width, height };
}

/** True when the person asked the system for less motion. */
export function reducedMotion() {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** Coalesce calls: however often `schedule()` is called, `draw` runs once in the next frame. */
export function makeScheduler(draw) {
  let pending = 0;
  const schedule = () => {
    if (!pending) {
      pending = requestAnimationFrame(() => {
        pending = 0;
        draw();
      });
    }
  };
  schedule.cancel = () => {
    cancelAnimationFrame(pending);
    pending = 0;
  };
  return schedule;
}

/**
 * Call `redraw(reason)` when the picture must be made anew: "resize", "theme", "fonts".
 * The theme is watched by a probe whose colours are the `--st-*` variables: their change starts a 1 ms transition.
 * Returns a function that ends the watching.
 */
export function watchAppearance(root, redraw) {
  const probe = makeElement("span", { class: "stage-probe", "aria-hidden": "true" });
  probe.ontransitionend = () => redraw("theme");
  root.append(probe);
  const sizes = new ResizeObserver(() => redraw("resize"));
  sizes.observe(root);
  let alive = true;
  document.fonts?.ready.then(() => alive && redraw("fonts"));
  const onFonts = () => redraw("fonts");
  document.fonts?.addEventListener?.("loadingdone", onFonts);
  return () => {
    alive = false;
    sizes.disconnect();
    document.fonts?.removeEventListener?.("loadingdone", onFonts);
    probe.remove();
  };
}

const STAGES = new WeakMap();

/**
 * The stage that lives in this parent element, made at the first call: new data reuse the mounted DOM.
 * When `kind` changes the old stage is destroyed and a new one made by `make()`.
 */
export function stageOf(parentElement, kind, make) {
  const known = STAGES.get(parentElement);
  if (known && known.kind === kind) return known.stage;
  known?.stage.destroy();
  const stage = make();
  STAGES.set(parentElement, { kind, stage });
  return stage;
}

/** Destroy the stage of this parent element (called when Streamlit unmounts the component). */
export function dropStage(parentElement) {
  STAGES.get(parentElement)?.stage.destroy();
  STAGES.delete(parentElement);
}
