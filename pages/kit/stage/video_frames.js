// A video file becomes a few still pictures in the browser that plays it: the server needs no decoder for it, and the
// film itself never leaves the reader's machine.

import { makeElement } from "./base.js";

const PATIENCE = 12000; // milliseconds for the file's head, and again for each frame
const QUALITY = 0.85;
const MOUNTED = new WeakMap();

/** Resolve when the video fires `name`; reject when it cannot go on. */
function once(video, name) {
  return new Promise((resolve, reject) => {
    const done = (settle, value) => {
      clearTimeout(timer);
      video.removeEventListener(name, good);
      video.removeEventListener("error", bad);
      settle(value);
    };
    const good = () => done(resolve);
    const bad = () => done(reject, new Error("This browser cannot play the file."));
    const timer = setTimeout(() => done(reject, new Error("The browser took too long over this file.")), PATIENCE);
    video.addEventListener(name, good);
    video.addEventListener("error", bad);
  });
}

/** The length in seconds. Recordings of a browser do not say it: a jump past the end finds it. */
async function lengthOf(video) {
  if (Number.isFinite(video.duration)) return video.duration;
  const jumped = once(video, "seeked");
  video.currentTime = 1e9;
  await jumped;
  return Number.isFinite(video.duration) ? video.duration : video.currentTime;
}

/** A frame as base64 of a JPEG no longer than `longest` pixels. */
function still(video, canvas, longest) {
  const scale = Math.min(1, longest / Math.max(video.videoWidth, video.videoHeight));
  canvas.width = Math.max(1, Math.round(video.videoWidth * scale));
  canvas.height = Math.max(1, Math.round(video.videoHeight * scale));
  canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", QUALITY).split(",")[1];
}

/** Return `{name, frames, seconds}` of a file: at most `most` frames, evenly over its length. */
async function sample(file, { most, longest }, tell) {
  const address = URL.createObjectURL(file);
  const video = makeElement("video", { preload: "auto", playsinline: true });
  video.muted = true;
  try {
    const opened = once(video, "loadeddata");
    video.src = address;
    await opened;
    if (!video.videoWidth) throw new Error("The file has sound only.");
    const length = await lengthOf(video);
    const canvas = makeElement("canvas");
    const count = Math.max(2, Math.min(most, Math.floor(length * 10)));
    const frames = [];
    const seconds = [];
    for (let number = 0; number < count; number += 1) {
      const arrived = once(video, "seeked");
      video.currentTime = (length * (number + 0.5)) / count;
      await arrived;
      frames.push(still(video, canvas, longest));
      seconds.push(Math.round(video.currentTime * 1000) / 1000);
      tell(`Frame ${number + 1} of ${count}`);
    }
    return { name: file.name.slice(0, 80), frames, seconds };
  } finally {
    video.removeAttribute("src");
    video.load();
    URL.revokeObjectURL(address);
  }
}

/** Streamlit's entry: draws the chooser once; later calls bring new limits only. */
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const known = MOUNTED.get(parentElement);
  if (known) {
    known.latest = { data, setTriggerValue };
    return;
  }
  const place = { latest: { data, setTriggerValue }, turn: 0 };
  MOUNTED.set(parentElement, place);
  const root = parentElement.querySelector(".video-frames");
  const status = makeElement("div", { class: "status", role: "status" });
  const input = makeElement("input", { type: "file", accept: "video/*", "aria-label": data.label });
  const tell = (text, bad = false) => {
    status.textContent = text;
    status.classList.toggle("bad", bad);
  };
  input.onchange = async () => {
    const [file] = input.files;
    if (!file) return;
    place.turn += 1;
    const { turn } = place;
    tell("Opening");
    try {
      const found = await sample(file, place.latest.data, (text) => turn === place.turn && tell(text));
      if (turn !== place.turn) return; // another file was chosen meanwhile
      tell(`${found.frames.length} frames taken from ${found.name}`);
      place.latest.setTriggerValue("frames", found);
    } catch (error) {
      if (turn === place.turn) tell(`${error.message} Try MP4 (H.264) or WebM, or another browser.`, true);
    }
    input.value = ""; // the same file may be chosen again
  };
  root.replaceChildren(makeElement("label", { class: "choose" }, data.label, input), status);
}

/** Called once when the component leaves the page. */
export function unmount(parentElement) {
  const place = MOUNTED.get(parentElement);
  if (place) place.turn += 1;
  MOUNTED.delete(parentElement);
}
