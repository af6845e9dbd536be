"""The upload of tables: each reason by name, and every number against pandas, scikit-learn and the csv module."""

import contextlib
import csv
import io
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_iris
from sklearn.preprocessing import LabelEncoder, OneHotEncoder

from engine.data.table_upload import decode, encode, preview, read
from engine.errors import InvalidData

COLOURS = ("red", "green", "blue")
GOOD = [f"{20 + i % 7},{COLOURS[i % 3]},{i / 8 - 1},{('yes', 'no')[i % 2]}" for i in range(40)]
ELEVEN = "abcdefghijk"
HEADER = "age,colour,weight,kind"


def table(lines=GOOD, header=HEADER):
    return "\n".join([header, *lines]).encode()


def kept(content, target="kind", *more, **choices):
    return read(preview(content), target, *more, **choices)


def test_a_preview_counts_what_is_there():
    found = preview(table([*GOOD, "NA,,1.5,yes"]))
    assert found.names == ("age", "colour", "weight", "kind")
    assert found.numeric == ("age", "weight")
    assert found.texts == {"colour": 3, "kind": 2}
    assert found.missing == {"age": 1, "colour": 1, "weight": 0, "kind": 0}
    assert (found.target, found.task, found.separator, found.header) == ("kind", "classification", ",", True)


def test_numbers_and_texts_are_those_of_pandas_and_scikit_learn():
    found = kept(table())
    frame = pd.read_csv(io.BytesIO(table()))
    encoder = OneHotEncoder(sparse_output=False).fit(frame[["colour"]])
    expected = np.column_stack([frame["age"], encoder.transform(frame[["colour"]]), frame["weight"]])
    np.testing.assert_array_equal(found.x, expected)
    assert found.feature_names == ("age", "colour = blue", "colour = green", "colour = red", "weight")
    classes = LabelEncoder().fit(frame["kind"])
    np.testing.assert_array_equal(found.y, classes.transform(frame["kind"]))
    assert found.class_names == tuple(classes.classes_)
    assert found.notes == ("Text became columns of 0 and 1, one for each value: “colour”.",)


def test_iris_comes_back_exactly_with_pandas_row_numbers_left_out():
    iris = load_iris(as_frame=True)
    frame = iris.data.assign(species=iris.target_names[iris.target])
    content = frame.to_csv().encode()
    found = kept(content, "species")
    np.testing.assert_array_equal(found.x, iris.data.to_numpy())
    np.testing.assert_array_equal(found.y, iris.target)
    assert found.class_names == ("setosa", "versicolor", "virginica")
    assert found.notes == ("Left out, since it only counts the rows: “column 1”.",)


def test_a_file_without_names_keeps_its_first_row():
    lines = load_iris(as_frame=True).frame.to_csv(index=False, header=False).encode()
    found = preview(lines)
    assert not found.header
    assert found.names == tuple(f"column {number}" for number in range(1, 6))
    taken = read(found, "column 5")
    assert len(taken.y) == 150
    assert taken.notes == ("The first line holds numbers, so it was read as data, not as names.",)


def test_a_year_as_a_name_is_a_name():
    assert preview(table([f"{i},{i / 2}" for i in range(30)], "age,1990")).names == ("age", "1990")


@pytest.mark.parametrize("separator", [";", "\t"])
def test_separators_byte_order_mark_and_windows_lines(separator):
    content = b"\xef\xbb\xbf" + table().replace(b",", separator.encode()).replace(b"\n", b"\r\n")
    np.testing.assert_array_equal(kept(content).x, kept(table()).x)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\n \n", "empty"),
        (b"a,b\n" * 5_000_001, "20.0 MB; at most 20 MB"),
        (table(["1,red,2,yes"] * 50_001), "more than 50,000 rows"),
        (table(GOOD[:19]), "has 19 rows"),
        (table(GOOD, ",".join(f"c{number}" for number in range(101))), "101 columns"),
        (table([str(i) for i in range(30)], "x"), "1 column; two are needed"),
        (table([*GOOD, "1,München,2,yes"]).decode().encode("latin-1"), "byte 0xFC in line 42"),
        (table().decode().encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04\x00\x00" + table(), "not a text file"),
        (table([*GOOD, '1,"red,2,yes', *GOOD]), "Line 42 cannot be read as CSV"),
        (table([*GOOD, "1,red,2"]), "Line 42 has 3 cells, but the first line has 4"),
        (table(["1,5,red,2,5,yes"] * 30), "decimal comma"),
        (table(GOOD, "age,age,weight,kind"), "Two columns are called “age”"),
    ],
)
def test_files_that_are_no_table_are_named(content, reason):
    with pytest.raises(InvalidData) as caught:
        preview(content)
    assert reason in f"{caught.value.message} {caught.value.advice}"
    assert caught.value.advice


