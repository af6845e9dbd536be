// The transport bar: play, start, back, on, a track to scrub with event ticks above it, "step 46 / 200", speed.
// The same bar stands under every stage; playback runs in the browser alone, one frame at a time.

import { iconMarkup, makeElement, reducedMotion } from "./base.js";

const ICONS = {
  play: '<path d="M6.5 4.2v11.6L15.6 10z"/>',
  pause: '<path d="M5.5 4.5h3.2v11H5.500zM11.300 4.500h3.200v11h-3.200z"/>',
  first: '<path d="M3.500 5h2v10h-2zM10.800 5v10L5.800 10zM16.500 5v10l-5-5z"/>',
  back: '<path d="M5 5h2v10H5zM14 5v10l-6-5z"/>',
  forward: '<path d="M13 5h2v10h-2zM6 5l6 5-6 5z"/>',
};
const SPEEDS = [0.25, 0.5, 1, 2, 4];
const SPEED_NAMES = { 0.25: "¼×", 0.5: "½×", 1: "1×", 2: "2×", 4: "4×" };

/**
 * Build a transport bar inside `container`.
 *
 * options: `unit` ("step", "epoch"), `onPosition(position)` called with a fractional position 0…last on every
 * change (also while playing), `onPlaying(isPlaying)`, `seconds` (how long the whole run takes at 1×, default 10),
 * `keyTarget` (element whose Space and arrow keys drive the bar; default: the container).
 * Returns `{element, setRange, setPosition, setEvents, position, step, last, playing, play, pause, toggle, destroy}`.
 */
