"""What Python makes of a bench row: Keras 1.1.0's steps in NumPy and SciPy, and OpenCV.

Started as `python3 -c SCRIPT WORKLOAD [FOLDER]`; the JPEG row takes the files of the folder, or makes
its own. Says on standard output, line by line:

    missing MODULE PACKAGE      a module isn't there; ends
    unknown WORKLOAD            no such row here; ends
    ready NAME=VERSION ...      the pictures are made; from now on each line read starts a run

and for each run, after passing over the pictures with each peer in turn:

    rate PEER PICTURES_PER_SECOND
    done

It ends with its standard input. Pictures, batches and shuffled order are as in augtop's own rows: a
set that no cache holds, batches of 32 into one buffer that is used again.
"""
import importlib
import math
import os
import sys
import time

BATCH = 32
# A run ends with the pictures, or with the first batch after so many seconds.
LONGEST_RUN = 0.5


def say(*words):
    print(*words, flush=True)


def need(modules):
    """Imports them, or names those that aren't there and ends."""
    found = {}
    for module, package in modules:
        try:
            found[module] = importlib.import_module(module)
        except ImportError:
            say("missing", module, package)
    if len(found) < len(modules):
        sys.exit(0)
    return found


found = need([("numpy", "numpy"), ("scipy.ndimage", "scipy"), ("cv2", "opencv-python-headless")])
np, cv2 = found["numpy"], found["cv2"]
scipy, affine_transform = importlib.import_module("scipy"), found["scipy.ndimage"].affine_transform
try:
    import simplejpeg
except ImportError:
    simplejpeg = None

cv2.setNumThreads(1)
random = np.random.default_rng(1)