@pytest.mark.parametrize(
    ("content", "choices", "reason"),
    [
        (table([*GOOD, "inf,red,2,yes"]), {}, "Line 42: “age” is inf, not a finite number"),
        (table([*GOOD, "1e99,red,2,yes"]), {}, "Line 42: “1e99” in “age” is too large"),
        (table([*GOOD, "2O,red,2,yes"]), {}, "Line 42: “2O” in “age” is not a number"),
        (table([*GOOD, "=1+1,red,2,yes"]), {}, "Line 42: “'=1+1” in “age” is not a number"),
        (table([f"{i},5;{i};a" for i in range(30)], "x;y;kind"), {}, "Line 2: “0,5” in “x” has a decimal comma"),
        (table([f"1.{i:03},50;{i};a" for i in range(30)], "x;y;kind"), {}, "“1.000,50” in “x” has a decimal comma"),
        (table([*GOOD, "1,red,2,", "1,red,2,NA"]), {}, "Line 42: the target “kind” is missing, and 1 more are"),
        (table([f"{i},a" for i in range(30)], "x,kind"), {}, "All rows have the same class “a”"),
        (table([f"{i},5" for i in range(30)], "x,kind"), {"task": "regression"}, "“kind” has the same value"),
        (table([f"{i},{i % 51}b" for i in range(110)], "x,kind"), {}, "51 different values; at most 50 classes"),
        (table([f"{i},{i % 51}" for i in range(110)], "x,kind"), {"task": "classification"}, "choose regression"),
        (table([f"{i},id{i}" for i in range(30)], "x,kind"), {}, "“kind” has another text in every row"),
        (table([*GOOD, "1,red,2,maybe"]), {}, "Class “maybe” has one row only"),
        (table(), {"task": "regression"}, "“kind” holds text, not numbers"),
        (table(), {"task": "clustering"}, "“clustering” is not a task"),
        (table(), {"target": "sort"}, "no column “sort”"),
        (table(), {"without": ["sort"]}, "no column “sort”"),
        (table(), {"group": "kind"}, "both the target and the group"),
        (table([*GOOD, "NA,red,2,yes"]), {"group": "age"}, "Line 42: the group “age” is missing."),
        (table(), {"group": "weight"}, "The group “weight” has another value in every row"),
        (table([f"{i},5,{'ab'[i % 2]}" for i in range(30)], "x,g,kind"), {"group": "g"}, "same value in every row"),
        (
            table([f"{i if i % 3 else ''},{i},{'ab'[i % 2]}" for i in range(30)], "x,y,kind"),
            {},
            "10 of 30 rows have an empty cell; at most 20 % can be left out. Fill the gaps, or leave out “x”",
        ),
        (
            table([f"{i if i else ''},{i},{'ab'[i % 2]}" for i in range(20)], "x,y,kind"),
            {},
            "Only 19 rows have no empty cell; 20 are needed.",
        ),
        (
            table([f"name{i},{'ab'[i % 2]}" for i in range(30)], "who,kind"),
            {},
            "No column is left to predict “kind” from. Left out, since the text is another one in every row: “who”.",
        ),
        (
            table(
                [",".join([*(f"{p}{i % 20}" for p in ELEVEN), "xy"[i % 2]]) for i in range(40)],
                ",".join([*ELEVEN, "kind"]),
            ),
            {},
            "220 columns; at most 200",
        ),
        (table([f"{i},{'ab'[i % 2] + 50 * 'x' + str(i % 2)}" for i in range(30)], "x,kind"), {}, None),
        (table([f"{i},{50 * 'x' + str(i % 2)}" for i in range(30)], "x,kind"), {}, "look the same"),
    ],
)  # fmt: skip
def test_what_cannot_be_learned_is_named(content, choices, reason):
    choices = {"target": "kind", **choices}
    if reason is None:
        assert len(read(preview(content), **choices).class_names) == 2
        return
    with pytest.raises(InvalidData) as caught:
        read(preview(content), **choices)
    assert reason in f"{caught.value.message} {caught.value.advice}"
    assert caught.value.advice


def test_what_is_left_out_is_said():
    lines = [
        f"{i + 1},{i % 9 or ''},7,p{i},{i if i % 2 else 'null'},t{i % 25},{i / 3},{'ab'[i % 2]}" for i in range(90)
    ]
    found = kept(table(lines, "Id,x,same,who,gaps,town,y,kind"))
    assert found.feature_names == ("x", "y")
    assert found.notes == (
        "Left out, since it only counts the rows: “Id”.",
        "Left out, since all rows have the same value: “same”.",
        "Left out, since the text is another one in every row: “who”.",
        "Left out, since more than 40 % of the cells are empty: “gaps”.",
        "Left out, since the text has more than 20 different values: “town”.",
        "Left out, since a cell is empty: 10 of 90 rows.",
    )
    np.testing.assert_array_equal(found.x[:, 0], [i % 9 for i in range(90) if i % 9])