export function createTransport(container, options) {
  const unit = options.unit ?? "step";
  const seconds = options.seconds ?? 10;
  const state = { position: 0, last: 1, playing: false, speed: 1, frame: 0, time: 0, values: null };

  const button = (name, label, onclick) =>
    makeElement("button", { type: "button", class: `tp-button tp-${name}`, "aria-label": label, title: label, innerHTML: iconMarkup(ICONS[name]), onclick });
  const playButton = button("play", "Play", () => toggle());
  const events = makeElement("div", { class: "tp-events", "aria-hidden": "true" });
  const fill = makeElement("div", { class: "tp-fill" });
  const thumb = makeElement("div", { class: "tp-thumb" });
  const track = makeElement("div", {
    class: "tp-track", role: "slider", tabindex: "0", "aria-label": `${unit} shown`, "aria-valuemin": "0",
    "aria-orientation": "horizontal",
  }, events, makeElement("div", { class: "tp-rail" }, fill), thumb);
  const number = makeElement("b", { class: "tp-number" });
  const total = makeElement("span", { class: "tp-total" });
  const speed = makeElement("button", { type: "button", class: "tp-speed", title: "Speed" });
  const element = makeElement("div", { class: "transport", role: "group", "aria-label": "Playback" },
    playButton,
    button("first", `First ${unit}`, () => seek(0)),
    button("back", `Back one ${unit}`, () => move(-1)),
    button("forward", `On one ${unit}`, () => move(1)),
    track,
    makeElement("div", { class: "tp-count" }, makeElement("span", { class: "tp-unit" }, unit), number, total),
    speed);
  container.append(element);

  /** Write everything that depends on the position. */
  function show() {
    const part = state.last > 0 ? state.position / state.last : 0;
    const whole = Math.floor(state.position + 1e-6);
    fill.style.width = `${part * 100}%`;
    thumb.style.left = `${part * 100}%`;
    const value = state.values ? state.values[Math.min(whole, state.values.length - 1)] : whole;
    const end = state.values ? state.values[state.values.length - 1] : state.last;
    number.textContent = value;
    total.textContent = `/ ${end}`;
    number.style.minWidth = `${String(end).length * 0.6}em`;
    track.setAttribute("aria-valuemax", state.last);
    track.setAttribute("aria-valuenow", whole);
    track.setAttribute("aria-valuetext", `${unit} ${value} of ${end}`);
  }

  /** Go to a position (fractional allowed), tell the owner. */
  function moveTo(position) {
    state.position = Math.max(0, Math.min(state.last, position));
    show();
    options.onPosition?.(state.position);
  }

  /** Jump there and stop playing: what the person's own seek does. */
  function seek(position) {
    pause();
    moveTo(position);
  }

  const move = (steps) => seek(Math.floor(state.position + 1e-6) + steps);

  function showPlaying() {
    playButton.innerHTML = iconMarkup(ICONS[state.playing ? "pause" : "play"]);
    const label = state.playing ? "Pause" : "Play";
    playButton.setAttribute("aria-label", label);
    playButton.title = `${label} (space)`;
    options.onPlaying?.(state.playing);
  }

  function tick(now) {
    if (!state.playing) return;
    const elapsed = Math.min(0.1, (now - state.time) / 1000);
    state.time = now;
    let next = state.position + (elapsed * state.speed * state.last) / seconds;
    const atEnd = next >= state.last;
    if (reducedMotion() && !atEnd) {
      // Whole steps only: nothing glides for people who asked for less motion.
      state.carry = (state.carry ?? 0) + next - state.position;
      next = state.position + Math.floor(state.carry);
      state.carry -= Math.floor(state.carry);
    }
    if (next !== state.position) moveTo(next);
    if (atEnd) pause();
    else state.frame = requestAnimationFrame(tick);
  }

  function play() {
    if (state.playing || state.last <= 0) return;
    if (state.position >= state.last) moveTo(0);
    state.playing = true;
    state.time = performance.now();
    state.frame = requestAnimationFrame(tick);
    showPlaying();
  }

  function pause() {
    if (!state.playing) return;
    state.playing = false;
    cancelAnimationFrame(state.frame);
    showPlaying();
    moveTo(state.position >= state.last ? state.last : Math.floor(state.position));
  }

  function toggle() {
    if (state.playing) pause();
    else play();
  }

  function showSpeed() {
    speed.textContent = SPEED_NAMES[state.speed];
    speed.setAttribute("aria-label", `Speed ${SPEED_NAMES[state.speed]}, press to change`);
  }
  speed.onclick = () => {
    state.speed = SPEEDS[(SPEEDS.indexOf(state.speed) + 1) % SPEEDS.length];
    showSpeed();
  };

  const fromPointer = (event) => {
    const box = track.getBoundingClientRect();
    return Math.round(((event.clientX - box.left) / box.width) * state.last);
  };
  track.onpointerdown = (event) => {
    track.setPointerCapture(event.pointerId);
    seek(fromPointer(event));
  };
  track.onpointermove = (event) => {
    if (track.hasPointerCapture(event.pointerId)) seek(fromPointer(event));
  };

  /** Keys on the stage: Space plays, arrows step (ten with Page), Home and End jump. Returns true if it was ours. */
  function handleKey(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false;
    const target = event.composedPath()[0];
    const tag = target?.tagName;
    if (tag === "INPUT" || tag === "TEXTAREA" || tag === "SELECT" || target?.isContentEditable) return false;
    const isButton = tag === "BUTTON" || target?.getAttribute?.("role") === "button";
    const actions = {
      " ": isButton ? null : toggle,
      ArrowLeft: event.shiftKey ? null : () => move(-1),
      ArrowRight: event.shiftKey ? null : () => move(1),
      PageDown: target === track ? () => move(-10) : null,
      PageUp: target === track ? () => move(10) : null,
      Home: target === track ? () => seek(0) : null,
      End: target === track ? () => seek(state.last) : null,
    };
    const action = actions[event.key];
    if (!action) return false;
    event.preventDefault();
    action();
    return true;
  }
  const listening = new AbortController();
  (options.keyTarget ?? container).addEventListener("keydown", handleKey, { signal: listening.signal });
  // With nothing focused, keys drive the bar as long as it can be seen: a presenter presses Space after opening the page.
  document.addEventListener("keydown", (event) => {
    if (document.activeElement && document.activeElement !== document.body) return;
    const box = element.getBoundingClientRect();
    if (box.height && box.top >= 0 && box.bottom <= window.innerHeight) handleKey(event);
  }, { signal: listening.signal });

  showSpeed();
  show();
  playButton.title = "Play (space)";

  return {
    element,
    get position() { return state.position; },
    get step() { return Math.floor(state.position + 1e-6); },
    get last() { return state.last; },
    get playing() { return state.playing; },
    get speed() { return state.speed; },
    /** Set the last position; `values` (optional) are the numbers shown for positions 0…last (e.g. epochs). */
    setRange(last, values = null) {
      state.last = last;
      state.values = values;
      state.position = Math.min(state.position, last);
      show();
    },
    /** Ticks above the track: `[{position, color, label}]`. */
    setEvents(list) {
      events.replaceChildren(...list.map((event) => makeElement("i", {
        style: `left:${(event.position / Math.max(1, state.last)) * 100}%;background:${event.color}`, title: event.label ?? "",
      })));
    },
    setPosition: moveTo,
    /** Go there and stop playing. */
    seek,
    play,
    pause,
    toggle,
    destroy() {
      state.playing = false;
      cancelAnimationFrame(state.frame);
      listening.abort();
      element.remove();
    },
  };
}
