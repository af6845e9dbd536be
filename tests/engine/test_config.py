"""Configs: one canonical key for one experiment, and nothing a browser sends gets past the bounds."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import config
from engine.config import choice, from_untrusted, integer, key, number, settings, several, switch, text
from engine.errors import InvalidSetting


@dataclass(frozen=True)
class Example(config.Config):
    """A setting of every kind."""

    rate: float = number(0.1, 1e-5, 10.0)
    steps: int = integer(10, 1, 1000)
    kind: str = choice("adam", ("sgd", "adam", "lion"))
    size: int = choice(2, (1, 2, 4))
    noisy: bool = switch(False)
    formula: str = text("x", 20)
    units: tuple[int, ...] = several((8, 8), integer(8, 1, 32), 0, 6)

    def check(self) -> None:
        """Two settings may contradict each other."""
        if self.noisy and self.kind == "lion":
            raise InvalidSetting("Lion has no noise.", "Choose another.")


@dataclass(frozen=True)
class Reordered(config.Config):
    """The same settings, declared the other way round."""

    units: tuple[int, ...] = several((8, 8), integer(8, 1, 32), 0, 6)
    formula: str = text("x", 20)
    noisy: bool = switch(False)
    size: int = choice(2, (1, 2, 4))
    kind: str = choice("adam", ("sgd", "adam", "lion"))
    steps: int = integer(10, 1, 1000)
    rate: float = number(0.1, 1e-5, 10.0)


# Its key then differs from Example's in nothing but the order of the fields.
Reordered.__qualname__ = "Example"


@dataclass(frozen=True)
class Signed(config.Config):
    """A number that may be zero."""

    value: float = number(1.0, -1.0, 1.0)


@dataclass(frozen=True)
class Different(Example):
    """The same settings of another experiment."""


VALUES = {
    "rate": st.floats(1e-5, 10.0),
    "steps": st.integers(1, 1000),
    "kind": st.sampled_from(["sgd", "adam"]),
    "size": st.sampled_from([1, 2, 4]),
    "noisy": st.booleans(),
    "formula": st.text(max_size=20),
    "units": st.lists(st.integers(1, 32), max_size=6).map(tuple),
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=8) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(st.fixed_dictionaries(VALUES), st.randoms())
def test_the_key_does_not_depend_on_any_order(values: dict[str, object], random: object) -> None:
    shuffled = list(values.items())
    random.shuffle(shuffled)
    assert key(Example(**values)) == key(Example(**dict(shuffled))) == key(Reordered(**values))


@given(st.fixed_dictionaries(VALUES), st.fixed_dictionaries(VALUES))
def test_the_key_changes_with_every_setting(one: dict[str, object], other: dict[str, object]) -> None:
    first = Example(**one)
    for name, value in other.items():
        changed = first.changed(**{name: value})
        assert (key(changed) == key(first)) == (getattr(changed, name) == getattr(first, name)), name


def test_the_key_changes_with_version_class_and_digests(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = {key(Example())}
    monkeypatch.setattr(Example, "VERSION", 2)
    keys.add(key(Example()))
    monkeypatch.setattr(Example, "digests", lambda self: ("abc",))
    keys.add(key(Example()))
    keys.add(key(Different()))
    assert len(keys) == 4
    assert all(len(digits) == 32 and int(digits, 16) >= 0 for digits in keys)


def test_the_key_is_the_same_in_another_process() -> None:
    code = (
        "from tests.engine.runs.experiments import Config; from engine.config import key; print(key(Config(steps=5)))"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    from tests.engine.runs.experiments import Config

    assert printed == {key(Config(steps=5)) + "\n"}


def test_equal_values_of_different_types_have_one_key() -> None:
    assert key(Example(rate=1, steps=10.0, units=[8.0, 8])) == key(Example(rate=1.0, steps=10, units=(8, 8)))
    assert key(Example(size=4.0)) == key(Example(size=4))
    assert key(Signed(value=-0.0)) == key(Signed(value=0.0))


@given(st.dictionaries(st.sampled_from([*VALUES, "unknown"]), JSON))
def test_nothing_a_browser_sends_raises_or_gets_past_the_bounds(values: dict[str, object]) -> None:
    made, notices = from_untrusted(Example, values)
    for name, setting in settings(Example).items():
        assert setting.check(name, getattr(made, name)) == getattr(made, name)
    assert all(notice.endswith(".") for notice in notices)
    assert len(notices) <= len(values) + 1
    assert key(made)


@given(st.fixed_dictionaries(VALUES))
def test_valid_values_come_through_without_a_notice(values: dict[str, object]) -> None:
    made, notices = from_untrusted(Example, values)
    assert notices == ()
    assert dataclasses.asdict(made) == values


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"rate": 11}, "“rate” cannot be 11"),
        ({"rate": float("nan")}, "“rate” is not a number"),
        ({"rate": 10**400}, "“rate” cannot be that large"),
        ({"steps": -(10**400)}, "“steps” cannot be that large"),
        ({"rate": True}, "“rate” is not a number"),
        ({"rate": "0.1"}, "“rate” is not a number"),
        ({"steps": 2.5}, "“steps” must be a whole number"),
        ({"kind": "magic"}, "“kind” cannot be 'magic'"),
        ({"size": True}, "“size” cannot be True"),
        ({"kind": []}, "“kind” cannot be []"),
        ({"noisy": 1}, "“noisy” must be on or off"),
        ({"formula": "x" * 21}, "“formula” is not a text of at most 20 characters"),
        ({"units": "88"}, "“units” must be a list"),
        ({"units": (8,) * 7}, "“units” has 7 entries"),
        ({"units": (8, 33)}, "“units” cannot be 33"),
        ({"noisy": True, "kind": "lion"}, "Lion has no noise"),
    ],
)
def test_a_wrong_value_is_named_and_replaced(values: dict[str, object], words: str) -> None:
    with pytest.raises(InvalidSetting) as refusal:
        Example(**values)
    assert words in refusal.value.message
    assert refusal.value.advice
    made, notices = from_untrusted(Example, values)
    assert made == Example()
    assert words in notices[0]
