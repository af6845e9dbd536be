// What the learner can do: point at a neuron or a line with the mouse, tap it, or go through the neurons with Tab and
// the arrow keys. Every neuron is a button for screen readers, with its name, bias and strongest inputs.

import { makeElement } from "./base.js";
import { edgeAt, nodeAt } from "./network_layout.js";
import { edgeWeight } from "./network_picture.js";
import { formatNumber } from "./numbers.js";

/**
 * Pointer and keyboard for the nodes of the picture. `source`: `layout()`, `weights()`, `plan()`, `thresholds()` and
 * `onFocus(focus)`, called with null, `{node}` or `{edge}` when what is pointed at changes.
 */
export function createNeuronKeys(picture, canvas, source) {
  const group = makeElement("div", { class: "nn-keys", role: "group", "aria-label": "Neurons: arrow keys move between them, Escape lets go" });
  picture.append(group);
  let buttons = [];
  let pinned = null;
  let current = null;

  function tell(focus) {
    const same = focus?.node === current?.node && focus?.edge?.from === current?.edge?.from && focus?.edge?.to === current?.edge?.to;
    if (same) return;
    current = focus;
    source.onFocus(focus);
  }

  /** A sentence about a node: name, bias, strongest input. */
  function describe(node) {
    const weights = source.weights();
    if (node.kind === "input") return `Input ${node.name}.`;
    const plan = source.plan();
    if (!weights) return `${node.name}.`;
    const before = source.layout().columns[node.column - 1].nodes;
    let strongest = before[0];
    for (const from of before) {
      if (Math.abs(edgeWeight(plan, weights, from, node)) > Math.abs(edgeWeight(plan, weights, strongest, node))) strongest = from;
    }
    const bias = weights[plan.layers[node.layer].bias + node.unit];
    return `${node.name}: bias ${formatNumber(bias)}, strongest input ${strongest.name} with weight ${formatNumber(edgeWeight(plan, weights, strongest, node))}.`;
  }

  /** The neighbour in an arrow's direction: up and down within a layer, left and right to the nearest tile. */
  function neighbour(node, key) {
    const { columns } = source.layout();
    if (key === "ArrowUp" || key === "ArrowDown") {
      const { nodes } = columns[node.column];
      return nodes[(node.unit + (key === "ArrowDown" ? 1 : nodes.length - 1)) % nodes.length];
    }
    const column = columns[node.column + (key === "ArrowRight" ? 1 : -1)];
    if (!column) return node;
    return column.nodes.reduce((best, other) => (Math.abs(other.y - node.y) < Math.abs(best.y - node.y) ? other : best));
  }

  const buttonOf = (node) => buttons[source.layout().nodes.indexOf(node)];

  function rove(node) {
    buttons.forEach((button) => { button.tabIndex = -1; });
    buttonOf(node).tabIndex = 0;
  }

  group.onkeydown = (event) => {
    const node = source.layout()?.nodes[buttons.indexOf(event.target)];
    if (!node) return;
    if (event.key.startsWith("Arrow")) {
      event.preventDefault();
      event.stopPropagation(); // here the arrows move between neurons, not in time
      buttonOf(neighbour(node, event.key)).focus();
    } else if (event.key === "Escape") {
      pinned = null;
      event.target.blur();
      tell(null);
    }
  };

  function fromPointer(event) {
    const layout = source.layout();
    if (!layout) return null;
    const box = canvas.getBoundingClientRect();
    const x = event.clientX - box.left;
    const y = event.clientY - box.top;
    const node = nodeAt(layout, x, y);
    if (node) return { node };
    const weights = source.weights();
    if (!weights) return null;
    const thresholds = source.thresholds();
    const plan = source.plan();
    const edge = edgeAt(layout, x, y, (gap, from, to) => Math.abs(edgeWeight(plan, weights, from, to)) >= thresholds[gap]);
    return edge && { edge };
  }

  picture.onpointermove = (event) => {
    if (event.pointerType === "touch" || event.target.closest?.("button:not(.nn-key)")) return;
    const focus = fromPointer(event);
    canvas.style.cursor = focus?.node ? "pointer" : "";
    tell(focus ?? (pinned && { node: pinned }));
  };
  picture.onpointerleave = () => tell(pinned && { node: pinned });
  picture.onclick = (event) => {
    if (event.target.closest?.("button:not(.nn-key)")) return;
    const focus = event.target.classList.contains("nn-key") ? { node: source.layout().nodes[buttons.indexOf(event.target)] } : fromPointer(event);
    pinned = focus?.node && focus.node !== pinned ? focus.node : null;
    tell(focus);
  };

  return {
    describe,
    /** Put one button on every node; called after each new layout. */
    place(layout) {
      pinned = null;
      current = null;
      buttons = layout.nodes.map((node, index) => makeElement("button", {
        type: "button", class: "nn-key", tabindex: index ? "-1" : "0", "aria-label": node.name,
        style: `left:${node.x - node.size / 2}px;top:${node.y - node.size / 2}px;width:${node.size}px;height:${node.size}px`,
        onfocus: (event) => {
          rove(node);
          event.target.setAttribute("aria-label", describe(node));
          tell({ node });
        },
        onblur: () => tell(pinned && { node: pinned }),
      }));
      group.replaceChildren(...buttons);
    },
  };
}
