"""The plan of a network: its layers with their shapes, what each reads, and what each costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.darknet.cfg import Section

MOST_PARAMETERS = 70_000_000
MOST_SIDE = 1024
MOST_CHANNELS = 16_384
MOST_VALUES = 100_000_000  # of all outputs together: Keras keeps them to the end, and two steps of each layer beside
MOST_OPERATIONS = 120e9
ACTIVATIONS = ("linear", "leaky", "relu", "logistic", "tanh", "mish", "swish", "elu", "relu6")
HEADS = ("region", "yolo", "detection")
PICTURE = -1

Shape = tuple[int, int, int]


@dataclass(frozen=True)
class Layer:
    """One layer of the plan.

    Attributes:
        number: Counted from 0, as routes do.
        kind: The section's name.
        line: Of the section.
        sources: Numbers of the layers it reads; PICTURE for the input.
        given: Shape of what it reads first: rows, columns, channels.
        shape: Of what it gives.
        parameters: Numbers it takes from the weights file.
        operations: Multiply-adds for one picture.
        settings: What its kind needs, checked.
        text: Its lines in the file.
    """

    number: int
    kind: str
    line: int
    sources: tuple[int, ...]
    given: Shape
    shape: Shape
    parameters: int = 0
    operations: int = 0
    settings: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""


@dataclass(frozen=True)
class Plan:
    """A network that fits together.

    Attributes:
        shape: Of the picture it takes: rows, columns, channels.
        layers: In order.
        notes: One sentence about each thing in the file that is passed over.
    """

    shape: Shape
    layers: tuple[Layer, ...]
    notes: tuple[str, ...]

    @property
    def parameters(self) -> int:
        """Return how many numbers the weights file must hold behind its header."""
        return sum(layer.parameters for layer in self.layers)

    @property
    def operations(self) -> int:
        """Return the multiply-adds for one picture."""
        return sum(layer.operations for layer in self.layers)

    @property
    def heads(self) -> tuple[Layer, ...]:
        """Return the layers whose numbers are boxes."""
        return tuple(layer for layer in self.layers if layer.kind in HEADS)


@dataclass
class Draft:
    """What one kind of layer works out: its sources and shape, what it costs, its settings."""

    sources: tuple[int, ...]
    shape: Shape
    parameters: int = 0
    operations: int = 0
    settings: dict[str, Any] = field(default_factory=dict)


def must_be_there(section: Section, rows: int, columns: int) -> None:
    """Raise InvalidData where a layer leaves nothing of its map."""
    if rows < 1 or columns < 1:
        raise section.refuse("size", "nothing is left of the map.", "Enlarge [net]'s width and height.")


def size(shape: Shape) -> str:
    """Return a shape in words: 13 × 13 × 512."""
    return " × ".join(map(str, shape))
