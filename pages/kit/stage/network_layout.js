// Where everything of the network picture stands: one column of tiles a layer, inputs left, output right.
// Tiles are as large as the layer with the most neurons of that column allows; a crowded layer takes two
// staggered columns, so that 32 neurons are still tiles and not dots. Pure geometry: nothing is drawn here.

const LARGEST_TILE = 56;
const CROWDED_PITCH = 25;

const FEATURE_NAMES = {
  x: "x", y: "y", x2: "x²", y2: "y²", xy: "xy", sin_x: "sin x", sin_y: "sin y", cos_x: "cos x", cos_y: "cos y",
};

/** How a feature is written: "x²", "sin y". */
export function featureName(feature) {
  return FEATURE_NAMES[feature] ?? feature;
}

/** The columns of the picture, left to right: `{kind, layer, count, names[], heading: [first, second]}`. */
function listColumns(features, layers, classNames) {
  const columns = [{ kind: "input", layer: -1, count: features.length, names: features.map(featureName), heading: ["Input", ""] }];
  layers.forEach((layer, index) => {
    const output = index === layers.length - 1;
    const single = output && layer.units === 1;
    columns.push({
      kind: output ? "output" : "hidden",
      layer: index,
      count: layer.units,
      names: Array.from({ length: layer.units }, (_, unit) => {
        if (single) return "Output";
        return output ? classNames[unit] ?? `class ${unit}` : `Layer ${index + 1} · neuron ${unit + 1}`;
      }),
      heading: output ? ["Output", ""] : [`Layer ${index + 1}`, `${layer.units} ${layer.activation}${layer.batch_normalization ? " · BN" : ""}`],
    });
  });
  return columns;
}

/** Tile size, pitch and number of sub-columns for `count` tiles in a column `height` high and at most `width` wide. */
function fitColumn(count, height, width) {
  const gapOf = (size) => (size >= 44 ? 14 : size >= 26 ? 8 : 4);
  const fit = (rows, across) => {
    let size = LARGEST_TILE;
    while (size > 6 && (rows * size + (rows - 1) * gapOf(size) > height || across * size + (across - 1) * 4 > width)) size -= 1;
    return size;
  };
  const one = fit(count, 1);
  const crowded = count > 8 && one + gapOf(one) < CROWDED_PITCH;
  const two = crowded ? fit(Math.ceil(count / 2) + 0.5, 2) : 0;
  const across = two > one ? 2 : 1;
  const size = Math.max(one, two);
  const rows = across === 2 ? Math.ceil(count / 2) + 0.5 : count;
  const free = rows > 1 ? (height - size) / (rows - 1) : 0;
  return { size, across, pitch: Math.max(size + gapOf(size), Math.min(free, size * (count <= 3 ? 2 : 1.3))) };
}

/**
 * Lay the network out in `width` x `height` CSS px. Returns `{columns, nodes, top, bottom, maximumWidth, labelWidth, twoLines}`;
 * a node is `{kind, layer, unit, column, x, y, size, name}` with its centre at (x, y); `columns[k].nodes` are its nodes.
 */
export function layoutNetwork(features, layers, width, height, classNames = []) {
  const columns = listColumns(features, layers, classNames);
  const narrow = width < 480;
  const top = narrow ? 40 : 36;
  const bottom = height - (narrow ? 44 : 36);
  const longest = Math.max(...columns[0].names.map((name) => name.length));
  const labelWidth = Math.ceil(longest * (narrow ? 6.5 : 8) + 12);
  const classWidth = columns[columns.length - 1].count > 1 ? 20 : 0;
  const room = width - labelWidth - classWidth - 2; // 2: the border of the last tile
  const widest = (room / columns.length) * 0.62;
  for (const column of columns) Object.assign(column, fitColumn(column.count, bottom - top, Math.min(widest, 120)));
  for (const column of columns) column.width = column.across * column.size + (column.across - 1) * 4;
  const first = columns[0].width / 2;
  const last = columns[columns.length - 1].width / 2;
  const longestPitch = columns.length <= 3 ? 270 : Infinity;
  const pitch = Math.min(longestPitch, (room - first - last) / (columns.length - 1));
  const span = pitch * (columns.length - 1) + first + last;
  const start = labelWidth + (room - span) / 2 + first;
  const nodes = [];
  columns.forEach((column, k) => {
    column.x = start + k * pitch;
    column.nodes = Array.from({ length: column.count }, (_, unit) => {
      const row = column.across === 2 ? Math.floor(unit / 2) + (unit % 2) * 0.5 : unit;
      const rows = column.across === 2 ? Math.ceil(column.count / 2) + (column.count > 1 ? 0.5 : 0) : column.count;
      const side = column.across === 2 ? (unit % 2 ? 0.5 : -0.5) * (column.size + 4) : 0;
      const node = {
        kind: column.kind, layer: column.layer, unit, column: k, name: column.names[unit], size: column.size,
        x: column.x + side,
        y: (top + bottom) / 2 + (row - (rows - 1) / 2) * column.pitch,
      };
      nodes.push(node);
      return node;
    });
  });
  const smallest = Math.min(...columns.map((column) => column.size));
  return {
    columns, nodes, top, bottom, width, height, labelWidth, pitch, narrow,
    twoLines: pitch < 160,
    maximumWidth: Math.max(2, Math.min(7, smallest / 7)),
  };
}

/** Height of an edge at horizontal position `x`: from (x0, y0) to (x1, y1) it leaves and arrives level. */
export function edgeHeight(x0, y0, x1, y1, x) {
  const t = (x - x0) / (x1 - x0);
  return y0 + (y1 - y0) * t * t * (3 - 2 * t);
}

/** End points of the edge between two nodes of neighbouring columns. */
export function edgeEnds(from, to) {
  return [from.x + from.size / 2, from.y, to.x - to.size / 2, to.y];
}

/** The node under (x, y), or null; small tiles are easier to hit than they look. */
export function nodeAt(layout, x, y) {
  let best = null;
  let distance = Infinity;
  for (const node of layout.nodes) {
    const reach = Math.max(node.size / 2, 7) + 2;
    const away = Math.max(Math.abs(node.x - x), Math.abs(node.y - y));
    if (away <= reach && away < distance) {
      best = node;
      distance = away;
    }
  }
  return best;
}

/** The edge nearest to (x, y) within 6 px among those `isDrawn(gap, from, to)`: `{gap, from, to}` or null. */
export function edgeAt(layout, x, y, isDrawn) {
  let best = null;
  let nearest = 6;
  for (let gap = 0; gap + 1 < layout.columns.length; gap += 1) {
    for (const from of layout.columns[gap].nodes) {
      for (const to of layout.columns[gap + 1].nodes) {
        const [x0, y0, x1, y1] = edgeEnds(from, to);
        if (x < x0 || x > x1) continue;
        const away = Math.abs(edgeHeight(x0, y0, x1, y1, x) - y);
        if (away < nearest && isDrawn(gap, from, to)) {
          best = { gap, from, to };
          nearest = away;
        }
      }
    }
  }
  return best;
}
