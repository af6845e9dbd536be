import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InvalidSetting
from engine.optimizers import catalogue, own
from engine.optimizers.race import Config


def test_only_the_named_racer_gets_the_setting():
    config = Config(**own.parse("adam.rate=0.1, momentum.beta = 0.5"))
    assert config.rate_of("adam") == 0.1
    assert config.rate_of("sgd") == config.learning_rate
    assert config.parameters_of("momentum")["momentum"] == 0.5
    assert config.parameters_of("nesterov")["momentum"] == config.momentum


@given(st.dictionaries(st.sampled_from(catalogue.IDS), st.integers(1, 100), max_size=12))
def test_text_and_settings_round_trip(rates):
    written = ",".join(f"{name}.rate={value / 100:g}" for name, value in rates.items())
    config = Config(**own.parse(written))
    assert own.parse(own.text_of(config)) == own.parse(written)


def test_an_entry_is_replaced_and_taken_out():
    text = own.with_entry("adam.rate=0.1", "adam.rate", 0.2, 0.0)
    assert text == "adam.rate=0.2"
    assert own.with_entry(text, "adam.rate", 0.0, 0.0) == ""


@pytest.mark.parametrize("written", ["adam.rate", "adam.rate=x", "bert.rate=1", "adam.speed=1"])
def test_what_cannot_be_read_is_named(written):
    with pytest.raises(InvalidSetting):
        own.parse(written)


@given(st.text(max_size=40))
def test_any_start_text_is_a_point_or_a_named_error(written):
    try:
        start = own.parse_start(written)["start"]
    except InvalidSetting:
        return
    assert len(start) in (0, 2)


def test_start_round_trips():
    assert own.parse_start(own.start_text((-4.5, 1.1))) == {"start": (-4.5, 1.1)}
    assert own.parse_start("") == {"start": ()}
