"""The home page's pictures: each is drawn from the concept's shipped (or instantly computed) default result."""

from __future__ import annotations

import base64
import importlib
import io
from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image

from engine.figures import theme
from engine.figures.race_payload import contour_levels
from engine.optimizers import race
from engine.playground import experiment
from engine.playground.forward import predict
from engine.runs.store import store

WIDTH, HEIGHT = 288, 120


def _image(pixels: np.ndarray) -> str:
    """Return an SVG image element that fills the card with `pixels`, uint8 of shape (height, width, 3)."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", optimize=True)
    data = base64.b64encode(buffer.getvalue()).decode()
    return f'<image width="{WIDTH}" height="{HEIGHT}" preserveAspectRatio="none" href="data:image/png;base64,{data}"/>'


def _svg(*elements: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{2 * WIDTH}" '
        f'height="{2 * HEIGHT}">{"".join(elements)}</svg>'
    )


def _rgb(color: str) -> np.ndarray:
    return np.array([int(color[position : position + 2], 16) for position in (1, 3, 5)], dtype=float)


def bands(values: np.ndarray, levels: Sequence[float], palette: theme.Palette) -> np.ndarray:
    """Colour a grid by the band its values fall in, deepest band last; row 0 of `values` is the bottom."""
    colors = np.array([_rgb(color) for color in palette.bands])
    index = np.minimum(np.searchsorted(np.asarray(levels), values[::-1]), len(colors) - 1)
    return colors[index].astype(np.uint8)


def diverging(values: np.ndarray, palette: theme.Palette) -> np.ndarray:
    """Colour a grid of values in −1…1 from orange through the page's background to blue; row 0 is the bottom."""
    share = np.clip(values[::-1, :, None], -1, 1)
    ground = _rgb(palette.background)
    end = np.where(share < 0, _rgb(palette.negative), _rgb(palette.positive))
    return (ground + (end - ground) * 0.72 * np.abs(share) ** 0.7).astype(np.uint8)


def _path(points: np.ndarray, series: theme.Series, dark: bool) -> str:
    steps = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dash = f' stroke-dasharray="{" ".join(f"{length:g}" for length in series.dash)}"' if series.dash else ""
    return (
        f'<polyline points="{steps}" fill="none" stroke="{series.color(dark)}" stroke-width="{series.width}" '
        f'stroke-linejoin="round"{dash}/>'
    )


def _dot(x: float, y: float, fill: str, stroke: str, radius: float = 3.0) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{fill}" stroke="{stroke}" stroke-width="1"/>'


def race_card(dark: bool) -> str:
    """Draw the default race: bands of the surface, and every racer's path."""
    config = race.Config()
    surface, result = race.surface_of(config), race.run(config)
    _, _, losses = surface.grid(121)
    levels = contour_levels(losses, surface.floor, surface.valley)
    palette = theme.DARK if dark else theme.LIGHT
    steps = [levels[int(len(levels) * share)] for share in (0.2, 0.45, 0.7)]
    corner = np.array([surface.x[0], surface.y[1]])
    scale = np.array([WIDTH, -HEIGHT]) / np.array([surface.x[1] - surface.x[0], surface.y[1] - surface.y[0]])
    paths = [_path((racer.path - corner) * scale, theme.SERIES[racer.id], dark) for racer in result.racers]
    x, y = (np.array(result.start) - corner) * scale
    return _svg(_image(bands(losses, steps, palette)), *paths, _dot(x, y, palette.background, palette.ink, 4))


def network_card(dark: bool) -> str:
    """Draw the output of the default network at its last epoch, with the points it was trained on."""
    entry = store().find(experiment.Config())
    palette = theme.DARK if dark else theme.LIGHT
    if entry is None:
        return _svg(f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{palette.panel}"/>')
    result: experiment.Result = entry.result
    x_low, x_high, _, _ = result.domain
    height = (x_high - x_low) * HEIGHT / WIDTH / 2
    x, y = np.meshgrid(np.linspace(x_low, x_high, WIDTH), np.linspace(-height, height, HEIGHT))
    grid = np.stack([x.ravel(), y.ravel()], axis=1).astype(np.float32)
    output = predict(result, int(result.snapshot_epoch[-1]), grid)[..., -1].reshape(HEIGHT, WIDTH)
    scale = WIDTH / (x_high - x_low)
    dots = [
        _dot(
            (point[0] - x_low) * scale,
            HEIGHT / 2 - point[1] * scale,
            palette.positive if target else palette.negative,
            palette.background,
        )
        for point, target in zip(result.points, result.target, strict=True)
        if abs(point[1]) < height
    ]
    return _svg(_image(diverging(2 * output - 1, palette)), *dots)


def _of(module: str, name: str) -> Callable[[bool], str]:
    """Return what draws a card in a module of its own; it uses the helpers above, so it is imported when it draws."""

    def draw(dark: bool) -> str:
        return str(getattr(importlib.import_module(f"engine.figures.{module}"), name)(dark))

    return draw


CARDS: dict[str, Callable[[bool], str]] = {
    "optimizers": race_card,
    "playground": network_card,
    "neuron": _of("cards_neuron", "neuron_card"),
    "activations": _of("cards_activations", "activations_card"),
    "gradient-descent": _of("cards_gradient_descent", "gradient_descent_card"),
    "momentum": _of("cards_momentum", "momentum_card"),
    "learning-rate-schedules": _of("cards_schedules", "schedules_card"),
    "backpropagation": _of("cards_backpropagation", "backpropagation_card"),
    "initialization": _of("cards_initialization", "initialization_card"),
    "detection": _of("cards_detection", "detection_card"),
    "inside-yolo": _of("cards_inside_yolo", "inside_yolo_card"),
    "gan-game": _of("cards_gan_game", "gan_game_card"),
    "face-generator": _of("cards_face_generator", "face_generator_card"),
    "style-generator": _of("cards_style_generator", "style_generator_card"),
    "train-yolo": _of("cards_yolo", "yolo_card"),
    "detection-limits": _of("cards_detection_limits", "detection_limits_card"),
    "darknet": _of("cards_darknet", "darknet_card"),
    "cross-validation": _of("cards_cross_validation", "cross_validation_card"),
    "bootstrapping": _of("cards_bootstrapping", "bootstrapping_card"),
    "ensembles": _of("cards_ensembles", "ensembles_card"),
    "hyperparameters": _of("cards_hyperparameters", "hyperparameters_card"),
    "semi-supervised-gan": _of("cards_semi_supervised", "semi_supervised_card"),
    "super-resolution": _of("cards_super_resolution", "super_resolution_card"),
    "bayesian-optimization": _of("cards_bayesian_optimization", "bayesian_optimization_card"),
    "saving-models": _of("cards_saving", "saving_card"),
}
"""A concept's address → what draws its card; the argument is True for the dark appearance."""
