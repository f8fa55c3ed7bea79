"""What a new iterator of this TensorFlow's tf.data takes, for `augtop calibrate --loader tf-data`.

Started as `python3 -c SCRIPT [EPOCHS]`. Says on standard output, line by line:

    missing MODULE PACKAGE     a module isn't there; ends
    ready NAME=VALUE ...       versions; cores
    progress FRACTION
    part iterator_us US        what one epoch takes besides its batches
    done

A loop over a dataset makes a new iterator, whose threads and buffers begin anew, and ends with it. Timed are the wait
for the first batch, which is there already but for being copied, and the time from the last step to the loop's end.
"""
import importlib.util
import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
protocol = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)
monotonic = time.monotonic_ns


def say(*words):
    protocol.write(" ".join(str(word) for word in words) + "\n")


lacking = [(name, package) for name, package in (("numpy", "numpy"), ("tensorflow", "tensorflow-cpu"))
           if not importlib.util.find_spec(name)]
if lacking:
    for name, package in lacking:
        say("missing", name, package)
    sys.exit(0)

import platform

import numpy
import tensorflow

tensorflow.config.set_visible_devices([], "GPU")
EPOCHS = int((sys.argv[1:] or ["60"])[0])
# Of an epoch: the buffer is full while it trains.
BATCHES = 4
STEP = 0.003
batch = numpy.zeros((32, 32, 32, 3), "float32")


dataset = (
    tensorflow.data.Dataset.range(BATCHES)
    .map(lambda i: tensorflow.numpy_function(lambda _: batch, [i], tensorflow.float32),
         num_parallel_calls=2)
    .prefetch(2))


def epoch():
    """The wait for the first batch, and what follows the last step, in us."""
    start = monotonic()
    first = None
    for _ in dataset:
        first = first or monotonic()
        time.sleep(STEP)
        last = monotonic()
    return (first - start + monotonic() - last) / 1e3


say("ready", "tensorflow=" + tensorflow.__version__, "numpy=" + numpy.__version__,
    "python=" + platform.python_version(), f"cores={len(os.sched_getaffinity(0))}")
# The first epochs of a process make what later ones find.
for _ in range(5):
    epoch()
for turn in range(EPOCHS):
    say("part", "iterator_us", f"{epoch():.1f}")
    say("progress", f"{(turn + 1) / EPOCHS:.3f}")
say("done")
