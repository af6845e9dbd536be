"""What a run reports arrives whole and in order, however fast it reports, and not more often than the eye needs."""

from __future__ import annotations

import time

import numpy as np
import pytest

from engine.runs.context import Context, Message, SilentContext, WorkerContext, pack, unpack


def rows(messages: list[Message], name: str) -> list[float]:
    """All rows of a series, over all messages."""
    return [value for message in messages for value in unpack(message["arrays"]).get(name, np.empty(0)).tolist()]


def test_every_row_arrives_in_order_in_few_messages() -> None:
    sent: list[Message] = []
    context = WorkerContext(sent.append, lambda: False, interval=0.05)
    start = time.monotonic()
    for step in range(300):
        context.report(step + 1, 300, loss=np.array([step]), map=np.full((1, 2, 2), step, np.float32))
        time.sleep(0.001)
    seconds = time.monotonic() - start
    context.close()
    assert rows(sent, "loss") == list(range(300))
    assert len(sent) <= seconds / 0.05 + 2
    assert [message["number"] for message in sent] == list(range(1, len(sent) + 1))
    assert (sent[-1]["done"], sent[-1]["total"]) == (300, 300)
    assert unpack(sent[0]["arrays"])["map"].shape == (1, 2, 2)


def test_the_first_report_is_sent_at_once_and_a_held_back_one_soon() -> None:
    sent: list[Message] = []
    context = WorkerContext(sent.append, lambda: False, interval=0.05)
    context.report(1, 10, "one", loss=np.array([1.0]))
    assert len(sent) == 1
    context.report(2, 10, "two", loss=np.array([2.0]))
    assert len(sent) == 1
    end = time.monotonic() + 5
    while len(sent) < 2 and time.monotonic() < end:  # the run computes a long step and reports nothing
        time.sleep(0.01)
    assert (sent[1]["message"], rows(sent, "loss")) == ("two", [1.0, 2.0])
    context.close()
    assert len(sent) == 2, "nothing is sent twice"


def test_a_long_run_sends_ever_less_often() -> None:
    now = [0.0]
    sent: list[Message] = []
    context = WorkerContext(sent.append, lambda: False, interval=0.2, clock=lambda: now[0])
    for _ in range(4 * 36_000):  # four hours, ten reports a second
        now[0] += 0.1
        context.report(1, 2)
    context.close()
    assert 1500 < len(sent) < 5000


def test_buffers_may_be_reused_and_scalars_are_rows() -> None:
    sent: list[Message] = []
    context = WorkerContext(sent.append, lambda: False, interval=9.0)
    buffer = np.zeros(1)
    for value in (1.0, 2.0, 3.0):
        buffer[0] = value
        context.report(value, 3, a=buffer, b=np.float32(value))
    context.close()
    assert rows(sent, "a") == rows(sent, "b") == [1.0, 2.0, 3.0]


def test_rows_that_change_their_shape_are_refused() -> None:
    context = WorkerContext(lambda message: None, lambda: False)
    context.report(1, 2, weights=np.zeros((1, 3)))
    with pytest.raises(ValueError, match="weights"):
        context.report(2, 2, weights=np.zeros((1, 4)))
    context.close()


def test_a_stop_is_seen_and_remembered() -> None:
    asked = [False]
    context = WorkerContext(lambda message: None, lambda: asked[0])
    assert not context.stop_requested()
    asked[0] = True
    assert not context.stop_seen
    assert context.stop_requested()
    assert context.stop_seen
    context.close()


def test_packed_arrays_come_back() -> None:
    arrays = {"a": np.arange(6, dtype=np.uint8).reshape(2, 3), "b": np.zeros((0, 2), ">f4")}
    for name, values in unpack(pack(arrays)).items():
        assert (values.dtype, values.shape) == (arrays[name].dtype, arrays[name].shape)
        np.testing.assert_array_equal(values, arrays[name])


def test_the_silent_context_is_a_context() -> None:
    context: Context = SilentContext()
    context.report(1, 2, "x", a=np.zeros(1))
    assert not context.stop_requested()
    context.attach("model.keras", b"weights")
    assert context.files == {"model.keras": b"weights"}
