// Lines of equal loss, found in the grid by marching squares and joined to long polylines.

// Which cell edges (0 bottom, 1 right, 2 top, 3 left) a level crosses, by which corners lie above it.
const CELL_EDGES = [
  [], [[3, 0]], [[0, 1]], [[3, 1]], [[1, 2]], null, [[0, 2]], [[3, 2]],
  [[2, 3]], [[2, 0]], null, [[2, 1]], [[1, 3]], [[1, 0]], [[0, 3]], [],
];

/**
 * Lines of equal value by marching squares.
 * `z` holds ny rows of nx values. Gives polylines as arrays [x0, y0, x1, y1, …] in grid units (column, row), each
 * with `closed`; cells with a value that is not finite stay empty.
 */
export function marchContours(z, nx, ny, level) {
  const neighbours = new Map();
  const points = new Map();
  const link = (a, b) => {
    if (!neighbours.has(a)) neighbours.set(a, []);
    neighbours.get(a).push(b);
  };
  const crossing = (i, j, edge) => {
    const [ai, aj, bi, bj] = [[i, j, i + 1, j], [i + 1, j, i + 1, j + 1], [i, j + 1, i + 1, j + 1], [i, j, i, j + 1]][edge];
    const key = 2 * (aj * nx + ai) + (ai === bi ? 1 : 0);
    if (!points.has(key)) {
      const a = z[aj * nx + ai];
      const part = (level - a) / (z[bj * nx + bi] - a);
      points.set(key, [ai + (bi - ai) * part, aj + (bj - aj) * part]);
    }
    return key;
  };
  for (let j = 0; j + 1 < ny; j += 1) {
    for (let i = 0; i + 1 < nx; i += 1) {
      const corners = [z[j * nx + i], z[j * nx + i + 1], z[(j + 1) * nx + i + 1], z[(j + 1) * nx + i]];
      let code = 0;
      let sum = 0;
      for (let k = 0; k < 4; k += 1) {
        if (corners[k] > level) code |= 1 << k;
        sum += corners[k];
      }
      if (code === 0 || code === 15 || !Number.isFinite(sum)) continue;
      let pairs = CELL_EDGES[code];
      if (!pairs) {
        const highCentre = sum / 4 > level;
        pairs = (code === 5) === highCentre ? [[0, 1], [2, 3]] : [[3, 0], [1, 2]];
      }
      for (const [from, to] of pairs) {
        const a = crossing(i, j, from);
        const b = crossing(i, j, to);
        link(a, b);
        link(b, a);
      }
    }
  }
  return joinSegments(neighbours, points);
}

/** Follow linked crossings to polylines: open ones from their ends first, then the closed ones. */
function joinSegments(neighbours, points) {
  const lines = [];
  const used = new Set();
  const follow = (start) => {
    const line = [];
    let current = start;
    let previous = -1;
    while (current !== undefined && !used.has(current)) {
      used.add(current);
      line.push(...points.get(current));
      const next = neighbours.get(current).find((key) => key !== previous && !used.has(key));
      previous = current;
      current = next;
    }
    const closed = line.length > 4 && neighbours.get(previous).includes(start) && neighbours.get(start).length === 2;
    if (closed) line.push(line[0], line[1]);
    line.closed = closed;
    if (line.length >= 4) lines.push(line);
  };
  for (const [key, list] of neighbours) if (list.length === 1 && !used.has(key)) follow(key);
  for (const key of neighbours.keys()) if (!used.has(key)) follow(key);
  return lines;
}

/** Contour polylines of every level in grid units: `[{level, major, lines}]`; every second level is major. */
export function surfaceContours(surface) {
  const { data, shape: [ny, nx] } = surface.grid;
  return surface.levels.map((level, k) => ({ level, major: k % 2 === 1, lines: marchContours(data, nx, ny, level) }));
}
