# Keras 3's PyDataset by the adapter that fit() takes it through.
import importlib.util

# The adapter is the same over every backend: the user's choice, else one that is installed.
if "KERAS_BACKEND" not in os.environ:
    found = [name for name in ("torch", "jax", "tensorflow") if importlib.util.find_spec(name)]
    os.environ["KERAS_BACKEND"] = (found or ["torch"])[0]
BACKEND = os.environ["KERAS_BACKEND"]
np, _, keras = need([
    ("numpy", "numpy"), (BACKEND, {"tensorflow": "tensorflow-cpu"}.get(BACKEND, BACKEND)),
    ("keras", "keras")])
import platform
import warnings

from keras.src.trainers.data_adapters.py_dataset_adapter import PyDatasetAdapter

warnings.simplefilter("ignore")


class Batches(keras.utils.PyDataset):
    """Batches whose making is a set time, or real work."""

    def __init__(self, row):
        super().__init__(
            workers=row.workers, use_multiprocessing=row.processes, max_queue_size=row.ahead)
        self.row = row
        # Written to once: pickle copies it faster where no page has been.
        self.batch = np.ones((row.pictures,) + row.shape, "float32")
        self.labels = np.zeros(row.pictures, "float32")
        self.stored = np.random.randint(0, 256, row.shape, "uint8")

    def __len__(self):
        return self.row.epoch or 10**7

    def __getitem__(self, index):
        if self.row.work == "pictures":
            return np.stack([augmented(np, self.stored) for _ in range(self.row.pictures)]), self.labels
        for _ in range(self.row.pictures):
            self.row.spend()
        return self.batch, self.labels


class Epochs:
    """Each loop over it is an epoch of fit()'s."""

    def __init__(self, adapter):
        self.adapter = adapter

    def __iter__(self):
        self.adapter.on_epoch_begin()
        yield from self.adapter.get_numpy_iterator()
        self.adapter.on_epoch_end()


def run(row):
    batches = Batches(row)
    measure_alone(row, lambda: batches[0])
    adapter = PyDatasetAdapter(batches)
    if row.epoch:
        return train_epochs(row, Epochs(adapter))
    adapter.on_epoch_begin()
    try:
        train(row, adapter.get_numpy_iterator())
    finally:
        # Ends the workers.
        adapter.on_epoch_end()


say(
    "ready", "keras=" + keras.__version__, "backend=" + BACKEND,
    "numpy=" + np.__version__, "python=" + platform.python_version())
serve(run)
