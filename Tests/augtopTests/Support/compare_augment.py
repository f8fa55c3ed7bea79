"""Holds two builds of augtop against each other: the same `augment` runs have to give the same status
and the same bytes. Settings, orders, types and inputs are random; inputs are arrays, CIFAR records, and
folders of PNGs and of JPEGs of many kinds.

    python3 compare_augment.py OLD NEW [RUNS [SEED]] [NAME=VALUE ...]

NAME=VALUE is set in NEW's environment alone, as AUGTOP_KERNELS=avx2. Needs NumPy and Pillow.
"""
import hashlib, os, subprocess, sys, tempfile

import numpy as np
from PIL import Image, ImageFile

words = [word for word in sys.argv[1:] if "=" not in word]
variables = dict(word.split("=", 1) for word in sys.argv[1:] if "=" in word)
programs = [os.path.abspath(word) for word in words[:2]]
runs = int(words[2]) if len(words) > 2 else 400
random = np.random.default_rng(int(words[3]) if len(words) > 3 else 1)
# Room for a whole scan that is optimized.
ImageFile.MAXBLOCK = 1 << 22
scratch = tempfile.TemporaryDirectory()
os.chdir(scratch.name)


def chance(share):
    return random.random() < share


def choose(*values):
    return values[random.integers(len(values))]


def picture(height, width):
    """Smooth colours with some noise and hard edges, as photos have."""
    y, x = np.mgrid[:height, :width]
    waves = random.uniform(0.02, 0.5, (3, 2))
    values = np.stack([127 + 120 * np.sin(a * y + b * x) for a, b in waves], -1)
    values += random.normal(0, choose(0, 5, 40), values.shape)
    values[height // 3:height // 2, width // 4:width // 2] = random.integers(0, 256, 3)
    return values.clip(0, 255).astype("uint8")


def make_jpeg(path):
    image = Image.fromarray(picture(*random.integers(1, 400, 2)))
    mode = choose("RGB", "RGB", "RGB", "L", "CMYK")
    options = {"quality": int(random.integers(5, 101)), "progressive": chance(0.2), "optimize": chance(0.4)}
    if mode == "RGB":
        options["subsampling"] = choose(0, 1, 2)
    if chance(0.25):
        options["restart_marker_rows"] = int(random.integers(1, 4))
    image.convert(mode).save(path, "JPEG", **options)


def make_png(path):
    image = Image.fromarray(picture(*random.integers(1, 120, 2)))
    image.convert(choose("RGB", "RGB", "L", "RGBA", "P", "1", "LA")).save(path, "PNG")


def make_folder(number, make, ending):
    for kind in "ab":
        os.makedirs(f"in{number}/{kind}")
        for index in range(random.integers(2, 9)):
            make(f"in{number}/{kind}/{index}.{ending}")
    return f"in{number}"


def make_array(number):
    sides = choose((32, 32), (29, 29), (75, 31), (8, 200), (224, 224), (1, 1), (17, 16))
    count = 3 if sides[0] > 100 else int(random.integers(2, 70))
    channels = choose(3, 3, 1, 4)
    values = random.integers(0, 256, (count, *sides, channels)).astype("uint8")
    if chance(0.5):
        values = values.astype("float32") * np.float32(choose(1, 1, 1 / 255, -3.7))
    np.save(f"in{number}.npy", values)
    return f"in{number}.npy"


def make_cifar(number):
    with open(f"in{number}.bin", "wb") as file:
        for _ in range(random.integers(3, 70)):
            file.write(bytes([int(random.integers(10))]) + random.bytes(3072))
    return f"cifar10:in{number}.bin"


def make_input(number):
    kind = choose("jpeg", "jpeg", "png", "array", "array", "cifar")
    if kind == "jpeg":
        return kind, make_folder(number, make_jpeg, "jpg")
    if kind == "png":
        return kind, make_folder(number, make_png, "png")
    return kind, make_array(number) if kind == "array" else make_cifar(number)


def settings(kind):
    def sometimes(share, name, low, high):
        return [name, repr(float(random.uniform(low, high)))] if chance(share) else []

    options = ["--seed", str(random.integers(2**32)), "--batch-size", str(random.integers(1, 40))]
    options += sometimes(0.5, "--rotation-range", 0, 180)
    options += sometimes(0.5, "--width-shift-range", 0, 0.6)
    options += sometimes(0.5, "--height-shift-range", 0, 0.6)
    options += sometimes(0.3, "--shear-range", 0, 0.6)
    options += sometimes(0.4, "--zoom-range", 0, 0.9)
    options += sometimes(0.2, "--channel-shift-range", 0, 60)
    options += sometimes(0.2, "--lens-k1", -0.3, 0.3)
    options += sometimes(0.3, "--cval", -10, 300)
    options += ["--fill-mode", choose("nearest", "constant", "reflect", "wrap", "reflect-2016")]
    options += ["--interpolation", choose("nearest", "bilinear")]
    options += ["--dot", choose("fused", "separate")]
    for share, flag in [(0.5, "--horizontal-flip"), (0.3, "--vertical-flip"), (0.3, "--no-shuffle"),
                        (0.1, "--samplewise-center"), (0.1, "--samplewise-std-normalization"),
                        (0.1, "--featurewise-center"), (0.1, "--featurewise-std-normalization")]:
        options += [flag] if chance(share) else []
    options += ["--rescale", "0.00392156862745098"] if chance(0.3) else []
    options += ["--dim-ordering", "tf"] if chance(0.5) else []
    options += ["--epochs", "2"] if chance(0.2) else []
    if kind in ("jpeg", "png"):
        options += ["--target-size", "x".join(map(str, random.integers(1, 260, 2)))]
        options += ["--color-mode", "grayscale"] if chance(0.2) else []
        options += ["--class-mode", "sparse"] if chance(0.3) else []
        if chance(0.3):
            place = options.index("--target-size")
            del options[place:place + 2]
            options += ["--random-resized-crop", "x".join(map(str, random.integers(1, 260, 2)))]
    return options


def digest(path):
    """Of every file there, with its name."""
    names = [path] if os.path.isfile(path) else sorted(
        os.path.join(folder, name) for folder, _, files in os.walk(path) for name in files)
    total = hashlib.sha256()
    for name in names:
        total.update(os.path.relpath(name, path).encode() + open(name, "rb").read())
    return total.hexdigest(), len(names)


def run(program, side, source, output, options, extra):
    os.makedirs(side)
    done = subprocess.run(
        [program, "augment", source, f"{side}/{output}", *options], capture_output=True, text=True,
        env={**os.environ, **extra})
    return done.returncode, digest(side), done.stderr


equal, different, refused = 0, 0, 0
for number in range(runs):
    kind, source = make_input(number)
    output = "out/" if chance(0.2) else "out.npy"
    options = settings(kind)
    if output == "out.npy":
        options += ["--type", choose("float32", "float32", "uint8")]
    one = run(programs[0], f"old{number}", source, output, options, {})
    two = run(programs[1], f"new{number}", source, output, options, variables)
    if one[:2] == two[:2]:
        equal += 1
        refused += one[0] != 0
    else:
        different += 1
        print(f"DIFFERENT run {number}: {source} {' '.join(options)} to {output}")
        print("  ", one, "\n  ", two)
    if one[:2] == two[:2]:
        subprocess.run(["rm", "-rf", source.removeprefix("cifar10:"), f"old{number}", f"new{number}"])

print(f"{equal} equal, {refused} of them refused by both; {different} different")
sys.exit(different > 0)
