"""What a .cfg's network consists of, worked out before a single number of the weights is read.

What the learner should see: shapes follow from the text alone, and so do the count of parameters and the
multiply-adds. Whatever does not fit is found here, with its line, before anything is allocated.

Shapes as in Darknet's own parser (J. Redmon, A. Bochkovskiy); checked against OpenCV's reader by the tests.
"""

from __future__ import annotations

import math

from engine.darknet.cfg import Section
from engine.darknet.kinds import CHANGING, KINDS, TRAINING, UNREAD
from engine.darknet.layers import (
    MOST_OPERATIONS,
    MOST_PARAMETERS,
    MOST_SIDE,
    MOST_VALUES,
    PICTURE,
    Layer,
    Plan,
    Shape,
)
from engine.errors import InvalidData


def plan(sections: tuple[Section, ...]) -> Plan:
    """Return the plan of a parsed .cfg.

    Raises:
        InvalidData: A section or a setting is unknown where it matters, a route leads nowhere or forward, shapes do not
            fit, or the network is too large; line and reason are named.
    """
    net = sections[0]
    shape = (
        net.integer("height", None, 1, MOST_SIDE),
        net.integer("width", None, 1, MOST_SIDE),
        net.integer("channels", 3, 1, 4),
    )
    layers: list[Layer] = []
    notes: list[str] = []
    values = 0
    for number, section in enumerate(sections[1:]):
        layer = _layer(number, section, shape, layers)
        values += math.prod(layer.shape)
        if values > MOST_VALUES or layer.parameters > MOST_PARAMETERS:
            raise _too_large(section, f"with this layer it has {max(values, layer.parameters):,} numbers to hold")
        layers.append(layer)
        if unread := sorted(set(section.options) - KINDS[section.name][1] - TRAINING):
            listed = ", ".join(f"“{key:.30}” (line {section.options[key].line})" for key in unread[:4])
            notes.append(f"[{section.name}]: {listed} passed over.")
    made = Plan(shape, tuple(layers), tuple(notes))
    if not layers:
        raise InvalidData("The .cfg has no layers.", "After [net] come sections such as [convolutional].")
    if made.parameters > MOST_PARAMETERS or made.operations > MOST_OPERATIONS:
        raise _too_large(
            net, f"it has {made.parameters:,} parameters and needs {made.operations / 1e9:.0f} billion steps"
        )
    return made


def _too_large(section: Section, what: str) -> InvalidData:
    return InvalidData(
        f"Line {section.line} of the .cfg: the network is too large: {what}.",
        f"At most {MOST_PARAMETERS // 10**6} million parameters; a smaller width and height help too.",
    )


def _layer(number: int, section: Section, picture: Shape, before: list[Layer]) -> Layer:
    if section.name not in KINDS:
        known = ", ".join(sorted(KINDS))
        reason = UNREAD.get(section.name, "is not a kind of layer that is read here.")
        raise InvalidData(f"Line {section.line} of the .cfg: [{section.name:.30}] {reason}", f"Read are: {known}.")
    for key in CHANGING.intersection(section.options):
        if section.options[key].value not in ("0", ""):
            raise section.refuse(key, f"“{key}” changes the layer in a way that is not read here.", "Take it out.")
    given = before[-1].shape if before else picture
    draft = KINDS[section.name][0](section, number, given, before)
    first = draft.sources[0]
    return Layer(
        number,
        section.name,
        section.line,
        draft.sources,
        picture if first == PICTURE else before[first].shape,
        draft.shape,
        draft.parameters,
        draft.operations,
        draft.settings,
        section.text,
    )
