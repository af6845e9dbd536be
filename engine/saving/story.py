"""What happened, in sentences made from this run."""

from __future__ import annotations

import numpy as np

from engine.saving import measures
from engine.saving.experiment import (
    FROM_HDF5,
    FROM_KERAS,
    FROM_WEIGHTS,
    HDF5,
    JSON,
    LITERT,
    ONNX,
    SAVED_MODEL,
    SGD,
    WEIGHTS,
    YAML,
    Result,
)

NO_HIGHER = 1.1  # times the other's worst loss: what “no higher” means
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
LONGEST = 330  # characters of a message that is quoted

SECURITY = """**A stranger’s model file is a stranger’s program.** {lambda_} Old formats are worse: a pickle calls any
function it names while it is read, before you see a model, and the graph of a SavedModel may hold operations that read
and write files. `safe_mode` guards Keras’ own loader only, and holes in it have been found and mended. Load what you
saved yourself, or get the weights as plain arrays and build the architecture from code that you have read.

**This app accepts no such file from anybody.** Its Darknet page reads a list of layers and plain numbers with a
reader of its own; neither can hold code."""


def story(result: Result) -> str:
    """Return a few sentences about this run."""
    if result.diverged:
        return (
            f"The training left for good at learning rate {result.config.learning_rate:g}: the loss is no longer a "
            "number, and what was saved predicts nothing. A smaller rate mends it."
        )
    seeds = len(result.before)
    spread = f" ({result.accuracy.min():.1%} to {result.accuracy.max():.1%})" if seeds > 1 else ""
    first = (
        f"{seeds} network{'s' if seeds > 1 else ''} of {result.config.weights:,} weights "
        f"{'were' if seeds > 1 else 'was'} trained for {result.config.before} epochs: "
        f"{result.accuracy.mean():.1%} of 360 digits held back are right{spread}."
    )
    if not result.forms:
        return f"{first} You stopped it before the files were read." if result.stopped else first
    return " ".join([first, _predictions(result), _restart(result), _dropout(result)]).strip()


def _seeds(number: int) -> str:
    return f"{number} seeds" if number > 1 else "1 seed"


def _span(values: np.ndarray) -> str:
    low, high = values.min(), values.max()
    return f"{low:.0f}" if low == high else f"{low:.0f} to {high:.0f}"


def tiny(value: float) -> str:
    """Return a number of 0 … 1 with one digit; below a thousandth as a power of ten."""
    if value == 0 or value >= 1e-3:
        return f"{value:.1g}"
    digit, power = f"{value:.0e}".split("e-")
    return f"{digit}·10⁻{str(int(power)).translate(SUPERSCRIPTS)}"


def _predictions(result: Result) -> str:
    differing = [(form, form.difference) for form in result.forms if np.isfinite(form.difference) and form.name != JSON]
    same = sum(1 for _, value in differing if value == 0)
    largest, most = max(((value, form.name) for form, value in differing), default=(0.0, ""))
    named = {LITERT: "LiteRT", ONNX: "ONNX", SAVED_MODEL: "SavedModel"}.get(most, most)
    rest = f"; the largest difference is {tiny(largest)} ({named})" if largest > 0 else ""
    return f"Of {len(differing)} forms with weights, {same} gave the same predictions to the last digit{rest}."


def _restart(result: Result) -> str:
    if not np.isfinite(result.after).all():
        return "The training that went on left for good."
    config = result.config
    keras = measures.gap(result, FROM_KERAS)
    goes = "to the last digit" if keras == 0 else f"within {keras:.2g} of the loss"
    fresh, jumps = measures.higher(result, FROM_WEIGHTS), measures.jumps(result)[FROM_WEIGHTS]
    refused = result.form(HDF5)
    hdf5 = (
        " From HDF5 Keras refused to go on until the model was compiled anew, which forgets the state."
        if refused is not None and refused.refusal
        else f" From HDF5 the loss differed by up to {measures.gap(result, FROM_HDF5):.2g}."
    )
    if config.optimizer == SGD:
        return f"From .keras the training went on {goes}; a fresh SGD does too, since it has no state to lose.{hdf5}"
    if fresh < NO_HIGHER:
        return (
            f"From .keras the training went on {goes}. With the weights alone the first epoch’s worst loss was "
            f"{fresh:.1f} times that without a stop, mean of {_seeds(len(jumps))}: it rose no higher.{hdf5}"
        )
    back = measures.back_after(result, FROM_WEIGHTS)
    known = back[np.isfinite(back)]
    after = (
        f"; {len(known)} of {len(back)} were back within 10 % of it after {_span(known)} epochs"
        if len(known)
        else "; none was back within 10 % of it at the end"
    )
    return (
        f"From .keras the training went on {goes}. With the weights alone the first epoch’s worst loss was "
        f"{fresh:.1f} times as high as without a stop ({jumps.min():.1f} to {jumps.max():.1f} times the loss at the "
        f"save, over {_seeds(len(back))}{after}).{hdf5}"
    )


def _dropout(result: Result) -> str:
    saved, read = result.dropout_state
    if saved < 0:
        return ""
    return (
        f"The seeded dropout had drawn {saved} times when it was saved and {read} times after .keras was read: its "
        "place in the stream of masks is not in the file."
    )


def refusals(result: Result) -> str:
    """Return what Keras said, word for word, where it refused; Markdown."""
    named = (
        ("YAML", result.form(YAML)),
        ("HDF5, `fit` as it was read", result.form(HDF5)),
        ("ONNX", result.form(ONNX)),
    )
    said = [(name, form.refusal) for name, form in named if form is not None and form.refusal]
    said += [("A bare folder", result.folder_refusal), ("A layer whose class is unknown", result.class_refusal)]
    yaml = (
        "`to_yaml` and `model_from_yaml` were removed after PyYAML’s loader had let a file run code (CVE-2021-37678); "
        "`to_json` is what is left of that pair."
    )
    lines = [f"- **{name}:** {_quoted(text)}" for name, text in said if text]
    return "\n".join([*lines, "", f"{yaml} {_weights(result)}"])


def _quoted(text: str) -> str:
    """Return a message without what Markdown would take for its own signs."""
    said = text if len(text) <= LONGEST else text[:LONGEST].rsplit(". ", 1)[0] + "."
    return said.replace("<", "‹").replace(">", "›").replace("`", "")


def _weights(result: Result) -> str:
    form = result.form(WEIGHTS)
    if form is None or not form.optimizer:
        return ""
    came = "it came back whole" if result.state[2] == 0 else "it did not come back"
    return (
        "“Weights only” is not quite that: the file holds the optimizer’s state too. Read into a model that was "
        f"compiled and whose optimizer was built first, {came}; read the usual way it is skipped."
    )


def security(result: Result) -> str:
    """Return why a stranger's file is dangerous, with what was measured; Markdown."""
    if not result.lambda_refusal:
        return SECURITY.format(lambda_="Keras refuses the plainest case, a layer made of code.")
    ran = (
        " With `safe_mode=False` the code in our own file ran: it answered with the number of its process. "
        "It could as well have read your keys or deleted your files."
        if result.lambda_ran
        else ""
    )
    return SECURITY.format(
        lambda_=f"Asked to read a file with a `Lambda` layer, Keras {result.version} said: "
        f"“{_quoted(result.lambda_refusal)}”{ran}"
    )
