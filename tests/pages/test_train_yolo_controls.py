"""Each start of the small YOLO brings its usual learning rate, unless the reader has chosen one."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

from engine.yolo.experiment import SCRATCH, SHIPPED, USUAL_RATE

ROUTER = str(Path(__file__).parents[2] / "pages" / "router.py")


def test_the_usual_rate_follows_the_start() -> None:
    at = AppTest.from_file(ROUTER, default_timeout=60).run()
    at.switch_page("detection/train_yolo.py").run()

    def rate() -> float:
        return next(slider for slider in at.select_slider if slider.key == "learning_rate").value

    def start(name: str) -> None:
        next(box for box in at.selectbox if box.key == "start").set_value(name).run()

    assert rate() == USUAL_RATE[SHIPPED]
    start(SCRATCH)
    assert rate() == USUAL_RATE[SCRATCH]
    start(SHIPPED)
    assert rate() == USUAL_RATE[SHIPPED]
    next(slider for slider in at.select_slider if slider.key == "learning_rate").set_value(0.01).run()
    start(SCRATCH)
    assert rate() == 0.01
    assert not at.exception
