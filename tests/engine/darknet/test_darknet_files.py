"""Reading the two files: what they say is read, and what is wrong with them is named with line and reason."""

import struct
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.darknet import cfg, experiment, samples, weights
from engine.darknet.layers import MOST_PARAMETERS
from engine.darknet.plan import plan
from engine.errors import InvalidData
from tests.engine.darknet.nets import HEADS, NETS, conv, net

SMALL = net(8) + conv(4)


def planned(text):
    return plan(cfg.parse(text))


@pytest.mark.parametrize("name", NETS | HEADS)
def test_the_written_file_is_read_back(name):
    layout = planned((NETS | HEADS)[name])
    content = samples.drawn(layout, 1)
    assert len(content) == 20 + 4 * layout.parameters
    assert weights.written(weights.arrays(layout, content), layout) == content


def test_the_order_within_a_layer_is_darknets():
    layout = planned(net(4, 1) + conv(2, 1))
    content = struct.pack("<4i", 0, 1, 0, 7) + np.arange(10, dtype="<f4").tobytes()
    (own,) = weights.arrays(layout, content)
    assert weights.header(content) == weights.Header(0, 1, 0, 7, 16)
    assert own["biases"].tolist() == [0, 1]
    assert own["scales"].tolist() == [2, 3]
    assert own["means"].tolist() == [4, 5]
    assert own["variances"].tolist() == [6, 7]
    assert own["kernel"].ravel().tolist() == [8, 9]


def test_comments_spaces_and_unread_keys_do_no_harm():
    text = "# mine\n[net]\nwidth = 8\nheight=8\nmomentum=0.9\n\n[ convolutional ]\nfilters = 4 # four\nwonder=1\n"
    made = planned(text)
    assert made.layers[0].shape == (8, 8, 4)
    assert made.notes == ("[convolutional]: “wonder” (line 9) passed over.",)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("[net]\nwidth=100000\nheight=8\n[convolutional]\n", 2, "out of bounds"),
        ("[net]\nwidth=8\nheight=8\n[mystery]\n", 4, "not a kind of layer"),
        ("[net]\nwidth=8\nheight=8\n[local]\nsize=3\n", 4, "Keras has no such layer"),
        ("[net]\nwidth=8\nheight=8\n[convolutional]\nfilters=abc\n", 5, "not a whole number"),
        ("[net]\nwidth=8\nheight=8\n[convolutional]\nfilters=-3\n", 5, "out of bounds"),
        ("[net]\nwidth=8\nheight=8\n[convolutional]\nactivation=boom\n", 5, "activation “boom”"),
        ("[net]\nwidth=8\nheight=8\n[convolutional]\nstride=0\n", 5, "out of bounds"),
        ("[net]\nwidth=8\nheight=8\n[convolutional]\nfilters=2\nfilters=3\n", 6, "already given in line 5"),
        ("[net]\nwidth=8\nheight=8\n[convolutional]\nstride_x=2\n", 5, "not read here"),
        ("[net]\nwidth=8\nheight=8\n[convolutional]\nsize=11\n", 5, "nothing is left"),
        ("[net]\nwidth=8\nheight=8\n[convolutional]\nhello\n", 5, "neither a section nor a setting"),
        ("width=8\n", 1, "before any section"),
        ("[convolutional]\nfilters=3\n", 1, "must be [net]"),
        ("[net]\nheight=8\n[convolutional]\n", 1, "“width” is missing"),
        (SMALL + "[route]\nlayers=1\n", 13, "itself"),
        (SMALL + "[route]\nlayers=5\n", 13, "comes later"),
        (SMALL + "[route]\nlayers=-9\n", 13, "nowhere"),
        (SMALL + conv(4, stride=2) + "[route]\nlayers=0,1\n", 20, "different sizes"),
        (SMALL + conv(5) + "[shortcut]\nfrom=-2\n", 20, "4 × 4"),
        (SMALL + "[yolo]\nclasses=3\nnum=1\nanchors=1,nan\n", 15, "not a number"),
        (SMALL + "[yolo]\nclasses=3\nnum=1\nanchors=1,2\n", 13, "need 8 channels, the layer before gives 4"),
        (SMALL + "[reorg]\nstride=3\n", 13, "cannot be folded"),
        (SMALL + "[connected]\noutput=200000\n" * 3, 14, "too large"),
    ],
)
def test_a_bad_line_is_named_with_its_reason(text, line, said):
    with pytest.raises(InvalidData) as caught:
        planned(text)
    assert f"ine {line} of the .cfg" in caught.value.message or f"in line {line}." in caught.value.message
    assert said.replace("4 × 4", "8 × 8 × 4") in caught.value.message
    assert caught.value.advice


