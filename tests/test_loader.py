"""Whatever stands in a case file: it survives, the published schema fits, and only faults come of it."""

import copy
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from test_domains import ALSO_BY_OPTION, DOMAINS, EFFECTS
from test_refused import CORRELATED
from test_understood import with_formula
from written import BASE, EXAMPLES, faults_of, load, write

from assessment import assess, case_from_data, load_case
from assessment.case import Case
from assessment.decision import Decision
from assessment.remarks import InputError
from assessment.yamlfile import parse, read
from assessment.yamlwriter import update
from roi.quantities import ASSUMPTIONS, QUANTITIES


def test_the_base_case_is_sound(tmp_path: Path) -> None:
    loaded = load(tmp_path, BASE)
    assert loaded.warnings == ()
    assert loaded.notices == ()
    assert loaded.file == str(tmp_path / "case.yaml")


# --- the file survives, and the published schema fits -----------------------------------------------------


def plain(path: Path) -> dict[str, Any]:
    return read(path).data


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.parent.name)
def test_a_round_trip_keeps_comments_and_everything_else(example: Path, tmp_path: Path) -> None:
    text = example.read_text(encoding="utf-8")
    path = write(tmp_path, text)
    update(path, {("settings", "discount_rate"): 0.125, ("assumptions", "users", "value"): 2})
    after = path.read_text(encoding="utf-8")
    changed = [(old, new) for old, new in zip(text.split("\n"), after.split("\n"), strict=True) if old != new]
    assert len(changed) == 2
    for old, new in changed:
        assert old.partition("#")[2] == new.partition("#")[2]
        assert old.partition(":")[0] == new.partition(":")[0]
    expected = plain(example)
    expected["settings"]["discount_rate"] = 0.125
    expected["assumptions"]["users"]["value"] = 2
    assert plain(path) == expected


SCHEMA = Case.model_json_schema(by_alias=True)
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def test_the_published_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    json.dumps(SCHEMA, allow_nan=False)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.parent.name)
def test_every_example_fits_the_published_schema(example: Path) -> None:
    VALIDATOR.validate(json.loads(json.dumps(plain(example))))


@pytest.mark.parametrize(
    "path",
    [
        (),
        ("organisation",),
        ("organisation", "people"),
        ("settings",),
        ("assumptions",),
        ("assumptions", "users"),
        ("assumptions", "users", "source"),
        ("benefits",),
        ("benefits", "extra", 0),
        ("options", 0),
        ("options", 0, "abandon"),
        ("options", 0, "costs", 0),
        ("options", 0, "costs", 0, "amount"),
        ("criteria",),
        ("correlations", 0),
    ],
)
def test_the_published_schema_rejects_an_unknown_field(path: tuple[str | int, ...]) -> None:
    data = plain(next(path for path in EXAMPLES if path.parent.name == "machinery-maker"))
    place: Any = data
    for step in path:
        place = place[step]
    place["unknown"] = 1
    assert not VALIDATOR.is_valid(json.loads(json.dumps(data)))


def test_the_published_schema_completes_every_name() -> None:
    def properties(title: str) -> set[str]:
        return set(SCHEMA["$defs"][title]["properties"])

    own = {name for name, item in QUANTITIES.items() if item.per_option}
    assert properties("Assumptions") == set(QUANTITIES) - own | {"churn_excludes_leavers"}
    assert properties("Effects") == set(EFFECTS)
    nested = {"abandon_month", "dip_share", "dip_months"}
    assert own - nested | set(ALSO_BY_OPTION) <= properties("StatedOption")
    assert {"schema", "id", "title", "options", "assumptions"} <= set(SCHEMA["properties"])
    assert "for" in properties("Prepared")


@pytest.mark.parametrize("stated", [5, [1, 2, 3], "30万", {"value": 5}, {"range": [1, 2, 3]}])
def test_the_published_schema_knows_all_ways_to_state_a_number(stated: Any) -> None:
    data = read_text(with_formula("deal_value * 2"))
    VALIDATOR.validate(data)
    data["assumptions"]["users"] = data["benefits"]["extra"][0]["monthly"] = stated
    VALIDATOR.validate(data)


