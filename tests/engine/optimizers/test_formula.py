"""Typed formulas against SymPy, and hostile ones that must do no harm."""

import contextlib
import math
import pickle
import time

import numpy as np
import pytest
import sympy
import tensorflow as tf
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from keras import ops

from engine.errors import InvalidFormula
from engine.optimizers.formula import WrongFormula, parse
from engine.optimizers.formula_surface import formula_surface

X, Y = sympy.symbols("x y", real=True)
NAMES = {"x": X, "y": Y, "e": sympy.E, "Min": sympy.Min, "Max": sympy.Max}

numbers = st.sampled_from(["0.5", "2", "3", "1.25", ".75", "1e-1", "pi", "e"])
FUNCTIONS = ["sin", "cos", "exp", "tanh", "sinh", "cosh", "sqrt", "log", "abs", "atan"]
leaves = st.one_of(numbers, st.sampled_from(["x", "y"]))


def grow(inner):
    """(what is typed, what SymPy reads)"""
    pair = st.tuples(inner, inner)
    return st.one_of(
        st.tuples(pair, st.sampled_from("+-*/")).map(
            lambda t: tuple(f"({a} {t[1]} {b})" for a, b in zip(*t[0], strict=True))
        ),
        pair.map(lambda t: (f"({t[0][0]})({t[1][0]})", f"({t[0][1]})*({t[1][1]})")),
        inner.map(lambda t: (f"-{t[0]}", f"-{t[1]}")),
        st.tuples(inner, st.sampled_from(["2", "3", "-1", "0.5"])).map(
            lambda t: (f"({t[0][0]})^{t[1]}", f"({t[0][1]})**({t[1]})")
        ),
        st.tuples(st.sampled_from(FUNCTIONS), inner).map(
            lambda t: (f"{t[0]}({t[1][0]})", f"{'Abs' if t[0] == 'abs' else t[0]}({t[1][1]})")
        ),
        pair.map(lambda t: (f"max({t[0][0]}, {t[1][0]})", f"Max({t[0][1]}, {t[1][1]})")),
    )


expressions = st.recursive(leaves.map(lambda leaf: (leaf, leaf)), grow, max_leaves=6)