class Transforms:
    """Keras's cifar10 example; with zoom; or everything that random_transform has."""

    def __init__(self, full, order, zooms=False):
        self.full = full
        self.zooms = full or zooms
        self.order = order

    def draw_batch(self, count, height, width):
        """For a whole batch at once: 2x3 matrices (x, y) in OpenCV's order, flips, shifts."""
        ty = random.uniform(-0.1, 0.1, count) * height
        tx = random.uniform(-0.1, 0.1, count) * width
        matrix = np.zeros((count, 2, 3))
        flips = (random.random(count) < 0.5).tolist()
        if not self.zooms:
            matrix[:, 0, 0] = matrix[:, 1, 1] = 1
            matrix[:, 0, 2], matrix[:, 1, 2] = tx, ty
            return matrix, flips, None
        theta = np.deg2rad(random.uniform(-15, 15, count)) * self.full
        shear = random.uniform(-0.1, 0.1, count) * self.full
        zy, zx = random.uniform(0.9, 1.1, (2, count))
        cos, sin = np.cos(theta), np.sin(theta)
        # R T S Z about the middle, in rows and columns.
        rr, rc = cos * zy, -(cos * np.sin(shear) + sin * np.cos(shear)) * zx
        cr, cc = sin * zy, (cos * np.cos(shear) - sin * np.sin(shear)) * zx
        my, mx = height / 2 + 0.5, width / 2 + 0.5
        matrix[:, 0, 0], matrix[:, 0, 1] = cc, cr
        matrix[:, 1, 0], matrix[:, 1, 1] = rc, rr
        matrix[:, 0, 2] = sin * ty + cos * tx + mx - cr * my - cc * mx
        matrix[:, 1, 2] = cos * ty - sin * tx + my - rr * my - rc * mx
        shifts = random.uniform(-20, 20, (count, 3)).tolist() if self.full else None
        return matrix, flips, shifts

    def opencv(self, pictures, indices, out):
        height, width, channels = pictures.shape[1:]
        matrices, flips, shifts = self.draw_batch(len(indices), height, width)
        flags = (cv2.INTER_LINEAR if self.order else cv2.INTER_NEAREST) | cv2.WARP_INVERSE_MAP
        for slot, index in enumerate(indices):
            to = out[slot]
            cv2.warpAffine(
                pictures[index], matrices[slot], (width, height), to, flags, cv2.BORDER_REPLICATE)
            if shifts:
                values = to.reshape(height, width * channels)
                low, high, _, _ = cv2.minMaxLoc(values)
                cv2.add(to, (*shifts[slot], 0), to)
                cv2.max(values, low, values)
                cv2.min(values, high, values)
            # Faster than a mirrored matrix, with which the warp reads backwards.
            if flips[slot]:
                cv2.flip(to, 1, to)

    def scipy(self, pictures, indices, out):
        for slot, index in enumerate(indices):
            out[slot] = self.keras(pictures[index])

    def keras(self, x):
        """One picture, step by step as ImageDataGenerator.random_transform goes."""
        height, width, channels = x.shape
        theta = np.pi / 180 * random.uniform(-15, 15) if self.full else 0
        tx = random.uniform(-0.1, 0.1) * height
        ty = random.uniform(-0.1, 0.1) * width
        shear = random.uniform(-0.1, 0.1) if self.full else 0
        zx, zy = random.uniform(0.9, 1.1, 2) if self.zooms else (1, 1)
        rotation = np.array([
            [np.cos(theta), -np.sin(theta), 0], [np.sin(theta), np.cos(theta), 0], [0, 0, 1]])
        translation = np.array([[1, 0, tx], [0, 1, ty], [0, 0, 1]])
        shearing = np.array([[1, -np.sin(shear), 0], [0, np.cos(shear), 0], [0, 0, 1]])
        zoom = np.array([[zx, 0, 0], [0, zy, 0], [0, 0, 1]])
        matrix = np.dot(np.dot(np.dot(rotation, translation), shearing), zoom)
        to_middle = np.array([[1, 0, height / 2 + 0.5], [0, 1, width / 2 + 0.5], [0, 0, 1]])
        back = np.array([[1, 0, -height / 2 - 0.5], [0, 1, -width / 2 - 0.5], [0, 0, 1]])
        matrix = np.dot(np.dot(to_middle, matrix), back)
        x = np.stack([
            affine_transform(
                x[:, :, channel], matrix[:2, :2], matrix[:2, 2], order=self.order, mode="nearest")
            for channel in range(channels)], axis=-1)
        if self.full:
            low, high = np.min(x), np.max(x)
            x = np.stack([
                np.clip(x[:, :, channel] + np.float32(random.uniform(-20, 20)), low, high)
                for channel in range(channels)], axis=-1)
        return x[:, ::-1, :] if random.random() < 0.5 else x

    def peers(self):
        return [("opencv", self.opencv), ("scipy", self.scipy)]


class Photographs:
    """Decodes JPEG files, crops and resizes them at random, mirrors and normalizes them."""

    def __init__(self, side):
        self.side = side
        self.small = np.empty((side, side, 3), np.uint8)
        self.room = np.empty(500 * 375 * 3, np.uint8)
        mean = np.array([0.485, 0.456, 0.406])
        std = np.array([0.229, 0.224, 0.225])
        # Every byte's normalized value: one look-up instead of two passes.
        table = (np.arange(256)[:, None] / 255 - mean) / std
        self.table = table.reshape(256, 1, 3).astype(np.float32)

    def decode(self, file):
        if simplejpeg:
            return simplejpeg.decode_jpeg(file, "RGB", buffer=self.room)
        picture = cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_COLOR)
        return cv2.cvtColor(picture, cv2.COLOR_BGR2RGB, picture)

    @staticmethod
    def crop(height, width):
        """torchvision's RandomResizedCrop."""
        for _ in range(10):
            area = height * width * random.uniform(0.08, 1)
            ratio = math.exp(random.uniform(math.log(3 / 4), math.log(4 / 3)))
            w, h = round(math.sqrt(area * ratio)), round(math.sqrt(area / ratio))
            if 0 < w <= width and 0 < h <= height:
                return random.integers(0, height - h + 1), random.integers(0, width - w + 1), h, w
        w, h = min(width, round(height * 4 / 3)), min(height, round(width * 4 / 3))
        return (height - h) // 2, (width - w) // 2, h, w

    def opencv(self, files, indices, out):
        for slot, index in enumerate(indices):
            picture = self.decode(files[index])
            top, left, height, width = self.crop(*picture.shape[:2])
            part = picture[top:top + height, left:left + width]
            cv2.resize(part, (self.side, self.side), self.small, interpolation=cv2.INTER_LINEAR)
            if random.random() < 0.5:
                cv2.flip(self.small, 1, self.small)
            cv2.LUT(self.small, self.table, out[slot])

    def bare(self, files, indices, out):
        for index in indices:
            self.decode(files[index])

    def peers(self):
        bare = [("decode", self.bare)] if simplejpeg else []
        return [("opencv", self.opencv)] + bare


