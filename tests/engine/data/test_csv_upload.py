import contextlib
import csv
import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.csv_table import preview
from engine.data.csv_upload import decode, encode, read, samples
from engine.errors import InvalidData


def table(rows, header="x,y,label"):
    return "\n".join([header, *rows]).encode()


GOOD = [f"{i},{(i * 7) % 11 - 0.5},{'red' if i % 3 else 'blue'}" for i in range(12)]


def test_a_good_file_gives_its_numbers():
    found = preview(table(GOOD))
    assert (found.columns, found.numeric, found.separator) == (("x", "y", "label"), ("x", "y"), ",")
    assert found.suggestion() == ("x", "y", "label")
    upload = read(found, *found.suggestion())
    np.testing.assert_array_equal(upload.points[:, 0], np.arange(12))
    np.testing.assert_array_equal(upload.points[:, 1], [(i * 7) % 11 - 0.5 for i in range(12)])
    assert upload.class_names == ("blue", "red")
    np.testing.assert_array_equal(upload.target, [1.0 if i % 3 else 0.0 for i in range(12)])


@pytest.mark.parametrize("separator", [";", "\t", ","])
def test_separators_and_byte_order_mark(separator):
    content = b"\xef\xbb\xbf" + table(GOOD).replace(b",", separator.encode()).replace(b"\n", b"\r\n")
    found = preview(content)
    assert found.separator == separator
    assert found.columns[0] == "x"


def test_a_file_without_names_gets_some():
    found = preview(("\n".join(f"{i},{i * i},{i % 2}" for i in range(15))).encode())
    assert found.columns == ("column 1", "column 2", "column 3")
    assert len(found.rows) == 15


def test_numeric_labels_sort_as_numbers():
    found = preview(table([f"{i},{i * i},{(-1, 10, 9)[i % 3]}" for i in range(12)]))
    assert read(found, "x", "y", "label").class_names == ("-1", "9", "10")


def test_regression_takes_many_values_and_scales_them():
    found = preview(table([f"{i},{i * i},{100 + 10 * i}" for i in range(21)]))
    with pytest.raises(InvalidData, match=r"21 different labels.*regression"):
        read(found, "x", "y", "label")
    drawn = samples(read(found, "x", "y", "label", "regression"), 0.3, 0)
    np.testing.assert_allclose(drawn.target, np.linspace(-1, 1, 21), atol=1e-6)
    np.testing.assert_allclose(drawn.points[:, 0], np.linspace(-5, 5, 21), atol=1e-6)
    assert drawn.validation.sum() == 6


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"  \n\n ", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"a," * 2_600_000, "5.2 MB; at most 5 MB"),
        (table(["1,2,a"] * 5_001), "more than 5,000 rows"),
        (table(["1,2,a"] * 9), "has 9 rows"),
        (table([*GOOD, "1,2,M\u00fcnchen"]).decode().encode("latin-1"), "byte 0xFC in line 14"),
        (table(GOOD).decode().encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04\x00\x00" + table(GOOD), "not a text file"),
        (table(["a,b,c"] * 12), "no column of numbers"),
        (table([f"{i},b,c" for i in range(12)]), "only one column of numbers"),
        (table(["1,2"] * 12, "x,y"), "2 columns; three are needed"),
        (table([*GOOD, "1,2"]), "Line 14 has 2 cells, but the first line has 3"),
        (table(["1,5,2,5,a"] * 12), "decimal comma"),
        (table(["1,5;2,5;a"] * 12, "x;y;label"), "decimal comma"),
        (table(GOOD, "x,x,label"), "Two columns are called “x”"),
        (table([*GOOD, '1,"2,a']), "quotation mark"),
        (table(["1,2,a"] * 12, ",".join("abcdefghij" * 6)), "60 columns|called"),
    ],
)
def test_bad_files_are_named(content, reason):
    with pytest.raises(InvalidData, match=reason) as caught:
        preview(content)
    assert caught.value.advice


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("nan,1,red", "Line 14: “x” is nan, not a finite number"),
        ("1,inf,red", "Line 14: “y” is inf, not a finite number"),
        ("1,,red", "Line 14: “y” is empty"),
        ("1,2,", "Line 14: the label “label” is empty"),
        ("1e99,2,red", "too large"),
        ('"1,5",2,red', "decimal comma"),
        ("=1+1,2,red", "Line 14: “'=1.1” in “x” is not a number"),
        ("1_000,2,red", "is not a number"),
        ("1,2,green", "Class “green” has one row only"),
    ],
)
def test_bad_cells_are_named_with_their_line(row, reason):
    found = preview(table([*GOOD, row]))
    with pytest.raises(InvalidData, match=reason):
        read(found, "x", "y", "label")


