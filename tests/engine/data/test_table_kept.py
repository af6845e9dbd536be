"""A kept table: the same bytes for the same table, the same arrays from its bytes and from the exported source."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from sklearn.datasets import load_iris

from engine.data.table_blob import Reading, UploadedTable, decode, encode
from engine.data.table_source import reading_source
from engine.data.table_upload import preview, read, uploaded_rows
from engine.data.tabular import check_folds, fewest_per_class, rows
from engine.errors import InvalidData
from engine.runs.store import store
from engine.validation.script import read_table

COLOURS = ("red", "green", "blue")
GOOD = [f"{20 + i % 7},{COLOURS[i % 3]},{i / 8 - 1},{('yes', 'no')[i % 2]}" for i in range(40)]


def table(lines=GOOD, header="age,colour,weight,kind"):
    return "\n".join([header, *lines]).encode()


def kept(content, target="kind", *more, **choices):
    return read(preview(content), target, *more, **choices)


def executed(content, found, folder, monkeypatch):
    """Run the exported source alone, beside the file."""
    (folder / "upload.csv").write_bytes(content)
    monkeypatch.chdir(folder)
    names = {}
    exec(reading_source(store().put_blob(encode(found))), names)
    return names


def regression(content):
    return kept(content, "weight", "regression", "colour")


def gappy(content):
    return kept(content, "kind", without=["weight"])


WITH_GAPS = table([*GOOD[:9], "NA,red,5,yes", "21,NULL,6,no", *GOOD[9:], ",,7,no"])
# Row numbers of pandas, and a column that varies only in the rows that are left out.
IRIS = load_iris(as_frame=True).frame.to_csv().encode()
HALF = table([f"{i % 7 if i < 28 else ''},{'u' if i < 28 else 'v'},{'ab'[i % 2]}" for i in range(30)], "x,half,kind")
NAMELESS = load_iris(as_frame=True).frame.to_csv(index=False, header=False).encode()
TABBED = b"\xef\xbb\xbf" + table().replace(b",", b"\t").replace(b"\n", b"\n\t\t\t\n")


@pytest.mark.parametrize(
    ("content", "chosen"),
    [
        (table(), kept),
        (table(), regression),
        (WITH_GAPS, gappy),
        (TABBED, kept),
        (HALF, kept),
        (IRIS, lambda content: kept(content, "target")),
        (NAMELESS, lambda content: kept(content, "column 5")),
    ],
)
def test_the_exported_source_reads_the_same_arrays(content, chosen, tmp_path, monkeypatch):
    found = chosen(content)
    names = executed(content, found, tmp_path, monkeypatch)
    for name in ("x", "y", *(["groups"] if found.groups is not None else [])):
        np.testing.assert_array_equal(names[name], getattr(found, name))
    assert names["x"].dtype == np.float64
    assert names["x"].flags.c_contiguous == found.x.flags.c_contiguous, "sums over rows round the same"


def test_the_source_of_a_wide_table_stays_narrow():
    content = table(
        [",".join(str((i * j) % 97) for j in range(100)) for i in range(30)], ",".join(f"c{j}" for j in range(100))
    )
    digest = store().put_blob(encode(kept(content, "c50", "regression", without=["c3"])))
    source = read_table(uploaded_rows(digest))
    assert source == reading_source(digest)
    assert max(map(len, source.splitlines())) <= 120
    assert len(source.splitlines()) < 20


def test_a_kept_table_is_found_by_its_digest_and_shared():
    found = kept(table(), "kind", "", "colour")
    digest = store().put_blob(encode(found))
    taken = rows("upload", digest)
    assert taken is uploaded_rows(digest)
    assert (taken.name, taken.upload, taken.group_name) == ("upload", digest, "colour")
    np.testing.assert_array_equal(taken.groups, [sorted(COLOURS).index(COLOURS[i % 3]) for i in range(40)])
    assert not taken.x.flags.writeable
    assert taken.taken(np.arange(5)).upload == digest
    with pytest.raises(InvalidData, match="no longer stored"):
        uploaded_rows("0" * 64)


def test_the_same_table_always_has_the_same_bytes():
    assert encode(kept(table())) == encode(kept(table()))
    assert encode(kept(table())) == encode(kept(table().replace(b"\n", b"\r\n")))
    assert encode(kept(table())) != encode(kept(table(), "age"))
    assert len(encode(kept(table()))) < 1200


def test_damaged_bytes_are_refused():
    whole = encode(kept(table()))
    for damaged in (
        b"",
        b"{}",
        whole[:-1],
        whole + b"\0",
        whole[:40],
        b"table 1\n\xff\xff\xff\xff",
        whole.replace(b"<u1", b"<u9"),
    ):
        with pytest.raises(InvalidData, match="cannot be read"):
            decode(damaged)


NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
MATRIX = st.tuples(st.integers(1, 12), st.integers(1, 4)).flatmap(
    lambda shape: arrays.arrays(
        np.float64,
        (shape[0], shape[1] + 1),
        elements=st.one_of(NUMBERS, st.integers(-40_000, 40_000).map(float), st.sampled_from([0.0, -0.0, 1.0])),
    )
)


@settings(max_examples=200)
@given(MATRIX, st.booleans(), st.lists(st.text(max_size=5), max_size=3).map(tuple))
def test_encode_and_decode_change_nothing(matrix, grouped, notes):
    count, columns = matrix.shape
    names = tuple(f"c{number}" for number in range(columns - 1))
    groups = np.arange(count, dtype=np.int64) % 3 if grouped else None
    reading = Reading(";", True, tuple(range(columns - 1)), (0,), columns - 1, 3, (1, 2))
    found = UploadedTable(
        reading, "regression", matrix[:, :-1], matrix[:, -1], names, notes, "é", groups, "g", notes
    )  # fmt: skip
    again = decode(encode(found))
    assert again.x.tobytes() == np.ascontiguousarray(found.x).tobytes()
    assert again.y.tobytes() == np.ascontiguousarray(found.y).tobytes()
    assert (again.groups is None) == (groups is None)
    assert again.groups is None or again.groups.tolist() == groups.tolist()
    assert (again.reading, again.class_names, again.notes) == (reading, notes, notes)
    assert encode(again) == encode(found)


def test_folds_need_enough_rows_of_each_class():
    digest = store().put_blob(encode(kept(table([*GOOD, "1,red,2,maybe", "2,red,3,maybe", "3,blue,4,maybe"]))))
    assert fewest_per_class(uploaded_rows(digest)) == 3
    check_folds(uploaded_rows(digest), 3)
    with pytest.raises(InvalidData) as caught:
        check_folds(uploaded_rows(digest), 5)
    assert caught.value.message == "Class “maybe” has only 3 rows; 5 folds need at least 5."
    assert caught.value.advice == "Take 3 folds, or give more rows of that class."
    assert fewest_per_class(rows("wine")) == 48
    assert fewest_per_class(rows("diabetes")) == 442
    with pytest.raises(InvalidData, match="The table has only 442 rows"):
        check_folds(rows("diabetes"), 500)
