#!/usr/bin/env python3
"""The article's table of published GPUs in front of this machine's own JPEG pipeline.

    python3 Tests/augtopTests/Support/gpu_table.py .build/release/augtop [PHOTOS]

Measures once what a picture costs one worker here (decoding, random resized crop to 224, mirror, collating),
by `augtop simulate`, and writes it as a cost profile. Then, for each model and GPU, and 1, 2, 4 and 8 workers
on eight cores like this one, `augtop advise --simulated` says what an epoch of ImageNet's 1 281 167 pictures takes, what
limits it, and the best change that costs nothing. Without PHOTOS, a folder of JPEGs, it makes 256 synthetic
photographs of 500x375, which takes Pillow and NumPy. Prints Markdown.
"""
import json, subprocess, sys, tempfile

MODELS = ["resnet50", "seresnext101_32x4d", "efficientnet_b0"]
GPUS = ["v100-16gb:amp", "rtx-3090:amp", "a100-80gb:amp"]
WORKERS = [1, 2, 4, 8]
PICTURES = 1281167


def make_photos(folder):
    import numpy
    from PIL import Image
    random = numpy.random.default_rng(1)
    for number in range(256):
        shapes = Image.fromarray(random.integers(0, 256, (12, 16, 3), dtype="uint8"))
        photo = numpy.asarray(shapes.resize((500, 375), Image.BICUBIC), dtype="float32")
        photo = numpy.clip(photo + random.normal(0, 12, photo.shape), 0, 255).astype("uint8")
        Image.fromarray(photo).save(f"{folder}/{number:03}.jpg", quality=90)


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout)


def profile(augtop, session):
    """A cost profile with the wall time of each stage here."""
    report = run(augtop, "simulate", "--json", "--costs", "native", "--duration", "20s",
                 "--workers", "1", "--cores", "1", "--gpu", "1ms", *session)
    costs = {stage["id"]: {"fixed_us": stage["wall_us_per_image"] or 0} for stage in report["stages"]}
    return {"schema": "augtop-costs/1", "name": "this machine's JPEGs", "unit": "microseconds",
            "stages": costs}


def cell(advice):
    text = f"{advice['epoch_s'] / 60:.1f}, " + ("GPU" if advice["gpu_is_the_limit"] else "input")
    best = advice["best_free"]
    return text + (f"; {' + '.join(best['changes'])}: {best['epoch_s'] / 60:.1f}" if best else "")


def main():
    augtop = sys.argv[1]
    with tempfile.TemporaryDirectory() as made:
        photos = sys.argv[2] if len(sys.argv) > 2 else made
        if photos == made:
            make_photos(photos)
        session = ["--dataset", f"folder:{photos}", "--random-resized-crop", "224",
                   "--horizontal-flip", "--batch-size", "64", "--samples-per-epoch", str(PICTURES),
                   "--loader", "torch", "--no-gil"]
        costs = profile(augtop, session)
        picture = sum(stage["fixed_us"] for stage in costs["stages"].values())
        print(f"{picture:.0f} us a picture, {1e6 / picture:.0f} pictures/s a worker\n")
        with open(f"{made}/costs.json", "w") as file:
            json.dump(costs, file)
        heads = ["1 worker"] + [f"{count} workers" for count in WORKERS[1:]]
        print("| model | GPU | pictures/s | " + " | ".join(heads) + " |")
        print("|---|---|---:|" + "---|" * len(WORKERS))
        for model in MODELS:
            for gpu in GPUS:
                rows = [run(augtop, "advise", "--simulated", "--json", "--costs", f"{made}/costs.json",
                            "--workers", str(count), "--cores", "8",
                            "--gpu", f"{model}@{gpu}", *session) for count in WORKERS]
                rate = PICTURES / rows[0]["unstarved_s"]
                print(f"| {model} | {gpu} | {rate:.0f} | " + " | ".join(map(cell, rows)) + " |",
                      flush=True)


main()
