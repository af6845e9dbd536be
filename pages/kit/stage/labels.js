// Direct labels instead of a legend: each name stands beside its point, off the lines and off other names,
// and stays where it was as long as that place is good.

const CELL = 6;
const NEAR_GAP = 5;

// 18 places round a point: two columns of seven rows (row 0 is level with the point) and four above and below it.
const PLACES = [];
for (const side of [1, -1]) {
  for (const row of [0, -1, 1, -2, 2, -3, 3]) PLACES.push({ side, row });
}
for (const row of [-1, 1, -2, 2]) PLACES.push({ side: 0, row });

/** True when two rectangles `{x, y, width, height}` share area (`slack` px of overlap forgiven). */
export function rectanglesOverlap(a, b, slack = 0) {
  return a.x + slack < b.x + b.width && b.x + slack < a.x + a.width && a.y + slack < b.y + b.height && b.y + slack < a.y + a.height;
}

/** A coarse map of where lines run: `addLine(x0, y0, x1, y1, weight)`, then `cost(rectangle)`. */
export function createInkMap(width, height) {
  const columns = Math.ceil(width / CELL) + 1;
  const rows = Math.ceil(height / CELL) + 1;
  const cells = new Float32Array(columns * rows);
  return {
    addLine(x0, y0, x1, y1, weight = 1) {
      const length = Math.hypot(x1 - x0, y1 - y0);
      if (!(length < 1e5)) return;
      const steps = Math.max(1, Math.ceil(length / CELL));
      for (let k = 0; k <= steps; k += 1) {
        const column = Math.floor((x0 + ((x1 - x0) * k) / steps) / CELL);
        const row = Math.floor((y0 + ((y1 - y0) * k) / steps) / CELL);
        if (column >= 0 && row >= 0 && column < columns && row < rows) {
          const index = row * columns + column;
          cells[index] = Math.max(cells[index], weight);
        }
      }
    },
    cost(box) {
      const left = Math.max(0, Math.floor(box.x / CELL));
      const right = Math.min(columns - 1, Math.floor((box.x + box.width) / CELL));
      const top = Math.max(0, Math.floor(box.y / CELL));
      const bottom = Math.min(rows - 1, Math.floor((box.y + box.height) / CELL));
      let sum = 0;
      for (let row = top; row <= bottom; row += 1) {
        for (let column = left; column <= right; column += 1) sum += cells[row * columns + column];
      }
      return sum;
    },
  };
}

/** The rectangle of a label at one of the 18 places, with how far out it is (0 near … 3 far). */
export function placeAt(label, index) {
  const { side, row } = PLACES[index];
  const radius = label.radius ?? 6;
  const distance = Math.abs(row);
  if (side === 0) {
    const gap = radius + NEAR_GAP - 2 + (distance - 1) * label.height;
    return {
      x: label.x - label.width / 2,
      y: row < 0 ? label.y - gap - label.height : label.y + gap,
      width: label.width, height: label.height, far: distance - 1,
    };
  }
  const gap = [radius + NEAR_GAP, radius + NEAR_GAP - 1, radius + 14, radius + 26][distance];
  return {
    x: side > 0 ? label.x + gap : label.x - gap - label.width,
    y: label.y - label.height / 2 + row * (label.height - 1),
    width: label.width, height: label.height, far: Math.max(0, distance - 1),
  };
}

const outsideBy = (box, bounds) =>
  Math.max(0, bounds.x - box.x) + Math.max(0, box.x + box.width - bounds.x - bounds.width) +
  Math.max(0, bounds.y - box.y) + Math.max(0, box.y + box.height - bounds.y - bounds.height);

/**
 * Place labels. A label is `{id, x, y, width, height, radius, priority, optional, maxCost}`: its point and its text's size.
 *
 * `bounds` rectangle to stay in; `blocked` rectangles nothing may cover; `points` `[{x, y, radius, id}]` markers;
 * `ink` a map from createInkMap; `previous` Map id → place of the last frame (kept up to date here).
 * Labels are placed in order of priority (high first), each at its cheapest place; one that would cover another
 * label or a blocked rectangle everywhere is dropped, an optional one also when it would cover much of a path.
 * Returns `[{...label, box, leader: [x0, y0, x1, y1] | null}]`.
 */
export function placeLabels(labels, { bounds, blocked = [], points = [], ink = null, previous = new Map() }) {
  const placed = [];
  const order = [...labels].sort((a, b) => (b.priority ?? 0) - (a.priority ?? 0));
  for (const label of order) {
    let best = null;
    for (let index = 0; index < PLACES.length; index += 1) {
      const box = placeAt(label, index);
      if (outsideBy(box, bounds) > 0.5) continue;
      if (blocked.some((other) => rectanglesOverlap(box, other))) continue;
      if (placed.some((other) => rectanglesOverlap(box, other.box, 1))) continue;
      let cost = box.far * 5 + (PLACES[index].side < 0 ? 0.6 : 0) + (PLACES[index].side === 0 ? 1.2 : 0);
      if (ink) cost += ink.cost(box) * 0.9;
      for (const point of points) {
        if (point.id === label.id && box.far === 0) continue;
        const dx = Math.max(box.x - point.x, 0, point.x - box.x - box.width);
        const dy = Math.max(box.y - point.y, 0, point.y - box.y - box.height);
        if (Math.hypot(dx, dy) < point.radius) cost += 14;
      }
      if (previous.get(label.id) === index) cost -= 5;
      if (!best || cost < best.cost) best = { index, box, cost };
    }
    if (!best || (label.optional && best.cost > (label.maxCost ?? 8))) {
      previous.delete(label.id);
      continue;
    }
    previous.set(label.id, best.index);
    placed.push({ ...label, box: best.box, leader: best.box.far > 0 ? leaderLine(label, best.box) : null });
  }
  return placed;
}

/** From the marker's edge to the nearest point of the label's box. */
function leaderLine(label, box) {
  const x = Math.max(box.x - 2, Math.min(label.x, box.x + box.width + 2));
  const y = Math.max(box.y + 3, Math.min(label.y, box.y + box.height - 3));
  const length = Math.hypot(x - label.x, y - label.y) || 1;
  const radius = (label.radius ?? 6) + 1;
  return [label.x + ((x - label.x) / length) * radius, label.y + ((y - label.y) / length) * radius, x, y];
}

/** Write a label with a halo of the background colour. */
export function drawLabel(context, text, x, y, color, halo, haloWidth = 4.5) {
  context.lineJoin = "round";
  context.lineWidth = haloWidth;
  context.strokeStyle = halo;
  context.strokeText(text, x, y);
  context.fillStyle = color;
  context.fillText(text, x, y);
}
