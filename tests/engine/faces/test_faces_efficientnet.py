"""EfficientNet-Lite0 names what is on the shipped photographs; its file is read without running anything of it."""

from __future__ import annotations

import io
import pickle
from collections import OrderedDict

import numpy as np
import pytest
from PIL import Image

from assets.scripts import efficientnet as script
from engine.data.photographs import BY_NAME
from engine.faces import efficientnet
from engine.faces.drawing import draw


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("chelsea", ("cat", "Egyptian Mau")),
        ("coffee", ("espresso",)),
        ("camera", ("tripod",)),
        ("flower", ("daisy",)),
        ("china", ("palace", "monastery", "bell tower")),
    ],
)
def test_photographs_are_named(name, wanted):
    picture = np.asarray(Image.open(BY_NAME[name].path).convert("RGB"))
    found = efficientnet.classes(picture, 2)
    assert any(word in found[0][0] for word in wanted), found
    assert found[0][1] >= found[1][1]


def test_it_has_as_many_weights_as_the_original():
    assert sum(values.size for values in efficientnet.weights().values()) == 4_694_024
    assert len(efficientnet.class_names()) == 1000


def test_features_do_not_depend_on_the_batch_and_take_grey_pictures():
    faces = draw(3, 1).pictures
    together = efficientnet.features(faces, 64)
    assert together.shape == (3, efficientnet.FEATURES)
    assert together.min() >= 0
    np.testing.assert_allclose(efficientnet.features(faces[1:2], 64)[0], together[1], rtol=1e-3, atol=1e-3)
    assert efficientnet.features(faces[..., :1], 64).shape == (3, efficientnet.FEATURES)
    assert efficientnet.features(faces[:0], 64).shape == (0, efficientnet.FEATURES)


class _Name:
    """Pickles as a bare reference to torch's name, which is not installed here."""

    def __init__(self, name):
        self.name = name


class _Writer(pickle._Pickler):
    def persistent_id(self, value):
        return value if isinstance(value, tuple) and value[:1] == ("storage",) else None

    def save(self, value, save_persistent_id=True):
        if isinstance(value, _Name):
            self.write(b"c" + value.name.replace(" ", "\n").encode() + b"\n")
            return None
        return super().save(value, save_persistent_id)


class _Tensor:
    def __init__(self, key, size, stride):
        self.parts = (("storage", _Name("torch FloatStorage"), key, "cpu", 6), 0, size, stride, False, OrderedDict())

    def __reduce_ex__(self, _):
        return _Rebuild(), self.parts


class _Rebuild(_Name):
    def __init__(self):
        super().__init__("torch._utils _rebuild_tensor_v2")

    def __call__(self):
        """Callable, as pickle asks of it."""


def torch_file(described):
    stream = io.BytesIO()
    for value in (script.MAGIC, 1001, {}, described, ["a"]):
        _Writer(stream, 2).dump(value)
    stream.write(np.int64(6).tobytes() + np.arange(6, dtype="<f4").tobytes())
    return stream.getvalue()


def test_arrays_are_read_with_their_strides():
    content = torch_file(OrderedDict(plain=_Tensor("a", (2, 3), (3, 1)), turned=_Tensor("a", (3, 2), (1, 3))))
    found = script.state_of(content)
    np.testing.assert_array_equal(found["plain"], [[0, 1, 2], [3, 4, 5]])
    np.testing.assert_array_equal(found["turned"], [[0, 3], [1, 4], [2, 5]])


def test_nothing_in_a_file_is_run():
    content = io.BytesIO()
    pickle.dump(print, content)
    with pytest.raises(pickle.UnpicklingError, match="no place"):
        script.state_of(content.getvalue())
