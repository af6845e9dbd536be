"""The spline against SciPy's own."""

import numpy as np
import pytest
from scipy.interpolate import RectBivariateSpline

from engine.optimizers.spline import Spline, corner_values


@pytest.fixture
def both():
    x, y = np.linspace(-1, 2, 41), np.linspace(-2, 2, 33)
    values = np.sin(3 * x)[None, :] * np.cos(2 * y)[:, None] + x[None, :] ** 2 * y[:, None]
    return Spline(x, y, corner_values(x, y, values)), RectBivariateSpline(y, x, values)


def test_value_and_slopes_are_scipys(both):
    spline, expected = both
    generator = np.random.default_rng(0)
    x, y = generator.uniform(-1, 2, 300), generator.uniform(-2, 2, 300)
    np.testing.assert_allclose(spline.value(x, y), expected.ev(y, x), atol=1e-12)
    slopes = np.array([spline.gradient(*point) for point in zip(x, y, strict=True)])
    np.testing.assert_allclose(slopes[:, 0], expected.ev(y, x, dy=1), atol=1e-10)
    np.testing.assert_allclose(slopes[:, 1], expected.ev(y, x, dx=1), atol=1e-10)


def test_corners_and_rim(both):
    spline, expected = both
    for x, y in ((-1.0, -2.0), (2.0, 2.0), (2.0, 0.3)):
        assert float(spline.value(x, y)) == pytest.approx(float(expected.ev(y, x)))
        assert spline.gradient(x, y)[0] == pytest.approx(float(expected.ev(y, x, dy=1)))


def test_beyond_the_grid_it_goes_on_straight(both):
    spline, _ = both
    rim = float(spline.value(2.0, 0.5))
    slope = spline.gradient(2.0, 0.5)[0]
    assert float(spline.value(5.0, 0.5)) == pytest.approx(rim + 3 * slope)
    assert spline.gradient(5.0, 0.5) == spline.gradient(2.0, 0.5)


def test_not_a_number_is_refused(both):
    with pytest.raises(ValueError, match="not a number"):
        both[0].gradient(float("nan"), 0.0)