@pytest.mark.parametrize(
    "stated",
    [[1, 2], {}, {"value": 5, "range": [1, 2, 3]}, {"value": 5, "sorce": {}}, True, None, {"range": 5}],
)
def test_the_published_schema_rejects_what_states_no_number(stated: Any) -> None:
    data = read_text(BASE)
    data["options"][0]["costs"][0]["amount"] = stated
    if stated is not None:  # an empty value is as good as none
        assert not VALIDATOR.is_valid(data)


def read_text(text: str) -> dict[str, Any]:
    return parse(text, "case.yaml").data


# --- whatever stands in a file ----------------------------------------------------------------------------

Place = tuple[str | int, ...]


def places_in(data: Any, path: Place = ()) -> Iterator[Place]:
    yield path
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, item in items:
        yield from places_in(item, (*path, key))


def at(data: Any, path: Place) -> Any:
    for step in path:
        data = data[step]
    return data


NUMBERS = st.one_of(
    st.sampled_from([0, 1, -1, 0.5, 12, 1e5, 1e9, 1e308, 5e-324, 10**30, -0.0]),
    st.floats(),
    st.floats(0, 1),
    st.integers(-5, 500),
)
JSON = st.recursive(
    st.one_of(
        st.none(), st.booleans(), NUMBERS, st.text(max_size=8), st.sampled_from(["saas", "30万", "３%"])
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["value", "range", "kind", "id", "low", "zh-CN", "x"]), inner, max_size=3
        ),
    ),
    max_leaves=5,
)
STATED_NUMBERS = st.one_of(
    NUMBERS,
    st.lists(st.floats(0, 1), min_size=3, max_size=3).map(sorted),
    st.lists(st.floats(0, 1000), min_size=3, max_size=3).map(sorted),
    st.builds(
        lambda kind, numbers: {
            "distribution": {"kind": kind} | dict(zip(("low", "high"), numbers, strict=True))
        },
        st.sampled_from(["uniform", "normal", "lognormal"]),
        st.lists(st.floats(0, 100), min_size=2, max_size=2).map(sorted),
    ),
    st.builds(
        lambda kind, numbers: {
            "distribution": {"kind": kind} | dict(zip(("low", "likely", "high"), numbers, strict=True))
        },
        st.sampled_from(["pert", "triangular", "split_normal"]),
        st.lists(st.floats(0, 100), min_size=3, max_size=3).map(sorted),
    ),
)
KEYS = sorted(
    {str(path[-1]) for example in EXAMPLES for path in places_in(plain(example)) if path} | ASSUMPTIONS
)


@st.composite
def mutated(draw: st.DrawFn, originals: list[dict[str, Any]]) -> dict[str, Any]:
    """A case with up to three keys deleted, values replaced, exchanged or added."""
    data = copy.deepcopy(draw(st.sampled_from(originals)))
    for _ in range(draw(st.sampled_from([1, 1, 1, 2, 3]))):
        change = draw(st.sampled_from(["delete", "replace", "number", "number", "copy", "add"]))
        places = [path for path in places_in(data) if path]
        if change == "number":
            places = [path for path in places if isinstance(at(data, path), int | float)] or places
        path = draw(st.sampled_from(places))
        around, key = at(data, path[:-1]), path[-1]
        if change == "delete":
            del around[key]
        elif change == "replace":
            around[key] = draw(JSON)
        elif change == "number":
            around[key] = draw(STATED_NUMBERS)
        elif change == "copy":
            other = draw(st.sampled_from(list(places_in(data))))
            around[key] = copy.deepcopy(at(data, other))
        elif isinstance(around, dict):
            around[draw(st.one_of(st.sampled_from(KEYS), st.text(max_size=5)))] = draw(
                st.one_of(JSON, STATED_NUMBERS)
            )
        else:
            around.insert(int(key), draw(JSON))
        if not data:
            break
    return data