@settings(max_examples=150, deadline=None)
@given(expressions, st.floats(-1.5, 1.5), st.floats(-1.5, 1.5))
def test_value_and_slopes_agree_with_sympy(pair, px, py):
    typed, read = pair
    assume(len(typed) <= 200)
    # No kinks and no branch points: there the slope is a matter of convention.
    assume(abs(px) > 0.01 and abs(py) > 0.01 and abs(px - py) > 0.01)
    expected = sympy.sympify(read, locals=NAMES)
    try:
        formula = parse(typed)
    except WrongFormula:
        assume(False)
    point = {X: px, Y: py}
    try:
        value = complex(expected.evalf(30, subs=point))
        slopes = [complex(sympy.diff(expected, name).evalf(30, subs=point)) for name in (X, Y)]
    except (TypeError, ValueError, OverflowError, ZeroDivisionError):
        assume(False)
    assume(all(abs(each.imag) == 0 and abs(each) < 1e6 for each in (value, *slopes)))
    try:
        found = formula.gradient(px, py)
    except (ArithmeticError, ValueError):
        assume(False)
    with np.errstate(all="ignore"):
        assert float(formula.value(np.float64(px), np.float64(py))) == pytest.approx(value.real, rel=1e-6, abs=1e-6)
    np.testing.assert_allclose(found, [each.real for each in slopes], rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("2x", 2 * 0.7),
        ("2xy^2", 2 * 0.7 * 0.3**2),
        ("xy", 0.21),
        ("-x^2", -0.49),
        ("2^-x", 2**-0.7),
        ("x^2^0.5", 0.7 ** (2**0.5)),
        ("1/2x", 0.35),
        ("3(x+1)(y-1)", 3 * 1.7 * -0.7),
        ("x**2 + y²", 0.49 + 0.09),
        ("x − y · 2 ÷ 4 × 1", 0.7 - 0.15),
        ("2e3x", 1400.0),
        ("2e x", 2 * math.e * 0.7),
        ("π x", math.pi * 0.7),
        ("e^x", math.exp(0.7)),
        ("x(y+1)", 0.7 * 1.3),
        ("min(x, y, 2) + max(x, y)", 1.0),
        ("pow(x, 3)", 0.343),
        ("+x", 0.7),
        ("x - y - 1", -0.6),
        ("x / y / 2", 0.7 / 0.3 / 2),
        ("ln(x) + log10(y)", math.log(0.7) + math.log10(0.3)),
        ("sigmoid(x) + relu(-y)", 1 / (1 + math.exp(-0.7))),
        ("asin(x) + acos(y) + atan(x) + tan(y)", math.asin(0.7) + math.acos(0.3) + math.atan(0.7) + math.tan(0.3)),
    ],
)
def test_what_is_meant_is_what_is_read(typed, value):
    formula = parse(typed)
    assert float(formula.value(np.float64(0.7), np.float64(0.3))) == pytest.approx(value)
    x, y = tf.Variable(0.7, dtype=tf.float64), tf.Variable(0.3, dtype=tf.float64)
    with tf.GradientTape() as tape:
        loss = eval(formula.code, {"x": x, "y": y, "ops": ops})
    assert float(loss) == pytest.approx(value, rel=1e-6)
    slopes = tape.gradient(loss, [x, y], unconnected_gradients="zero")
    np.testing.assert_allclose(formula.gradient(0.7, 0.3), [float(slope) for slope in slopes], rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(
    ("typed", "words", "position"),
    [
        ("", "empty", None),
        ("   ", "empty", None),
        ("x+" * 101 + "x", "203 characters", 201),
        ("foo(x)", "“foo” (character 1) is not a known name", 1),
        ("x + sinn(x)", "Did you mean “sin”", 5),
        ("sin x", "needs parentheses", 1),
        ("x + (y", "opened at character 5 is never closed", 5),
        ("x + y)", "never opened", 6),
        ("x +", "ends too early", 3),
        ("x 2", "A sign is missing before “2” (character 3)", 3),
        ("sin()", "nothing inside", 5),
        ("min(x)", "has 1 values", 1),
        ("x, y", "outside of min", 2),
        ("x $ y", "“$” (character 3) has no meaning", 3),
        ("x\ny", "has no meaning", 2),
        ("*x", "not expected", 1),
        ("9^9^9^9 x", "no finite value", None),
        ("1/0 + x", "no finite value", None),
        ("1e999 x", "too large", 1),
        ("2 + 3", "neither x nor y", None),
        ("-" * 150 + "x", "nested too deep", None),
        ("(" * 150 + "x", "never closed", 150),
        ("__import__('os').system('ls')", "has no meaning", 12),
        ("x.__class__", "has no meaning", 2),
        ("٣x", "has no meaning", 1),
        ("𝐱", "has no meaning", 1),
        ("lambda: x", "has no meaning", 7),
    ],
)
def test_what_is_wrong_is_said_with_its_place(typed, words, position):
    with pytest.raises(InvalidFormula) as caught:
        parse(typed)
    assert words in str(caught.value)
    assert caught.value.position == position
    assert pickle.loads(pickle.dumps(caught.value)).position == position


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=220), st.text("xy()^*+-/.,0123456789e sincoqrtp²π", max_size=220)))
def test_any_text_is_read_or_refused_at_once(typed):
    start = time.process_time()
    with contextlib.suppress(WrongFormula, ArithmeticError, ValueError):
        formula = parse(typed)
        with np.errstate(all="ignore"):
            formula.value(np.linspace(-3, 3, 5)[None, :], np.linspace(-3, 3, 5)[:, None])
            formula.gradient(0.3, -0.4)
    assert time.process_time() - start < 0.5


def test_deepest_allowed_formulas_work():
    typed = "sin(" * 39 + "x" + ")" * 39
    assert math.isfinite(parse(typed).gradient(0.5, 0.5)[0])
    assert float(parse("(" * 90 + "x" + ")" * 90).value(0.5, 0.5)) == 0.5


def test_formula_surface_finds_known_minima():
    surface = formula_surface("(x*x+y-11)^2+(x+y*y-7)^2", 6.0)
    expected = {(3.0, 2.0), (-2.805118, 3.131313), (-3.779310, -3.283186), (3.584428, -1.848127)}
    assert {(round(x, 6), round(y, 6)) for x, y, _ in surface.minima} == expected
    (minimum,) = formula_surface("(1-x)^2+100(y-x^2)^2", 2.0).minima
    np.testing.assert_allclose(minimum, (1, 1, 0), atol=1e-6)


def test_formula_surface_copes_with_edges_poles_and_holes():
    assert formula_surface("x", 3.0).floor == -3.0
    assert formula_surface("-1/(x^2+y^2)", 3.0).floor > -1e4
    partly = formula_surface("log(x) + y^2", 3.0)
    assert partly.start[0] > 0
    assert np.isnan(partly.value(np.array([-1.0]), np.array([0.0]))).all()
    with pytest.raises(WrongFormula, match="no finite value for x and y from −3 to 3"):
        formula_surface("sqrt(-1 - x^2)", 3.0)