def photographs():
    """The files of the given folder, or 64 made up."""
    if len(sys.argv) < 3:
        return [photograph() for _ in range(64)]
    files = []
    for name in sorted(os.listdir(sys.argv[2])):
        with open(os.path.join(sys.argv[2], name), "rb") as file:
            files.append(file.read())
    return files


def photograph():
    """Noise of four sizes; as a JPEG about as long as a photograph's."""
    picture = np.full((375, 500, 3), 128, np.float32)
    for columns, depth in ((4, 60), (16, 35), (64, 18), (256, 9)):
        noise = random.standard_normal((columns * 3 // 4, columns, 3), np.float32)
        picture += depth * cv2.resize(noise, (500, 375), interpolation=cv2.INTER_CUBIC)
    picture = np.clip(picture, 0, 255).astype(np.uint8)
    options = [cv2.IMWRITE_JPEG_QUALITY, 96, cv2.IMWRITE_JPEG_SAMPLING_FACTOR,
               cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420]
    return cv2.imencode(".jpg", picture, options)[1].tobytes()


def pictures(count, side, kind):
    return random.integers(0, 256, (count, side, side, 3), np.uint8).astype(kind)


# For each row: the pictures, the batch's type, and what is done to them.
WORKLOADS = {
    "seed32": lambda: (pictures(10_000, 32, np.float32), Transforms(False, 0)),
    "full32-nearest": lambda: (pictures(10_000, 32, np.float32), Transforms(True, 0)),
    "full32-bilinear": lambda: (pictures(10_000, 32, np.float32), Transforms(True, 1)),
    "full224-bilinear": lambda: (pictures(256, 224, np.float32), Transforms(True, 1)),
    "full224-bilinear-u8": lambda: (pictures(256, 224, np.uint8), Transforms(True, 1)),
    "zoom224": lambda: (pictures(256, 224, np.float32), Transforms(False, 1, zooms=True)),
    "jpeg224": lambda: (photographs(), Photographs(224)),
}


def rate(make, source, out):
    """Pictures a second over a shuffled pass."""
    order = random.permutation(len(source)).tolist()
    made = 0
    start = time.perf_counter()
    while made < len(order) and time.perf_counter() - start < LONGEST_RUN:
        batch = order[made:made + BATCH]
        make(source, batch, out)
        made += len(batch)
    return made / (time.perf_counter() - start)


def main(workload):
    if workload not in WORKLOADS:
        return say("unknown", workload)
    source, work = WORKLOADS[workload]()
    if isinstance(work, Photographs):
        out = np.zeros((BATCH, 224, 224, 3), np.float32)
    else:
        out = np.zeros((BATCH,) + source.shape[1:], source.dtype)
    versions = {
        "Python": sys.version.split()[0], "OpenCV": cv2.__version__, "NumPy": np.__version__,
        "SciPy": scipy.__version__, "simplejpeg": getattr(simplejpeg, "__version__", "none")}
    say("ready", *(f"{name}={version}" for name, version in versions.items()))
    for _ in sys.stdin:
        for peer, make in work.peers():
            say("rate", peer, rate(make, source, out))
        say("done")


main(sys.argv[1])
