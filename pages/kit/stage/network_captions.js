// What is written over and about the pictures: the caption of the map and the sentence a screen reader says.

import { indexAtEpoch } from "./network_model.js";
import { answerAt } from "./network_output.js";
import { nodeScale } from "./network_tiles.js";
import { formatNumber } from "./numbers.js";

const colorRange = (reach) => `orange ${formatNumber(-reach)} · blue ${formatNumber(reach)}`;

/**
 * Caption of the map: `{title, note, hint, epoch}`. The note says what the colours mean, or what the network answers
 * under the pointer; `hint` says so when the weights are older than the epoch of the playhead.
 */
export function mapCaption(scene, state, narrow) {
  const { network, focus, pointer, data, maps } = state;
  const epoch = network.epochs[indexAtEpoch(network.epochs, state.epoch)];
  const now = Math.floor(state.epoch + 1e-6);
  const hint = now > epoch ? `Weights of epoch ${epoch}, the last recorded before epoch ${now}` : "";
  const node = focus?.node;
  const output = !node || (node.kind === "output" && network.layers[node.layer].units === 1);
  const title = output ? "Output" : node.name;
  if (!scene.weights.every(Number.isFinite)) return { title, note: "the weights are no longer numbers", hint, epoch };
  if (!output) {
    const { reach } = nodeScale(node, maps, scene);
    const isProbability = network.layers[node.layer]?.activation === "softmax";
    return { title, note: isProbability ? "P from 0 (pale) to 1" : colorRange(reach), hint, epoch };
  }
  if (pointer) {
    const [x, y] = pointer;
    return { title, note: `${answerAt(maps, scene, x, y)} at (${formatNumber(x)}, ${formatNumber(y)})`, hint, epoch };
  }
  const meaning = { binary: "line: P = 0.5", multiclass: "line: class changes", regression: colorRange(scene.targetReach) }[data.task];
  return { title, note: narrow && data.task !== "binary" ? meaning : `${meaning} · hollow: validation`, hint, epoch };
}

/** The whole network in a sentence, and what `more` adds to it. */
export function networkLabel({ network, epoch }, more) {
  const recorded = network.epochs[indexAtEpoch(network.epochs, epoch)];
  const hidden = network.layers.slice(0, -1);
  const shape = hidden.length ? hidden.map((layer) => `${layer.units} ${layer.activation}`).join(", then ") : "no hidden layer";
  const inputs = `${network.features.length} input${network.features.length > 1 ? "s" : ""}`;
  return `Network at epoch ${recorded}: ${inputs}, ${shape}. ${more}`;
}
