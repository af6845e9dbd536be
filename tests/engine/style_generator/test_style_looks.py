"""What the page measures, against the networks themselves: the same numbers by another way."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from engine.config import key
from engine.errors import InvalidSetting
from engine.face_generator.noise import NORMAL, latents
from engine.face_generator.sheets import pictures_of
from engine.runs.codec import decode, encode
from engine.runs.context import SilentContext
from engine.style_generator import looks, stored
from engine.style_generator.experiment import (
    COUNT,
    FRAMES,
    LAYERS,
    MIXING,
    NOISE,
    PATH,
    PSIS,
    SCALED,
    SCALES,
    SOURCES,
    TARGETS,
    TRANSFER,
    TRUNCATION,
    VIEWS,
    Config,
    Result,
    piece,
    run,
)
from engine.style_generator.network import Shape, discriminator, mapping, synthesis
from engine.style_generator.script import variable_names
from engine.style_generator.source import Maker, borrowed
from engine.style_generator.stored import CARS, FACES
from engine.style_generator.view import View


@cache
def looked(view: str) -> Result:
    return run(Config(view=view), SilentContext())


def test_what_has_no_part_in_a_view_does_not_change_its_run() -> None:
    assert key(View(psi=0.5, start=2, a=9, layer=3).run()) == key(Config())
    assert key(View(view=MIXING, a=9).run()) == key(Config(view=MIXING))
    assert key(View(view=MIXING, psi=0.5).run()) != key(Config(view=MIXING))
    assert View(view=PATH, domain=CARS, moment=2).run().moment == Config().moment
    with pytest.raises(InvalidSetting, match="no layer"):
        View(start=4, end=4)


def test_the_shipped_weights_fit_the_networks_and_their_names() -> None:
    shape = Shape()
    models = mapping(shape), synthesis(shape)
    paths = [variable.path for model in models for variable in model.trainable_variables]
    names = variable_names(shape)
    assert names == [*paths, "average"]
    for domain, moment in ((FACES, -1), (FACES, 0), (CARS, -1)):
        weights = stored.generator(domain, moment)
        assert len(weights) == len(names)
        for variable, weight in zip((v for m in models for v in m.trainable_variables), weights, strict=False):
            assert variable.shape == weight.shape
    for variable, weight in zip(discriminator(shape).weights, stored.discriminator(), strict=True):
        assert variable.shape == weight.shape
    steps = stored.steps(FACES)
    assert len(steps) == Config().moment + 1
    assert (np.diff(steps) > 0).all()


def test_the_maker_makes_what_the_keras_models_make() -> None:
    shape = Shape()
    weights = stored.generator(FACES, -1)
    first, second = mapping(shape), synthesis(shape)
    for variable, weight in zip([*first.trainable_variables, *second.trainable_variables], weights[:-1], strict=True):
        variable.assign(weight)
    numbers = latents(NORMAL, 3, 5)
    with borrowed(FACES, -1) as maker:
        found = maker.pictures(maker.spread(maker.styles(numbers), 0.5))
        noises = [np.repeat(one, 3, axis=0) for one in maker._noise]
    w = np.asarray(first(numbers))
    pulled = weights[-1] + 0.5 * (w - weights[-1])
    values = np.asarray(second([np.repeat(pulled[:, None], LAYERS, axis=1), *noises]))
    expected = np.clip(np.rint((values + 1) * 127.5), 0, 255)
    assert np.abs(found - expected).max() <= 1


def test_at_psi_0_all_pictures_are_one_and_variety_grows_with_psi() -> None:
    found = looked(TRUNCATION).truncation
    assert found is not None
    middle = PSIS.index(0.0)
    assert found.variety[middle] == pytest.approx(0, abs=1e-6)
    assert (np.diff(found.variety[middle:]) > 0).all()
    pictures = pictures_of(piece(found.sheet, found.size, middle), 64, COUNT)
    assert pictures.shape == (COUNT, 64, 64, 3)
    assert len(found.size) == len(PSIS)


def test_a_mixture_of_all_layers_is_the_column_and_of_one_layer_is_not() -> None:
    everything = looks.mixing(Config(view=MIXING, start=0, end=LAYERS))
    np.testing.assert_allclose(everything.taken, 1, atol=1e-6)
    found = looked(MIXING).mixing
    assert found is not None
    assert found.taken.shape == (SOURCES, TARGETS)
    assert 0 < found.taken.mean() < 1
    assert found.follows.shape == (7, 5)
    assert (found.change[:, 0] > 0).all()


def test_attributes_that_come_along_add_up_where_layers_do_not_interact() -> None:
    # All layers swapped one size at a time cover the whole style: what follows is bounded by the whole difference.
    follows = looked(MIXING).mixing.follows  # type: ignore[union-attr]
    assert np.isfinite(follows).all()
    assert follows.max() < 1.3


def test_noise_acts_through_the_learned_strengths_alone() -> None:
    found = looked(NOISE).noise
    assert found is not None
    assert found.deviation.shape == (10, 64, 64)
    assert found.styles > found.deviation[0].mean()
    with borrowed(FACES, -1) as maker:
        layers = [layer for layer in maker._synthesis.layers if hasattr(layer, "strength")]
        np.testing.assert_allclose(found.strength, [float(layer.strength) for layer in layers])
        style = maker.spread(maker.styles(latents(NORMAL, 1, 0)))
        silent = [np.zeros((1, side, side, 1), np.float32) for side in maker.shape.noises]
        kept = [float(layer.strength) for layer in layers]
        for layer in layers:
            layer.strength.assign(0.0)
        without = maker.pictures(style)
        for layer, strength in zip(layers, kept, strict=True):
            layer.strength.assign(strength)
        np.testing.assert_array_equal(without, maker.pictures(style, silent))


def test_both_ways_begin_and_end_at_the_same_pictures_and_are_no_shorter_than_straight() -> None:
    found = looked(PATH).path
    assert found is not None
    for place in (0, FRAMES - 1):
        one, other = (pictures_of(piece(found.sheets, found.size, way * FRAMES + place), 64, 1) for way in (0, 1))
        assert np.abs(one.astype(int) - other.astype(int)).mean() < 1
    # The triangle inequality, in features.
    assert (found.lengths >= found.straight * 0.999).all()


def test_the_scales_are_the_affine_map_of_the_style() -> None:
    found = looked(SCALES).scales
    assert found is not None
    assert len(found.names) == len(found.width) == 14
    place = found.names.index("b32_conv1")
    by_name = dict(zip(variable_names(Shape()), stored.generator(FACES, -1), strict=True))
    with borrowed(FACES, -1) as maker:
        w = maker.styles(latents(NORMAL, COUNT, 0))[:SCALED]
    expected = w @ by_name["b32_conv1/affine/weight"] / 8 + by_name["b32_conv1/affine/bias"]  # 64 numbers in a style
    np.testing.assert_allclose(found.of(place), expected, rtol=2e-3, atol=2e-3)


def test_the_transfer_shows_what_is_stored() -> None:
    found = looked(TRANSFER).transfer
    assert found is not None
    assert len(found.size) == 2 * len(found.steps) + 1
    assert found.size.sum() == len(found.sheets)
    assert found.quality.shape == found.spread.shape == found.share.shape == (2, len(found.steps))
    assert found.steps[0] == 0
    # Faces are no cars. A blur of nothing is nearer to cars than wrong details are, so the other's start says little.
    assert found.quality[0, 0] - found.quality[0, -1] > 2 * np.hypot(found.spread[0, 0], found.spread[0, -1])
    assert found.quality[1, -1] - found.quality[0, -1] > 2 * np.hypot(found.spread[1, -1], found.spread[0, -1])


@pytest.mark.parametrize("view", VIEWS)
def test_every_result_survives_the_store_and_is_small(view: str) -> None:
    content = encode(looked(view), {}, 9)
    again, _ = decode(content, Result)
    assert getattr(again, view) is not None
    assert len(content) < 300_000


def test_a_maker_takes_other_weights_without_being_built_again() -> None:
    with borrowed(FACES, -1) as maker:
        style = maker.spread(maker.styles(latents(NORMAL, 2, 0)))
        last = maker.pictures(style)
    with borrowed(FACES, 0) as again:
        assert isinstance(again, Maker)
        assert again is maker
        assert np.abs(again.pictures(style).astype(int) - last.astype(int)).mean() > 1
