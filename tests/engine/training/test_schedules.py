import numpy as np
import pytest

from engine.errors import InvalidSetting
from engine.training.schedules import SCHEDULES, Schedule, keras_schedule, rates


@pytest.mark.parametrize("steps", [1, 7, 40])
@pytest.mark.parametrize("name", SCHEDULES)
def test_rates_are_those_of_the_keras_schedule(name, steps):
    schedule = Schedule(name, end=0.05, warm_up=0.2, drops=3)
    oracle = keras_schedule(schedule, 0.3, steps)
    expected = [float(oracle(step)) if callable(oracle) else oracle for step in range(steps)]
    np.testing.assert_allclose(rates(schedule, 0.3, steps), expected, rtol=2e-5, atol=1e-7)


def test_unknown_schedule_is_named():
    with pytest.raises(InvalidSetting, match="zigzag"):
        Schedule("zigzag")