def test_a_description_like_a_bomb_is_refused_at_once():
    start = time.process_time()
    wide = "[net]\nwidth=1024\nheight=1024\n" + conv(16384, 31) * 20
    for text in (wide, "[net]\nwidth=9\nheight=9\n" + "[upsample]\nstride=16\n" * 300, "[net]\n" + "[a]\n" * 10**5):
        with pytest.raises(InvalidData):
            planned(text)
    assert time.process_time() - start < 1
    assert MOST_PARAMETERS * 4 <= weights.MOST_BYTES


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"   \n", "empty"),
        (b"\x00\x01\x02" * 9, "not text"),
        (b"[net]" * 10**5, "MB"),
        (b"\xff\xfe[\x00n\x00", "not text"),
    ],
)
def test_what_is_no_text_is_refused(content, said):
    with pytest.raises(InvalidData, match=said):
        cfg.decoded(content)


def test_a_weights_file_of_the_wrong_length_says_where_it_ends():
    layout = planned(net(8) + conv(4) + "[maxpool]\nsize=2\nstride=2\n" + conv(8))
    content = samples.drawn(layout, 0)
    with pytest.raises(InvalidData, match=r"ends in layer 2, \[convolutional\] in line 15 .* 1 are missing"):
        weights.arrays(layout, content[:-4])
    with pytest.raises(InvalidData, match="ends in layer 0"):
        weights.arrays(layout, content[:60])
    with pytest.raises(InvalidData, match="2 too many"):
        weights.arrays(layout, content + bytes(8))
    with pytest.raises(InvalidData, match="3 bytes"):
        weights.arrays(layout, content + bytes(3))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "less than its header"),
        (b"\x89HDF\r\n\x1a\n" + bytes(40), "HDF5"),
        (b"PK\x03\x04" + bytes(40), "ZIP"),
        (struct.pack("<4i", 77777, 2, 0, 0) + bytes(40), "which is none"),
        (struct.pack("<4i", -1, 2, 0, 0) + bytes(40), "which is none"),
        (struct.pack("<4i", 0, 2, 0, 0), "ends within its header"),
    ],
)
def test_a_file_that_is_no_weights_is_named(content, said):
    with pytest.raises(InvalidData, match=said):
        weights.header(content)


def test_numbers_that_are_none_are_refused():
    layout = planned(SMALL)
    own = [dict(weights.arrays(layout, samples.drawn(layout, 0))[0])]
    own[0]["kernel"] = own[0]["kernel"].copy()
    own[0]["kernel"][0, 0, 0, 0] = np.nan
    with pytest.raises(InvalidData, match="layer 0"):
        weights.arrays(layout, weights.written(own, layout))
    own[0]["kernel"][0, 0, 0, 0] = 0
    own[0]["variances"] = -own[0]["variances"]
    with pytest.raises(InvalidData, match="negative"):
        weights.arrays(layout, weights.written(own, layout))


def test_a_lost_number_moves_all_that_follow():
    layout = planned(net(8) + conv(4) + conv(8))
    content = samples.drawn(layout, 0)
    before, after = (np.frombuffer(one, "<f4", offset=20) for one in (content, weights.without_one(layout, content, 2)))
    start = layout.layers[0].parameters
    assert len(before) == len(after)
    assert (before[:start] == after[:start]).all()
    assert (before[start + 1 :] == after[start:-1]).all()
    assert after[-1] == 0


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_lead_to_anything_but_words(content):
    for use in (experiment.keep_cfg, weights.header):
        try:
            use(content)
        except InvalidData:
            continue


WORDS = st.sampled_from(
    ["[net]", "[convolutional]", "[route]", "[yolo]", "[reorg]", "[maxpool]", "[shortcut]", "[upsample]", "[region]"]
    + [f"{key}={value}" for key in ("width", "height", "filters", "size", "stride", "layers", "from", "num", "anchors")
       for value in ("", "0", "1", "-1", "2", "9999999999", "1e999", "nan", "1,2", "٣")]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, max_size=25))
def test_any_description_is_planned_or_refused_with_its_line(words):
    try:
        made = planned("\n".join(["[net]", "width=32", "height=32", *words]))
    except InvalidData:
        return
    assert made.parameters <= MOST_PARAMETERS
