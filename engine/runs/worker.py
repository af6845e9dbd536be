"""Preload of every worker: quiet logs, sensible threads, Keras imported ahead, the GPU announced.

The embedded pool loads it by itself; a worker of a real cluster is started with
`dask worker ADDRESS --nthreads 2 --resources training=1 --preload engine.runs.worker`.
"""

from __future__ import annotations

import logging
import os
import threading
from typing import Any

from engine.runs.work import SURROUNDINGS
from engine.training import single as training

logger = logging.getLogger(__name__)


def dask_setup(worker: Any) -> None:
    """Prepare this worker process; dask calls it once, before the first task."""
    if politeness := os.environ.get("PLAYGROUND_NICE"):
        # The app's own process shares these cores: a page answers first, a training takes what is left.
        os.nice(int(politeness))
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("GRPC_VERBOSITY", "ERROR")
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    # The networks here are small: more threads than cores less one only wait for each other and for the pages.
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 2
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", str(max(1, cores - 1)))
    os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1" if cores <= 2 else "2")
    if os.environ.get("PLAYGROUND_WARM_UP", "1") != "0":
        SURROUNDINGS.ready.clear()
        threading.Thread(target=_warm_up, args=(worker,), name="warm-up", daemon=True).start()


def find_devices() -> int:
    """Import TensorFlow and tell `SURROUNDINGS` what it computes on; return how many GPUs there are."""
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    for gpu in gpus:
        # Without this, TensorFlow takes the whole card at once and nobody else can use it.
        tf.config.experimental.set_memory_growth(gpu, True)
    if gpus:
        details = tf.config.experimental.get_device_details(gpus[0])
        SURROUNDINGS.device = str(details.get("device_name", "GPU"))
    return len(gpus)


def _warm_up(worker: Any) -> None:
    """Import Keras, announce the GPU, and train a little so that the first run does not wait for all that."""
    try:
        if gpus := find_devices():
            worker.loop.add_callback(worker.set_resources, GPU=gpus)
        training.warm_up()
    except Exception:
        # A run will meet the same error and say it in the page's own words.
        logger.exception("Keras could not be imported ahead")
    finally:
        SURROUNDINGS.ready.set()
