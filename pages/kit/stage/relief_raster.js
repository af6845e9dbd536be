// The relief's quads as pixels: each split into two triangles with colours running smoothly between the corners.
// Filling pixels directly is several times faster than thousands of canvas paths, so that turning stays smooth.

/** Fill one triangle; corners `a, b, c` are indices into `xs, ys` (pixels) and `rgb` (three floats a corner). */
function fillTriangle(pixels, width, height, xs, ys, rgb, a, b, c) {
  const [x0, y0, x1, y1, x2, y2] = [xs[a], ys[a], xs[b], ys[b], xs[c], ys[c]];
  const area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0);
  if (Math.abs(area) < 1e-6) return;
  const top = Math.max(0, Math.ceil(Math.min(y0, y1, y2) - 0.5));
  const bottom = Math.min(height - 1, Math.floor(Math.max(y0, y1, y2) - 0.5));
  const right = width - 1;
  // How the three colours change per pixel to the right.
  const pb = (y2 - y0) / area;
  const pc = (y0 - y1) / area;
  const [ra, ga, ba] = [rgb[3 * a], rgb[3 * a + 1], rgb[3 * a + 2]];
  const [rb, gb, bb] = [rgb[3 * b] - ra, rgb[3 * b + 1] - ga, rgb[3 * b + 2] - ba];
  const [rc, gc, bc] = [rgb[3 * c] - ra, rgb[3 * c + 1] - ga, rgb[3 * c + 2] - ba];
  const stepR = pb * rb + pc * rc;
  const stepG = pb * gb + pc * gc;
  const stepB = pb * bb + pc * bc;
  for (let row = top; row <= bottom; row += 1) {
    const y = row + 0.5;
    let from = Infinity;
    let to = -Infinity;
    if ((y0 <= y) !== (y1 <= y)) {
      const x = x0 + ((y - y0) / (y1 - y0)) * (x1 - x0);
      if (x < from) from = x;
      if (x > to) to = x;
    }
    if ((y1 <= y) !== (y2 <= y)) {
      const x = x1 + ((y - y1) / (y2 - y1)) * (x2 - x1);
      if (x < from) from = x;
      if (x > to) to = x;
    }
    if ((y2 <= y) !== (y0 <= y)) {
      const x = x2 + ((y - y2) / (y0 - y2)) * (x0 - x2);
      if (x < from) from = x;
      if (x > to) to = x;
    }
    const first = Math.max(0, Math.ceil(from - 0.5));
    const last = Math.min(right, Math.ceil(to - 0.5) - 1);
    if (first > last) continue;
    const dx = first + 0.5 - x0;
    const wb = (dx * (y2 - y0) - (x2 - x0) * (y - y0)) / area;
    const wc = ((x1 - x0) * (y - y0) - dx * (y1 - y0)) / area;
    let red = ra + wb * rb + wc * rc + 0.5;
    let green = ga + wb * gb + wc * gc + 0.5;
    let blue = ba + wb * bb + wc * bc + 0.5;
    for (let at = row * width + first, end = row * width + last; at <= end; at += 1) {
      pixels[at] = 0xff000000 | (blue << 16) | (green << 8) | red;
      red += stepR;
      green += stepG;
      blue += stepB;
    }
  }
}

/**
 * Paint a grid of `side` × `side` corners far to near onto a canvas of device pixels.
 * `heights` decide how a quad is cut, `xs, ys` are device pixels, `rgb` colours 0…255 of each corner; `farRow`, `farColumn`: which end is far from the viewer.
 */
export function paintGrid(context, width, height, side, heights, xs, ys, rgb, farRow, farColumn) {
  const image = new ImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  const count = side - 1;
  for (let a = 0; a < count; a += 1) {
    const j = farRow ? count - 1 - a : a;
    for (let b = 0; b < count; b += 1) {
      const at = j * side + (farColumn ? count - 1 - b : b);
      // Cut each quad along its flatter diagonal, or narrow valleys look like a row of teeth.
      if (Math.abs(heights[at] - heights[at + side + 1]) <= Math.abs(heights[at + 1] - heights[at + side])) {
        fillTriangle(pixels, width, height, xs, ys, rgb, at, at + 1, at + side + 1);
        fillTriangle(pixels, width, height, xs, ys, rgb, at, at + side + 1, at + side);
      } else {
        fillTriangle(pixels, width, height, xs, ys, rgb, at + 1, at + side + 1, at + side);
        fillTriangle(pixels, width, height, xs, ys, rgb, at + 1, at + side, at);
      }
    }
  }
  context.putImageData(image, 0, 0);
}

/**
 * Edges of the grid seen against something behind it: where one neighbouring quad faces the viewer and the other does
 * not, or at the border. `[[a, b, quadCorner], …]` as corner indices; stroking them smooths the outline.
 */
export function outlineEdges(side, xs, ys) {
  const count = side - 1;
  const facing = new Int8Array(count * count);
  for (let j = 0; j < count; j += 1) {
    for (let i = 0; i < count; i += 1) {
      const at = j * side + i;
      const area = (xs[at + side + 1] - xs[at]) * (ys[at + side] - ys[at + 1]) - (xs[at + side] - xs[at + 1]) * (ys[at + side + 1] - ys[at]);
      facing[j * count + i] = area < 0 ? 1 : -1;
    }
  }
  const faces = (i, j) => (i < 0 || j < 0 || i >= count || j >= count ? 0 : facing[j * count + i]);
  const edges = [];
  for (let j = 0; j < side; j += 1) {
    for (let i = 0; i < side; i += 1) {
      const at = j * side + i;
      if (i < count && faces(i, j) !== faces(i, j - 1)) edges.push([at, at + 1]);
      if (j < count && faces(i, j) !== faces(i - 1, j)) edges.push([at, at + side]);
    }
  }
  return edges;
}
