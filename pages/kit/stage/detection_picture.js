// The photograph with its boxes: kept ones with their names, dropped ones faint, true ones white and dashed.

import { fontOf, sizeCanvas, withAlpha } from "./base.js";
import { KEPT } from "./detection_data.js";
import { rectanglesOverlap } from "./labels.js";

const TAG_HEIGHT = 21;
const LARGEST_ZOOM = 8;
const MOST_NAMES = 20; // names of more boxes than that would hide the picture
const DROPPED = "#FFD24A"; // between the photograph's dark and light parts; with a dark casing it shows on both

/** Draw on `canvas`. `view`: the zoom (1: the whole picture) and the picture's point in the middle. */
export function createDetectionPicture(canvas) {
  const image = new Image();
  const view = { zoom: 1, x: 0, y: 0 };
  const last = { tags: [] };
  let url = "";
  let size = { width: 1, height: 1 };
  let room = { width: 1, height: 1 };

  const fit = () => Math.min(room.width / size.width, room.height / size.height);
  const scale = () => fit() * view.zoom;
  const toScreen = ([x, y]) => [room.width / 2 + (x - view.x) * scale(), room.height / 2 + (y - view.y) * scale()];
  const toPicture = ([x, y]) => [view.x + (x - room.width / 2) / scale(), view.y + (y - room.height / 2) / scale()];

  /** Keep the picture over the canvas: no emptiness at one side while it is cut at the other. */
  function clampView() {
    view.zoom = Math.max(1, Math.min(LARGEST_ZOOM, view.zoom));
    for (const [axis, side] of [["x", "width"], ["y", "height"]]) {
      const half = room[side] / scale() / 2;
      view[axis] = half >= size[side] / 2 ? size[side] / 2 : Math.max(half, Math.min(size[side] - half, view[axis]));
    }
  }

  function zoomAt(factor, point) {
    const at = point ?? [room.width / 2, room.height / 2];
    const before = toPicture(at);
    view.zoom = Math.max(1, Math.min(LARGEST_ZOOM, view.zoom * factor));
    const after = toPicture(at);
    view.x += before[0] - after[0];
    view.y += before[1] - after[1];
    clampView();
  }

  function pan(dx, dy) {
    view.x -= dx / scale();
    view.y -= dy / scale();
    clampView();
  }

  function rectangle(box) {
    const [left, top] = toScreen([box[0], box[1]]);
    const [right, bottom] = toScreen([box[2], box[3]]);
    return { x: left, y: top, width: right - left, height: bottom - top };
  }

  function outline(context, box, color, width, dash = [], alpha = 1, casing = true) {
    const { x, y, width: wide, height } = rectangle(box);
    context.setLineDash([]);
    context.globalAlpha = alpha;
    if (casing) {
      context.strokeStyle = "rgba(0,0,0,0.55)";
      context.lineWidth = width + 1.6;
      context.strokeRect(x, y, wide, height);
    }
    context.setLineDash(dash);
    context.strokeStyle = color;
    context.lineWidth = width;
    context.strokeRect(x, y, wide, height);
    context.setLineDash([]);
    context.globalAlpha = 1;
  }

  /** A name on its colour at the box's upper left corner, moved where another name is in the way. */
  function tag(context, theme, one, text, color, strong) {
    const shown = rectangle(one.box);
    context.font = fontOf(theme, 13.5, 600);
    const wide = context.measureText(text).width + 12;
    const x = Math.max(0, Math.min(room.width - wide, shown.x - 1));
    const places = [shown.y - TAG_HEIGHT, shown.y, shown.y + TAG_HEIGHT, shown.y + shown.height - TAG_HEIGHT, shown.y + shown.height, shown.y + 2 * TAG_HEIGHT];
    const free = places.map((y) => ({ x, y, width: wide, height: TAG_HEIGHT }))
      .find((box) => box.y >= 0 && box.y + TAG_HEIGHT <= room.height && !last.tags.some((other) => rectanglesOverlap(box, other.box, 1)));
    const box = free ?? (strong ? { x, y: Math.max(0, Math.min(room.height - TAG_HEIGHT, shown.y)), width: wide, height: TAG_HEIGHT } : null);
    if (!box) return;
    context.fillStyle = color;
    context.fillRect(box.x, box.y, box.width, box.height);
    context.fillStyle = "#fff";
    context.textBaseline = "middle";
    context.fillText(text, box.x + 6, box.y + TAG_HEIGHT / 2 + 0.5);
    last.tags.push({ number: one.number, box });
  }

  function drawTruth(context, theme, scene) {
    scene.data.truth.forEach((one, number) => {
      outline(context, one.box, "#fff", 2, [8, 5]);
      const text = `true ${one.name}`;
      const { x, y, width, height } = rectangle(one.box);
      context.font = fontOf(theme, 12.5, 600);
      const wide = context.measureText(text).width + 10;
      const left = Math.max(0, Math.min(room.width - wide, x + width - wide));
      const top = Math.max(0, Math.min(room.height - 19, y + height - 19));
      context.fillStyle = "rgba(0,0,0,0.72)";
      context.fillRect(left, top, wide, 19);
      context.fillStyle = "#fff";
      context.textBaseline = "middle";
      context.fillText(text, left + 5, top + 10);
      last.tags.push({ number: -1 - number, box: { x: left, y: top, width: wide, height: 19 } });
    });
  }

  return {
    image, view, last, zoomAt, pan, toPicture, toScreen, rectangle,
    get size() { return size; },
    setPicture(picture, onload) {
      if (picture.url === url) return;
      ({ url } = picture);
      size = { width: picture.width, height: picture.height };
      Object.assign(view, { zoom: 1, x: size.width / 2, y: size.height / 2 });
      image.onload = onload;
      image.src = url;
    },
    reset() {
      Object.assign(view, { zoom: 1, x: size.width / 2, y: size.height / 2 });
    },
    /** Draw a scene: `{data, theme, width, height, step, marked, chips: {dropped, all}, draft}`. */
    draw(scene) {
      const { data, theme, step, marked, chips } = scene;
      room = { width: scene.width, height: scene.height };
      clampView();
      const context = sizeCanvas(canvas, room.width, room.height);
      context.fillStyle = theme.panel;
      context.fillRect(0, 0, room.width, room.height);
      last.tags = [];
      last.scene = scene;
      const frame = rectangle([0, 0, size.width, size.height]);
      context.imageSmoothingQuality = "high";
      if (image.complete && image.naturalWidth) context.drawImage(image, frame.x, frame.y, frame.width, frame.height);
      const atEnd = step >= data.steps.length;
      if (chips.all) {
        context.beginPath();
        for (const one of data.all) {
          const { x, y, width, height } = rectangle(one.box);
          context.rect(x, y, width, height);
        }
        context.strokeStyle = "rgba(0,0,0,0.20)";
        context.lineWidth = 2;
        context.stroke();
        context.strokeStyle = "rgba(255,255,255,0.30)";
        context.lineWidth = 1;
        context.stroke();
      }
      if (!atEnd) for (const one of data.steps.slice(step)) outline(context, one.box, "#fff", 1, [], 0.45, false);
      const gone = data.steps.slice(0, step).filter((one) => one.fate !== KEPT);
      if (!atEnd || chips.dropped) for (const one of gone) outline(context, one.box, DROPPED, 1.2, [4, 4], atEnd ? 0.85 : 0.4, atEnd);
      drawTruth(context, theme, scene);
      const kept = atEnd ? data.kept : data.steps.slice(0, step).filter((one) => one.fate === KEPT);
      for (const one of [...kept].reverse()) if (one.number !== marked) outline(context, one.box, one.color, kept.length > MOST_NAMES ? 1.6 : 2.6);
      const current = atEnd ? null : data.steps[step - 1];
      const strong = data.all[marked] ?? current;
      if (strong) {
        const keeper = strong.fate >= 0 ? data.all[strong.fate] : null;
        const color = strong.fate === KEPT ? strong.color : DROPPED;
        context.fillStyle = withAlpha(color, 0.16);
        const { x, y, width, height } = rectangle(strong.box);
        context.fillRect(x, y, width, height);
        if (keeper) outline(context, keeper.box, keeper.color, 4);
        outline(context, strong.box, color, strong.fate === KEPT ? 4 : 2.6, strong.fate === KEPT ? [] : [7, 5]);
        if (keeper) {
          tag(context, theme, keeper, `${keeper.name} ${keeper.score.toFixed(2)}`, keeper.color, true);
          tag(context, theme, strong, `dropped, IoU ${strong.overlap.toFixed(2)}`, "#6B5300", true);
        } else tag(context, theme, strong, `${strong.name} ${strong.score.toFixed(2)}`, strong.color, true);
      }
      for (const one of kept.slice(0, MOST_NAMES)) if (one !== strong && !last.tags.some((other) => other.number === one.number)) tag(context, theme, one, `${one.name} ${one.score.toFixed(2)}`, one.color, false);
      if (scene.draft) outline(context, scene.draft, "#fff", 2, [8, 5]);
    },
    /** The kept box under a point of the screen: a name first, then the smallest box that holds the point. */
    boxAt(point, list) {
      const named = last.tags.find(({ box }) => point[0] >= box.x && point[0] <= box.x + box.width && point[1] >= box.y && point[1] <= box.y + box.height);
      if (named && named.number >= 0) return named.number;
      const [x, y] = toPicture(point);
      const holding = list.filter(({ box }) => x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3]);
      const area = ({ box }) => (box[2] - box[0]) * (box[3] - box[1]);
      return holding.length ? holding.reduce((a, b) => (area(b) < area(a) ? b : a)).number : null;
    },
  };
}
