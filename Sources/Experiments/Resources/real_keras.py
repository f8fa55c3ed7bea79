# Keras 1.1.0's generator_queue and image generator, read from the folder of its published source, the
# script's argument. Keras itself isn't imported: it would bring Theano or TensorFlow of its time.
np, ndimage = need([("numpy", "numpy"), ("scipy.ndimage", "scipy")])
import ast
import platform
import queue
import threading
import types

FOLDER = sys.argv[1]
# fit_generator's default.
CONSUMER_NAP = 0.01


def source(path):
    with open(os.path.join(FOLDER, path)) as file:
        return file.read()


def published_queue():
    """The function generator_queue of keras/engine/training.py, and nothing else of that file."""
    path = "keras/engine/training.py"
    names = {
        "multiprocessing": multiprocessing, "queue": queue, "threading": threading, "time": time, "np": np}
    parts = [
        part for part in ast.parse(source(path)).body
        if isinstance(part, ast.FunctionDef) and part.name == "generator_queue"]
    exec(compile(ast.Module(parts, []), path, "exec"), names)
    return names["generator_queue"]


def published_images():
    """The module keras/preprocessing/image.py, over a backend of one constant; names that SciPy has dropped
    since are put back."""
    if not hasattr(sys.modules["scipy"].ndimage, "interpolation"):
        sys.modules["scipy"].ndimage.interpolation = ndimage
    backend = types.ModuleType("keras.backend")
    backend.image_dim_ordering = lambda: "tf"
    package = types.ModuleType("keras")
    package.backend = backend
    six = types.ModuleType("six.moves")
    six.range = range
    images = types.ModuleType("keras.preprocessing.image")
    images.__package__ = "keras.preprocessing"
    sys.modules.update({
        "six": types.ModuleType("six"), "six.moves": six, "keras": package, "keras.backend": backend,
        "keras.preprocessing": types.ModuleType("keras.preprocessing"), images.__name__: images})
    path = "keras/preprocessing/image.py"
    exec(compile(source(path), path, "exec"), images.__dict__)
    return images


class Batches:
    """A generator of batches whose making is a set time."""

    def __init__(self, row):
        self.row = row
        # float64, as Keras 1.1.0 makes them.
        self.batch = np.zeros((row.pictures,) + row.shape), np.zeros(row.pictures)

    def __next__(self):
        for _ in range(self.row.pictures):
            self.row.spend()
        return self.batch


class Flow:
    """The published generator over pictures in memory: shifts, a mirror, and its warp where that is wanted."""

    def __init__(self, row):
        pictures = np.random.RandomState(1).uniform(0, 255, (2048,) + row.shape).astype("float32")
        generator = images.ImageDataGenerator(
            width_shift_range=0.1, height_shift_range=0.1, horizontal_flip=True)
        # random_transform looks the function up when it is called.
        images.apply_transform = apply_transform if row.work == "pictures" else unwarped
        self.flow = generator.flow(pictures, np.zeros(len(pictures)), batch_size=row.pictures, seed=1)

    def __next__(self):
        return self.flow.next()


def unwarped(picture, *transform, **how):
    return picture


def taken(batches, stop):
    """The batches in the way that fit_generator takes them: it looks, and sleeps where there is none."""
    while not stop.is_set():
        if batches.empty():
            time.sleep(CONSUMER_NAP)
        else:
            yield batches.get()
    raise RuntimeError("the generator ended")


def run(row):
    generator = Flow(row) if row.work in ("pictures", "no-warp") else Batches(row)
    measure_alone(row, generator.__next__)
    if row.processes:
        measure_pipe(next(generator))
    before = set(threading.enumerate())
    batches, stop = generator_queue(
        generator, max_q_size=row.ahead, nb_worker=row.workers, pickle_safe=row.processes)
    try:
        train(row, taken(batches, stop))
    finally:
        stop.set()
        for worker in multiprocessing.active_children():
            worker.terminate()
            worker.join()
        for worker in set(threading.enumerate()) - before:
            # A queue's own thread goes with its process's end.
            if type(worker) is threading.Thread and not row.processes:
                worker.join()


generator_queue, images = published_queue(), published_images()
apply_transform = images.apply_transform
say("ready", "keras=1.1.0", "numpy=" + np.__version__, "python=" + platform.python_version())
serve(run)
