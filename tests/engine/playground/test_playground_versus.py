import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InvalidSetting
from engine.playground.experiment import Config
from engine.playground.versus import ALLOWED, format_versus, parse

BASE = Config(layers=(8, 8), learning_rate=0.01, seed=7)


def test_overrides_are_read():
    other = parse(BASE, " learning_rate=0.3, optimizer=sgd,layers=4+5+6 ,batch_normalization=on,features=x+xy")
    assert (other.learning_rate, other.optimizer, other.layers) == (0.3, "sgd", (4, 5, 6))
    assert (other.batch_normalization, other.features, other.seed) == (True, ("x", "xy"), 7)


def test_empty_text_changes_nothing_and_layers_may_be_none():
    assert parse(BASE, "") == BASE
    assert parse(BASE, "layers=").layers == ()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("learning_rate", "not of the form name=value"),
        ("speed=3", "no setting “speed”"),
        ("seed=3", "“seed” is the same on both sides"),
        ("dataset=xor", "“dataset” is the same on both sides"),
        ("learning_rate=fast", "“fast” in “learning_rate” is not a number"),
        ("learning_rate=nan", "not a number"),
        ("learning_rate=99", "cannot be 99"),
        ("layers=8+99", "cannot be 99"),
        ("layers=8+8+8+8+8+8+8", "7 entries"),
        ("batch_normalization=maybe", "on or off"),
        ("optimizer=magic", "cannot be 'magic'"),
        ("dropout=0.1,dropout=0.2", "given twice"),
        ("features=x+x", "chosen twice"),
        ("batch_size=1,l1=99", "cannot be 99"),
    ],
)
def test_what_cannot_be_read_is_named(text, reason):
    with pytest.raises(InvalidSetting, match=reason):
        parse(BASE, text)


@given(st.text(max_size=40) | st.text("abcdefghijklmnopqrstuvwxyz_=,+.0123456789-", max_size=60))
def test_any_text_gives_a_config_or_a_reason(text):
    with contextlib.suppress(InvalidSetting):
        assert isinstance(parse(BASE, text), Config)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "learning_rate": st.floats(1e-5, 10),
            "layers": st.lists(st.integers(1, 32), max_size=6).map(tuple),
            "activation": st.sampled_from(["relu", "tanh", "prelu"]),
            "activations": st.lists(st.sampled_from(["same", "relu"]), max_size=6).map(tuple),
            "dropout": st.floats(0, 0.8),
            "batch_normalization": st.booleans(),
            "batch_size": st.integers(1, 2000).filter(lambda size: size > 4),
            "loss": st.sampled_from(["hinge", "squared error"]),
            "features": st.lists(st.sampled_from(["x", "y", "xy", "sin_x"]), min_size=1, unique=True).map(tuple),
        },
    )
)
def test_format_is_the_inverse_of_parse(changes):
    other = BASE.changed(**changes)
    assert parse(BASE, format_versus(BASE, other)) == other


def test_data_and_seeds_are_not_among_what_may_differ():
    assert {"dataset", "points", "data_seed", "seed", "seeds", "epochs", "upload"}.isdisjoint(ALLOWED)
