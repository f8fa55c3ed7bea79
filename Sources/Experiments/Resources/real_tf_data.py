# tf.data with Python in its map, as a generator in Python becomes part of it.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
np, tf = need([("numpy", "numpy"), ("tensorflow", "tensorflow-cpu")])
import platform

tf.config.set_visible_devices([], "GPU")


def run(row):
    ready = np.zeros((row.pictures,) + row.shape, "float32")
    stored = np.random.randint(0, 256, row.shape, "uint8")

    def make(_):
        if row.work == "pictures":
            return np.stack([augmented(np, stored) for _ in range(row.pictures)])
        for _ in range(row.pictures):
            row.spend()
        return ready

    # A call of the map, with the copy of its batch into a tensor.
    measure_alone(row, lambda: tf.numpy_function(make, [0], tf.float32))
    batches = (
        tf.data.Dataset.range(row.epoch or 10**9)
        .map(lambda i: tf.numpy_function(make, [i], tf.float32), num_parallel_calls=row.workers)
        .prefetch(row.ahead))
    if row.epoch:
        return train_epochs(row, batches)
    train(row, iter(batches))


say("ready", "tensorflow=" + tf.__version__, "numpy=" + np.__version__, "python=" + platform.python_version())
serve(run)
