"""The twelve optimizers as a page offers them: name, what they do in a line, paper, parameters, Keras class.

See at a glance which numbers belong to which optimizer, what each does, and the value Keras gives it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Parameter:
    """One parameter of one optimizer besides its learning rate.

    Attributes:
        name: Its name in Keras and in our rule.
        field: The race config's tuple that holds it: "betas", "averages" or "weight_decay".
        symbol: As the formulas write it.
        default: Keras's default, or None where the page's shared momentum is meant.
        low: Smallest sensible value.
        high: Largest.
        help: What it does, in plain words.
    """

    name: str
    field: str
    symbol: str
    default: float | None
    low: float
    high: float
    help: str


@dataclass(frozen=True)
class Optimizer:
    """One optimizer: identity, words, parameters.

    Attributes:
        id: Key in `rules.RULES` and in the theme's series.
        label: Its name on the page.
        line: What it does, in one line.
        paper: Who proposed it, where.
        keras: Its class in `keras.optimizers`.
        parameters: Its parameters besides the learning rate.
        fixed: Keras arguments that make the class this optimizer.
        sees_noise: Whether gradient noise reaches it (not for the full batch).
    """

    id: str
    label: str
    line: str
    paper: str
    keras: str
    parameters: tuple[Parameter, ...] = ()
    fixed: tuple[tuple[str, bool], ...] = ()
    sees_noise: bool = True


_MOMENTUM = Parameter("momentum", "betas", "β", None, 0.0, 0.999, "The share of the last step that is kept.")
_RHO_HELP = "How slowly the average of squared gradients forgets."


def _adam_betas(beta_2: float, low: float = 0.0) -> tuple[Parameter, ...]:
    return (
        Parameter("beta_1", "betas", "β₁", 0.9, low, 0.999, "How slowly the average gradient forgets."),
        Parameter("beta_2", "averages", "β₂", beta_2, 0.0, 0.99999, _RHO_HELP),
    )


OPTIMIZERS = (
    Optimizer(
        "gradient_descent",
        "Gradient descent",
        "Steps against the gradient of the whole data set; noise never reaches it.",
        "Cauchy 1847",
        "SGD",
        sees_noise=False,
    ),
    Optimizer("sgd", "SGD", "Steps against the noisy gradient of one batch.", "Robbins and Monro 1951", "SGD"),
    Optimizer("momentum", "Momentum", "A heavy ball: keeps part of its last step.", "Polyak 1964", "SGD", (_MOMENTUM,)),
    Optimizer(
        "nesterov",
        "Nesterov",
        "Momentum that looks where it is going.",
        "Nesterov 1983",
        "SGD",
        (_MOMENTUM,),
        (("nesterov", True),),
    ),
    Optimizer(
        "adagrad",
        "Adagrad",
        "Slows each weight by all the squared gradients it ever saw.",
        "Duchi, Hazan and Singer 2011",
        "Adagrad",
        (
            Parameter(
                "initial_accumulator_value",
                "averages",
                "s₀",
                0.1,
                0.0,
                0.999,
                "Where the sum of squared gradients starts: larger is a gentler start.",
            ),
        ),
    ),
    Optimizer(
        "rmsprop",
        "RMSprop",
        "Adagrad that forgets: divides by recent squared gradients only.",
        "Tieleman and Hinton 2012",
        "RMSprop",
        (
            Parameter("rho", "averages", "ρ", 0.9, 0.0, 0.99999, _RHO_HELP),
            Parameter("momentum", "betas", "β", 0.0, 0.0, 0.999, "The share of the last step that is kept."),
        ),
    ),
    Optimizer(
        "adadelta",
        "Adadelta",
        "Takes its learning rate from the size of its own past steps.",
        "Zeiler 2012",
        "Adadelta",
        (Parameter("rho", "averages", "ρ", 0.95, 0.0, 0.99999, _RHO_HELP),),
    ),
    Optimizer(
        "adam",
        "Adam",
        "Momentum and RMSprop in one, corrected for their start at zero.",
        "Kingma and Ba 2015",
        "Adam",
        _adam_betas(0.999),
    ),
    Optimizer(
        "adamw",
        "AdamW",
        "Adam that also pulls every weight towards zero.",
        "Loshchilov and Hutter 2019",
        "AdamW",
        (
            *_adam_betas(0.999),
            Parameter("weight_decay", "weight_decay", "λ", 0.004, 0.0, 1.0, "How hard it pulls towards zero."),
        ),
    ),
    Optimizer("nadam", "Nadam", "Adam that looks where it is going.", "Dozat 2016", "Nadam", _adam_betas(0.999)),
    Optimizer(
        "adamax",
        "Adamax",
        "Adam divided by the largest recent gradient.",
        "Kingma and Ba 2015, section 7",
        "Adamax",
        _adam_betas(0.999),
    ),
    Optimizer(
        "lion",
        "Lion",
        "Moves every weight by exactly the learning rate; only the sign is voted on.",
        "Chen and others 2023",
        "Lion",
        _adam_betas(0.99, low=0.001),
    ),
)
IDS = tuple(optimizer.id for optimizer in OPTIMIZERS)
CLASSICS = ("sgd", "momentum", "adagrad", "rmsprop", "adadelta", "adam")
BY_ID = {optimizer.id: optimizer for optimizer in OPTIMIZERS}