def test_one_class_and_constant_columns_and_wrong_choices():
    found = preview(table([f"{i},5,a" for i in range(12)]))
    with pytest.raises(InvalidData, match="All rows have the same label “a”"):
        read(preview(table([f"{i},{i},a" for i in range(12)])), "x", "y", "label")
    with pytest.raises(InvalidData, match="“y” has the same value in every row"):
        read(found, "x", "y", "label")
    with pytest.raises(InvalidData, match="chosen twice"):
        read(found, "x", "x", "label")
    with pytest.raises(InvalidData, match="no column “z”"):
        read(found, "x", "z", "label")
    with pytest.raises(InvalidData, match="not a task"):
        read(found, "x", "y", "label", "clustering")


def test_formulas_stay_text():
    rows = [f"{i},{i * i},{'=cmd|x!A1' if i % 2 else '@SUM(A1)'}" for i in range(12)]
    upload = read(preview(table(rows, "x,y,=HYPERLINK(1)")), "x", "y", "'=HYPERLINK(1)")
    assert upload.class_names == ("'=cmd|x!A1", "'@SUM(A1)")


def test_encode_round_trip_and_damage():
    found = preview(table(GOOD))
    upload = read(found, "x", "y", "label")
    again = decode(encode(upload))
    assert encode(again) == encode(upload)
    np.testing.assert_array_equal(again.points, upload.points)
    for damaged in (b"", b"{}", b"[1]", encode(upload)[:-5], b'{"names": 3}'):
        with pytest.raises(InvalidData):
            decode(damaged)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_give_a_table_or_a_reason(content):
    with contextlib.suppress(InvalidData):
        found = preview(content)
        assert all(len(row) == len(found.columns) for row in found.rows)


CELL = st.one_of(
    st.text(max_size=6),
    st.floats(allow_nan=True, allow_infinity=True).map(str),
    st.integers(-1000, 1000).map(str),
    st.sampled_from(["nan", "", "1,5", "=1+1", "a", "b", "1e999", "١"]),
)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-99, 99), st.floats(-1e6, 1e6), CELL), min_size=10, max_size=30),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["classification", "regression"]),
    st.lists(st.tuples(CELL, CELL, CELL), max_size=1),
)
def test_a_written_table_is_read_back_or_refused_with_a_reason(rows, separator, task, odd):
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=separator)
    writer.writerow(["first", "second", "kind"])
    writer.writerows([*rows, *odd])
    try:
        upload = read(preview(stream.getvalue().encode("utf-8", "surrogatepass")), "first", "second", "kind", task)
    except InvalidData:
        return
    expected = [[float(row[0]), float(row[1])] for row in [*rows, *odd]]
    np.testing.assert_array_equal(upload.points, expected)
    if task == "regression":
        np.testing.assert_array_equal(upload.target, [float(row[2]) for row in [*rows, *odd]])
    else:
        labels = [row[2].strip() for row in [*rows, *odd]]
        assert len(set(labels)) == len(upload.class_names)
        for label in set(labels):
            assert len({number for number, each in zip(upload.target, labels, strict=True) if each == label}) == 1
    drawn = samples(upload, 0.5, 0)
    assert np.isfinite(drawn.points).all()
    assert np.abs(drawn.points).max() <= 5.001
    assert np.isfinite(drawn.target).all()
