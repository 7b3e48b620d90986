"""Users' formulas: what is read means what Python means by it; everything else is refused, and not run."""

import math

import numpy as np
import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from roi.expressions import MAX_DEPTH, MAX_LENGTH, Expression, FormulaError, parsed, trace
from roi.formulas import live

NAMES = {"users": 20.0, "fit": 0.25, "churn_reduction": 0.05, "deal_value": 1e5}

atoms = st.sampled_from([*NAMES, "2", "0.02", "1e3", ".5", "12"])
texts = st.recursive(
    atoms,
    lambda parts: (
        st.builds("{} {} {}".format, parts, st.sampled_from(["+", "-", "*", "/", "**"]), parts)
        | st.builds("({})".format, parts)
        | st.builds("-{}".format, parts)
        | st.builds("{}({}, {}, {})".format, st.sampled_from(["min", "max"]), parts, parts, parts)
    ),
    max_leaves=10,
)


@given(texts)
def test_a_formula_means_what_it_means_in_python(text: str) -> None:
    try:
        expected = eval(text, {"__builtins__": {}, "min": min, "max": max}, NAMES)
    except ArithmeticError:
        reject()
    if isinstance(expected, complex) or not math.isfinite(expected):
        reject()
    with np.errstate(all="ignore"):
        found = parsed(text).at(NAMES.__getitem__)
    assert found == pytest.approx(expected, rel=1e-12)
    assert parsed(text).names == {name for name in NAMES if name in text}


def test_it_is_computed_on_arrays_as_on_numbers() -> None:
    draws = {"users": np.array([[1.0], [2.0]]), "fit": np.array([0.5, 0.25, 0.1])}
    found = parsed("max(users * fit, 0.3) ** 2").at(draws.__getitem__)
    np.testing.assert_allclose(found, [[0.25, 0.09, 0.09], [1.0, 0.25, 0.09]])


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("（users＋１２）×fit", "(users + 12) * fit"),
        ("ｕｓｅｒｓ÷2　－　fit", "users / 2 - fit"),
        ("min（users，fit）＊3", "min(users, fit) * 3"),
        ("users − fit", "users - fit"),
        ("users^2 ＋ fit＾3", "users ** 2 + fit ** 3"),
        ("users\n  * fit", "users * fit"),
        ("max(users, 2, fit)", "max(max(users, 2), fit)"),
    ],
)
def test_what_keyboards_produce_is_met_half_way(written: str, plain: str) -> None:
    assert parsed(written) == parsed(plain)


@pytest.mark.parametrize(
    ("text", "code", "found"),
    [
        ("", "formula_wrong_form", ""),
        ("users +", "formula_wrong_form", "users +"),
        ("(users", "formula_wrong_form", "(users"),
        ("2 users", "formula_wrong_form", "2 users"),
        ("30万 * fit", "formula_wrong_form", "30万 * fit"),
        ("lambda", "formula_wrong_form", "lambda"),
        ("users * 3%", "formula_not_allowed", "%"),
        ("users # fit", "formula_not_allowed", "#"),
        ("users < fit", "formula_not_allowed", "<"),
        ("users[0]", "formula_not_allowed", "["),
        ("'users'", "formula_not_allowed", "'"),
        ("(users := 2)", "formula_not_allowed", ":"),
        ("users // fit", "formula_not_allowed", "users // fit"),
        ("+users", "formula_not_allowed", "+users"),
        ("not users", "formula_not_allowed", "not users"),
        ("users and fit", "formula_not_allowed", "users and fit"),
        ("users if fit else 2", "formula_not_allowed", "users if fit else 2"),
        ("users, fit", "formula_not_allowed", "(users, fit)"),
        ("users.fit", "formula_not_allowed", "users.fit"),
        ("2 * abs(users)", "formula_not_allowed", "abs(users)"),
        ("__import__(users)", "formula_not_allowed", "__import__(users)"),
        ("(min)(users)(fit)", "formula_not_allowed", "min(users)(fit)"),
        ("min()", "formula_not_allowed", "min()"),
        ("min(*users)", "formula_not_allowed", "*users"),
        ("min(**users)", "formula_not_allowed", "min(**users)"),
        ("True", "formula_not_allowed", "True"),
        ("None", "formula_not_allowed", "None"),
        ("2j", "formula_not_allowed", "2j"),
        ("1e999 * users", "formula_not_allowed", "1e309"),
        ("2e12", "formula_not_allowed", "2000000000000.0"),
        ("1" + "0" * 400, "formula_not_allowed", "1" + "0" * 400),
        ("+".join(["users"] * 100), "formula_too_long", "599"),
    ],
)
def test_everything_else_is_refused(text: str, code: str, found: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parsed(text)
    assert (caught.value.code, caught.value.details.get("found")) == (code, found)


@pytest.mark.parametrize(
    "text",
    [
        "-" * (MAX_LENGTH - 1) + "2",
        "(-" * 160 + "2" + ")" * 160,
        "min(" * 90 + "2" + ")" * 90,
        "min(" + ",".join("2" * 200) + ")",
        "2**" * 160 + "2",
        "+".join("2" * 200),
    ],
)
def test_what_is_too_deep_is_refused(text: str) -> None:
    with pytest.raises(FormulaError, match="formula_too_deep"):
        parsed(text)


@pytest.mark.parametrize("text", ["f(" * 160 + "2" + ")" * 160, "not " * 120 + "2", "(" * 249 + ")" * 249])
def test_what_is_foreign_is_refused_however_deep(text: str) -> None:
    with pytest.raises(FormulaError):
        parsed(text)


def test_what_is_just_within_the_limits_is_read() -> None:
    sum_of_many = "+".join(["1"] * MAX_DEPTH)
    assert parsed(sum_of_many).at(NAMES.__getitem__) == MAX_DEPTH
    with pytest.raises(FormulaError, match="formula_too_deep"):
        parsed(sum_of_many + "+1")
    assert parsed("users" + " " * 600).names == {"users"}


@given(st.text(max_size=30) | st.text("()+-*/.,0123456789eEjusr_ ×÷（）", max_size=40))
def test_any_text_is_a_formula_or_refused(text: str) -> None:
    try:
        expression = parsed(text)
    except FormulaError:
        return
    with np.errstate(all="ignore"):
        float(expression.at(lambda name: 1.5))


def test_an_exponent_costs_nothing() -> None:
    """Numbers are floating: this is infinite at once, whatever it would take as a whole number."""
    with np.errstate(over="ignore"):
        assert parsed("9 ** 9 ** 9 ** 9").at(NAMES.__getitem__) == math.inf


def test_a_function_and_its_text_are_the_same_tree() -> None:
    assert trace(live) == parsed("min(max(month - delay, 0), 1) * in_use")
    assert trace(lambda users: 2.0) == Expression("number", (2.0,))
