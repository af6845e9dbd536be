import math

import numpy as np
import pytest

from engine.data.features import FEATURES, LABELS, inputs


@pytest.mark.parametrize(
    ("name", "formula"),
    [
        ("x", lambda x, y: x),
        ("y", lambda x, y: y),
        ("x2", lambda x, y: x**2),
        ("y2", lambda x, y: y**2),
        ("xy", lambda x, y: x * y),
        ("sin_x", lambda x, y: math.sin(x)),
        ("sin_y", lambda x, y: math.sin(y)),
        ("cos_x", lambda x, y: math.cos(x)),
        ("cos_y", lambda x, y: math.cos(y)),
    ],
)
def test_each_feature_is_its_formula(name, formula):
    points = np.random.default_rng(0).uniform(-6, 6, (50, 2))
    expected = [formula(x, y) for x, y in points.tolist()]
    np.testing.assert_allclose(inputs(points, (name,))[:, 0], expected, rtol=1e-6)


def test_order_is_kept_and_every_feature_has_a_label():
    points = np.array([[2.0, 3.0]])
    assert inputs(points, ("xy", "x", "y2")).tolist() == [[6.0, 2.0, 9.0]]
    assert list(LABELS) == list(FEATURES)