def test_a_column_that_varies_only_in_rows_left_out_is_left_out_too():
    lines = [f"{i % 7 if i < 28 else ''},{'u' if i < 28 else 'v'},{'ab'[i % 2]}" for i in range(30)]
    content = table(lines, "x,half,kind")
    found = kept(content)
    assert found.feature_names == ("x",)
    assert found.notes[-1] == "Left out, since all of the remaining rows have the same value: “half”."


def test_a_repeated_text_among_numbers_is_a_kind_of_its_own():
    lines = [f"{('0', '1', '2', '3+', '1', '0', '2', '1', '0', '1')[i % 10]},{i},{'ab'[i % 2]}" for i in range(40)]
    found = kept(table(lines, "children,x,kind"))
    assert found.feature_names[:4] == ("children = 0", "children = 1", "children = 2", "children = 3+")


def test_numbers_as_classes_sort_as_numbers_and_are_named_shortly():
    found = kept(table([f"{i},{(10, 9.5, -1)[i % 3]}" for i in range(30)], "x,kind"), "kind", "classification")
    assert found.class_names == ("-1", "9.5", "10")
    np.testing.assert_array_equal(found.y, [(2, 1, 0)[i % 3] for i in range(30)])


@pytest.mark.parametrize(
    ("cells", "task"),
    [
        (["0", "1"], "classification"),
        (["0.5", "1.5"], "classification"),
        ([str(i) for i in range(10)], "classification"),
        ([str(i) for i in range(11)], "regression"),
        (["1.5", "2.5", "3.5"], "regression"),
        (["a", "b"], "classification"),
    ],
)
def test_the_task_is_guessed_from_the_target(cells, task):
    lines = [f"{i / 7},{cells[i % len(cells)]}" for i in range(60)]
    assert preview(table(lines, "x,kind")).task == task
    assert kept(table(lines, "x,kind")).task == task


def test_the_target_to_begin_with_is_called_so_or_the_last_that_can_be_one():
    assert preview(table([f"{i % 2},{i},{i / 3}" for i in range(30)], "Target,x,y1")).target == "Target"
    assert preview(table([f"{i % 2},{i},p{i}" for i in range(30)], "t,x,who")).target == "x"
    assert preview(table([f"{i % 2},{i},{i if i else ''}" for i in range(30)], "t,x,y1")).target == "x"


def test_formulas_stay_text():
    lines = [f"{i},{('=cmd|x!A1', '@SUM(A1)')[i % 2]},{('+a', '-b')[i % 2]}" for i in range(30)]
    content = table(lines, "x,=HYPERLINK(1),kind")
    found = kept(content)
    assert found.class_names == ("'+a", "'-b")
    assert found.feature_names == ("x", "'=HYPERLINK(1) = '=cmd|x!A1", "'=HYPERLINK(1) = '@SUM(A1)")


CELL = st.one_of(
    st.integers(-99, 99).map(str),
    st.floats().map(str),
    st.sampled_from(["", "NA", "1,5", "=1+1", "a", "b", "3+", "1e999", "١", "1_0", "inf", "x\ny", "é", '"', "1e0005"]),
    st.text(max_size=4),
)


@settings(max_examples=150)
@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.floats(-1e6, 1e6), CELL, st.sampled_from("abc")), min_size=20, max_size=30
    ),
    st.sampled_from([",", ";", "\t"]),
)
def test_a_written_table_is_read_back_or_refused_with_a_reason(written, separator):
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=separator)
    writer.writerow(["first", "second", "odd", "kind"])
    writer.writerows(written)
    try:
        found = read(preview(stream.getvalue().encode("utf-8", "surrogatepass")), "kind", without=["odd"])
        every = read(preview(stream.getvalue().encode("utf-8", "surrogatepass")), "kind")
    except InvalidData as error:
        assert error.advice  # noqa: PT017
        return
    for name, index in (("first", 0), ("second", 1)):
        if name in found.feature_names:
            np.testing.assert_array_equal(
                found.x[:, found.feature_names.index(name)], [float(row[index]) for row in written]
            )
    assert [found.class_names[int(number)] for number in found.y] == [row[3] for row in written]
    assert np.isfinite(every.x).all()
    assert decode(encode(every)).x.tobytes() == every.x.tobytes()


@settings(max_examples=150)
@given(st.binary(max_size=400))
def test_any_bytes_give_a_table_or_a_reason(content):
    with contextlib.suppress(InvalidData):
        read(preview(content), preview(content).target)


def test_nothing_is_evaluated_or_warned_about_in_a_large_table():
    generator = np.random.default_rng(0)
    numbers = generator.normal(size=(5_000, 8)) * 10.0 ** generator.integers(-8, 8, (5_000, 8))
    content = pd.DataFrame(numbers).add_prefix("c").to_csv(index=False).encode()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = kept(content, "c7")
        again = decode(encode(found))
    np.testing.assert_array_equal(again.x, numbers[:, :7])
    np.testing.assert_array_equal(again.y, numbers[:, 7])
