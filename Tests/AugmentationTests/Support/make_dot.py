"""Makes Goldens/dot.json: checksums of what the published Keras 1.1.0 makes of grey pictures on a
NumPy whose OpenBLAS rounds products and sums one by one, and on one that fuses them.

    pip download --no-deps --no-build-isolation --no-binary :all: keras==1.1.0
    tar xf Keras-1.1.0.tar.gz
    python3 make_dot.py Keras-1.1.0 > Goldens/dot.json

Needs NumPy with its own OpenBLAS, SciPy, and an x86-64 processor of Haswell or later. It runs itself
once for each kernel: OPENBLAS_CORETYPE=Nehalem (separate) and Haswell (fused).
"""
import json, os, subprocess, sys, tempfile

import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../TestSupport"))
from published_keras import image_module

SIDES = [(29, 29), (31, 28), (28, 31), (32, 32), (33, 51)]
FILLS = ["nearest", "constant", "reflect", "wrap"]
RANGES = [dict(shear_range=0.2),
          dict(shear_range=0.4, horizontal_flip=True, vertical_flip=True),
          dict(rotation_range=40, shear_range=0.1),
          dict(rotation_range=15, width_shift_range=0.1, height_shift_range=0.2, shear_range=0.3,
               zoom_range=[0.8, 1.3], horizontal_flip=True)]
COUNT, SEED, CVAL = 64, 7, 9.0


def checksum(values):
    """FNV-1a, 64 bits."""
    total = 0xcbf29ce484222325
    for value in values.tobytes():
        total = (total ^ value) * 0x100000001b3 & 0xffffffffffffffff
    return f"{total:016x}"


def pictures(height, width):
    """The test's pictures: no two neighbours are alike."""
    places = np.arange(COUNT * height * width, dtype=np.int64)
    return (places * places // 7 % 251).astype("float32").reshape(COUNT, height, width, 1)


def run(image):
    for height, width in SIDES:
        for fill in FILLS:
            for ranges in RANGES:
                generator = image.ImageDataGenerator(fill_mode=fill, cval=CVAL, **ranges)
                np.random.seed(SEED)
                flow = generator.flow(pictures(height, width), batch_size=COUNT, shuffle=False)
                yield next(flow).astype("uint8")


if len(sys.argv) == 3:
    with open(sys.argv[2], "wb") as file:
        for made in run(image_module(sys.argv[1])):
            file.write(made.tobytes())
    sys.exit()
made = {}
for core, name in [("Nehalem", "separate"), ("Haswell", "fused")]:
    with tempfile.NamedTemporaryFile() as file:
        subprocess.run([sys.executable, __file__, sys.argv[1], file.name], check=True,
                       env=dict(os.environ, OPENBLAS_CORETYPE=core))
        made[name] = np.fromfile(file.name, "uint8")
rows, place = [], 0
for height, width in SIDES:
    for fill in FILLS:
        for number in range(len(RANGES)):
            end = place + COUNT * height * width
            separate, fused = (made[name][place:end] for name in ("separate", "fused"))
            unlike = (separate != fused).reshape(COUNT, -1).any(1).sum()
            rows.append(dict(height=height, width=width, fill=fill, ranges=number,
                             separate=checksum(separate), fused=checksum(fused),
                             unlike=int(unlike)))
            place = end
print("[\n" + ",\n".join("  " + json.dumps(row) for row in rows) + "\n]")
