"""Holds `augtop augment` against the published Keras 1.1.0, run as it is: flow with save_to_dir, an
augmented fit, channels first, and flow_from_directory with its labels.

    pip download --no-deps --no-binary :all: keras==1.1.0 && tar xf Keras-1.1.0.tar.gz
    python3 check_keras.py Keras-1.1.0 .build/debug/augtop

Needs NumPy, SciPy and Pillow. Keras's module is loaded alone, over a backend of two constants; names
that NumPy and SciPy have dropped since 2016 are put back, and Pillow's default filter with them.
"""
import json, os, subprocess, sys, tempfile

import numpy as np
from PIL import Image

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../TestSupport"))
from published_keras import image_module

keras_folder, augtop = sys.argv[1:]
image = image_module(keras_folder)
resize = Image.Image.resize
Image.Image.resize = lambda self, size: resize(self, size, Image.NEAREST)

scratch = tempfile.TemporaryDirectory()
os.chdir(scratch.name)
failures = 0


def check(what, holds):
    global failures
    failures += not holds
    print("ok   " if holds else "WRONG", what)


def run(*arguments):
    done = subprocess.run([augtop, "augment", *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def options(settings):
    words = []
    for name, value in settings.items():
        words += ["--" + name.replace("_", "-")] + ([] if value is True else [str(value)])
    return words


FULL = dict(rotation_range=15, width_shift_range=0.1, height_shift_range=0.2, shear_range=0.1,
            channel_shift_range=20, horizontal_flip=True, fill_mode="wrap")
pictures = np.random.RandomState(5).randint(0, 256, (23, 12, 9, 3)).astype("float32")
np.save("in.npy", pictures)
np.save("th.npy", pictures.transpose(0, 3, 1, 2).copy())


def flow(generator, x, batches, **arguments):
    iterator = generator.flow(x, batch_size=5, **arguments)
    return np.concatenate([next(iterator) for _ in range(batches)])


# save_to_dir: the names, the files, the stretched batch, and the stream that the numbers move.
os.mkdir("theirs")
generator = image.ImageDataGenerator(**FULL)
theirs = flow(generator, pictures, 10, seed=7, save_to_dir="theirs", save_prefix="x",
              save_format="png")
run("in.npy", "out.npy", "--batch-size", 5, "--seed", 7, "--epochs", 2, "--save-to-dir", "ours",
    "--save-prefix", "x", *options(FULL))
check("save_to_dir: the names", sorted(os.listdir("ours")) == sorted(os.listdir("theirs")))
check("save_to_dir: the files", all(
    np.array_equal(Image.open(f"ours/{name}"), Image.open(f"theirs/{name}"))
    for name in os.listdir("theirs")))
check("save_to_dir: the batch", np.array_equal(np.load("out.npy"), theirs.astype("float32")))

# Channels first, in and out; and the same files as from channels last.
generator = image.ImageDataGenerator(dim_ordering="th", **FULL)
theirs = flow(generator, np.load("th.npy"), 10, seed=7)
run("th.npy", "out-th.npy", "--batch-size", 5, "--seed", 7, "--epochs", 2, "--dim-ordering", "th",
    *options(FULL))
check("th", np.array_equal(np.load("out-th.npy"), theirs.astype("float32")))
os.mkdir("theirs-th")
theirs = flow(generator, np.load("th.npy"), 5, seed=7, save_to_dir="theirs-th", save_format="png")
run("th.npy", "out-th.npy", "--force", "--batch-size", 5, "--seed", 7, "--dim-ordering", "th",
    "--save-to-dir", "ours-th", *options(FULL))
check("th, save_to_dir: the files", sorted(os.listdir("ours-th")) == sorted(
    os.listdir("theirs-th")) and all(
        np.array_equal(Image.open(f"ours-th/{name}"), Image.open(f"theirs-th/{name}"))
        for name in os.listdir("theirs-th")))
check("th, save_to_dir: the batch", np.array_equal(np.load("out-th.npy"), theirs.astype("float32")))

# An augmented fit, and the flow that goes on with its stream.
for name in ("featurewise_center", "featurewise_std_normalization"):
    generator = image.ImageDataGenerator(**FULL, **{name: True})
    np.random.seed(3)
    generator.fit(pictures.copy(), augment=True, rounds=3)
    theirs = flow(generator, pictures, 5, shuffle=False)
    run("in.npy", "out.npy", "--force", "--batch-size", 5, "--seed", 3, "--no-shuffle",
        "--fit-augment", "--fit-rounds", 3, "--" + name.replace("_", "-"), *options(FULL))
    difference = np.abs(np.load("out.npy") - theirs).max() / np.abs(theirs).max()
    check(f"fit(augment=True, rounds=3), {name}: within {difference:.1e}", difference < 1e-6)

# Folders: classes, labels, sizes. Keras takes the files in the file system's order; here by name.
listdir = os.listdir
os.listdir = lambda path: sorted(listdir(path))
for number, (folder, name) in enumerate([
        ("cats", "b.png"), ("cats", "a.PNG"), ("dogs", "x.bmp"), ("dogs", "y.txt"),
        ("emus", "1.png"), ("emus", "2.jpeg"), ("empty", None)]):
    os.makedirs(f"photos/{folder}", exist_ok=True)
    if name == "y.txt":
        open(f"photos/{folder}/{name}", "w").close()
    elif name:
        height, width = 20 + 7 * number, 31 + 3 * number
        noise = np.random.RandomState(number).randint(0, 256, (height, width, 3)).astype("uint8")
        noise = noise if not name.endswith("jpeg") else noise // 64 + 90
        Image.fromarray(noise).save(f"photos/{folder}/{name}", quality=95)
for mode, color, size, classes in [
        ("categorical", "rgb", None, None), ("sparse", "grayscale", (40, 33), None),
        ("binary", "rgb", (17, 64), ["emus", "cats"]), (None, "rgb", (30, 30), None)]:
    generator = image.ImageDataGenerator(**FULL)
    arguments = dict(target_size=size) if size else {}
    if classes:
        arguments["classes"] = classes
    iterator = generator.flow_from_directory(
        "photos", color_mode=color, class_mode=mode, batch_size=2, seed=11, **arguments)
    batches = [next(iterator) for _ in range((iterator.N + 1) // 2)]
    x = np.concatenate([batch[0] if mode else batch for batch in batches])
    run("photos", "photos.npy", "--force", "--batch-size", 2, "--seed", 11, "--color-mode", color,
        "--class-mode", mode or "none", *options(FULL),
        *(["--target-size", "%dx%d" % size] if size else []),
        *(["--classes", ",".join(classes)] if classes else []))
    ours = np.load("photos.npy")
    check(f"flow_from_directory {mode} {color} {size}: pictures",
          ours.shape == x.shape and np.array_equal(ours, x.astype("float32")))
    if mode:
        y, labels = np.concatenate([batch[1] for batch in batches]), np.load("photos.labels.npy")
        check(f"flow_from_directory {mode}: labels",
              y.dtype == labels.dtype and np.array_equal(y, labels))
        with open("photos.classes.json") as names:
            check(f"flow_from_directory {mode}: class_indices",
                  json.load(names) == iterator.class_indices)
sys.exit(failures > 0)