ORIGINALS = [plain(path) for path in EXAMPLES]
SMALL = [
    read_text(BASE),
    read_text(with_formula("leads_per_month * 0.02 * deal_value / users")),
    read_text(CORRELATED + "correlations: [{between: [deal_value, order_value], rank: 0.5}]\n"),
]


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(mutated(ORIGINALS))
def test_any_data_is_a_case_or_refused(data: dict[str, Any]) -> None:
    assert all(fault.code and fault.file == "data" for fault in faults_of(case_from_data, data))


@settings(max_examples=100, suppress_health_check=list(HealthCheck))
@given(mutated(SMALL))
def test_any_file_is_a_case_or_refused_with_its_line(tmp_path_factory: Any, data: dict[str, Any]) -> None:
    text = json.dumps(data, indent=1, ensure_ascii=True)
    faults = faults_of(load_case, write(tmp_path_factory.getbasetemp(), text))
    assert all(1 <= (fault.line or 0) <= text.count("\n") + 1 for fault in faults)


def not_finite(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from not_finite(item, f"{path}.{key}")
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from not_finite(item, f"{path}[{place}]")
    elif isinstance(value, float) and not math.isfinite(value):
        yield path


def decision_of(data: dict[str, Any]) -> Decision | None:
    try:
        loaded = case_from_data(data)
    except InputError:
        return None
    event("accepted")
    return assess(loaded) if loaded.model.draws <= 512 else None


def check(decision: Decision) -> None:
    assert list(not_finite(decision.model_dump())) == []
    assert Decision.from_json(decision.to_json()) == decision
    json.loads(decision.to_json(), parse_constant=lambda word: pytest.fail(word))


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(mutated(SMALL))
def test_what_is_accepted_is_assessed(data: dict[str, Any]) -> None:
    decision = decision_of(data)
    if decision is not None:
        check(decision)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_any_number_that_is_accepted_is_assessed(data: st.DataObject) -> None:
    """Only numbers are exchanged, so that most cases are accepted."""
    case = copy.deepcopy(SMALL[0])
    names = data.draw(st.lists(st.sampled_from(sorted(DOMAINS)), min_size=1, max_size=4, unique=True))
    for name in names:
        low, high = DOMAINS[name]
        ends = st.floats(low, high) | st.sampled_from([low, high]) | st.floats(low, min(high, low + 1))
        drawn = data.draw(ends | st.lists(ends, min_size=3, max_size=3).map(sorted))
        if name in ASSUMPTIONS:
            case["assumptions"][name] = drawn
        elif name == "abandon_month":
            case["options"][0]["abandon"] = {"probability": data.draw(st.floats(0, 1)), "month": drawn}
        elif name.startswith("dip"):
            case["options"][0]["dip"] = {"share": 0.1, "months": 2} | {name[4:]: drawn}
        else:
            case["options"][0][name] = drawn
    case["assumptions"].pop("annual_revenue", None)
    decision = decision_of(case)
    if decision is not None:
        check(decision)


NAMES = st.one_of(
    st.text(max_size=8),
    st.lists(
        st.sampled_from(
            ["users", "saas", "adoption", "licence", "settings", "years", "options", "0", "costs", ""]
        )
        | st.sampled_from(KEYS),
        min_size=1,
        max_size=4,
    ).map(".".join),
)
TEXTS = st.one_of(st.text(max_size=8), JSON.map(lambda value: json.dumps(value, ensure_ascii=False)))


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(
    mutated(SMALL) | st.just(SMALL[0]),
    st.lists(st.tuples(NAMES, TEXTS).map("=".join), min_size=1, max_size=2),
)
def test_any_change_is_made_or_refused(data: dict[str, Any], changes: list[str]) -> None:
    faults_of(lambda given: case_from_data(given, changes), data)
