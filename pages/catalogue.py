"""The table of contents: chapters and their concepts, one line each. Navigation and the home page are made from it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Concept:
    """One page: its title, its file under `pages/`, its address, and the line on its card."""

    title: str
    file: str
    address: str
    line: str


@dataclass(frozen=True)
class Chapter:
    """A group of concepts, with the line that says what they have in common."""

    title: str
    line: str
    concepts: tuple[Concept, ...]


CHAPTERS = (
    Chapter(
        "Foundations",
        "What a network computes, and how it learns.",
        (
            Concept("Playground", "foundations/playground.py", "playground", "Look inside every neuron as it learns."),
            Concept("A neuron and its bias", "foundations/neuron.py", "neuron", "One number more: where 0 may lead."),
            Concept(
                "Activations",
                "foundations/activations.py",
                "activations",
                "Where the curve is flat, nothing is learned.",
            ),
            Concept(
                "Backpropagation, step by step",
                "foundations/backpropagation.py",
                "backpropagation",
                "A gradient is a product of known numbers.",
            ),
            Concept(
                "No two runs agree",
                "foundations/initialization.py",
                "initialization",
                "One network, thirty first weights, thirty borders.",
            ),
        ),
    ),
    Chapter(
        "Optimization",
        "How the weights find their way down.",
        (
            Concept(
                "Gradient descent",
                "optimization/gradient_descent.py",
                "gradient-descent",
                "All rows a step, a few, or one: who gets there?",
            ),
            Concept("Optimizers", "optimization/optimizers.py", "optimizers", "Update rules race down one valley."),
            Concept("Momentum", "optimization/momentum.py", "momentum", "A step that remembers: faster, with a swing."),
            Concept(
                "Learning-rate schedules",
                "optimization/learning_rate_schedules.py",
                "learning-rate-schedules",
                "A large rate to get there, a small one to stay.",
            ),
        ),
    ),
    Chapter(
        "Validation and tuning",
        "How far to trust a score, and how to choose what is trained.",
        (
            Concept(
                "K-fold and stratified K-fold",
                "validation/cross_validation.py",
                "cross-validation",
                "Five folds, five scores: how sure is their mean?",
            ),
            Concept(
                "Bootstrapping and benchmarking",
                "validation/bootstrapping.py",
                "bootstrapping",
                "Fifty splits: is the better score real, or luck?",
            ),
            Concept(
                "Ensembles",
                "validation/ensembles.py",
                "ensembles",
                "Members that err on different rows, together.",
            ),
            Concept(
                "Hyperparameters",
                "validation/hyperparameters.py",
                "hyperparameters",
                "Which number decides, and was the winner lucky?",
            ),
            Concept(
                "Bayesian optimization",
                "validation/bayesian_optimization.py",
                "bayesian-optimization",
                "Guess what was not tried, and look where it pays most.",
            ),
        ),
    ),
    Chapter(
        "Object detection",
        "Finding what is where.",
        (
            Concept(
                "Detect", "detection/detection.py", "detection", "A thousand guesses, and the few boxes that stay."
            ),
            Concept("Inside YOLO", "detection/inside_yolo.py", "inside-yolo", "What 1472 numbers say, cell by cell."),
            Concept("Train a YOLO", "detection/train_yolo.py", "train-yolo", "One look: 64 cells say what they see."),
            Concept(
                "Where it fails",
                "detection/detection_limits.py",
                "detection-limits",
                "When does a good detector stop finding things?",
            ),
            Concept("Darknet", "detection/darknet.py", "darknet", "A text and a heap of numbers become a detector."),
        ),
    ),
    Chapter(
        "Generative models",
        "Two networks in a contest: one makes pictures, the other judges them.",
        (
            Concept("The game in 2-D", "generative/gan_game.py", "gan-game", "A forger learns from its judge alone."),
            Concept(
                "Face generator",
                "generative/face_generator.py",
                "face-generator",
                "64 numbers become a face, better at every step.",
            ),
            Concept(
                "Style-based generator",
                "generative/style_generator.py",
                "style-generator",
                "Every layer of a face may have a style of its own.",
            ),
            Concept(
                "Semi-supervised GAN",
                "generative/semi_supervised_gan.py",
                "semi-supervised-gan",
                "Ten labels, and a thousand pictures without one.",
            ),
            Concept(
                "Sharper pictures",
                "generative/super_resolution.py",
                "super-resolution",
                "What a network adds to a picture, and what it makes up.",
            ),
        ),
    ),
    Chapter(
        "Practice",
        "What happens around a training.",
        (
            Concept(
                "Saving models",
                "practice/saving_models.py",
                "saving-models",
                "Same predictions, another training: what a file forgets.",
            ),
        ),
    ),
)
