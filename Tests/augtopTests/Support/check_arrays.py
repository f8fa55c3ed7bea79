"""Holds what `augtop augment` reads from arrays against NumPy's `astype('float32')`: random arrays of
every type, byte order and order, in every version of the format and in archives; and files whose
headers are mutated, which NumPy must read alike where augtop reads them.

    python3 check_arrays.py .build/debug/augtop [ROUNDS [SEED]]
"""
import io, os, subprocess, sys, tempfile, warnings, zipfile

import numpy as np

augtop = os.path.abspath(sys.argv[1])
rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 100
random = np.random.default_rng(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
scratch = tempfile.TemporaryDirectory()
os.chdir(scratch.name)
warnings.simplefilter("ignore")
TYPES = ["?", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8"]
wrong = 0
read = {"arrays": 0, "archives": 0, "mutated": 0, "refused": 0}


def augment(name, *options):
    done = subprocess.run(
        [augtop, "augment", name, "out.npy", "--no-shuffle", "--force", *options],
        capture_output=True, text=True, timeout=60)
    return done.returncode, done.stderr, np.load("out.npy") if done.returncode == 0 else None


def check(what, holds, why=""):
    global wrong
    wrong += not holds
    if not holds:
        print("WRONG", what, why)


def same(one, other):
    return one.shape == other.shape and np.array_equal(one, other, equal_nan=True)


def array():
    kind = np.dtype(random.choice(TYPES)).newbyteorder(random.choice(["<", ">"]))
    shape = tuple(int(side) for side in random.integers(1, 7, random.choice([3, 4])))
    count = int(np.prod(shape))
    if kind.kind == "f" and random.random() < 0.7:
        values = random.standard_normal(shape) * 10.0 ** random.integers(-45, 45)
        values = values.astype(kind)
    else:
        values = np.frombuffer(random.bytes(count * kind.itemsize), kind).reshape(shape)
    return np.asfortranarray(values) if random.random() < 0.5 else values


def expected(values, ordering):
    values = values.astype("float32")
    if values.ndim == 3:
        values = values[:, np.newaxis] if ordering == "th" else values[..., np.newaxis]
    return values


for round in range(rounds):
    values = array()
    ordering = str(random.choice(["tf", "th"]))
    about = f"round {round}: {values.dtype.str} {values.shape} {ordering}"
    archive = random.random() < 0.4
    options = ["--dim-ordering", ordering]
    if archive:
        others = {"other": np.arange(3)} if random.random() < 0.5 else {}
        save = np.savez_compressed if random.random() < 0.5 else np.savez
        save("in.npz", X=values, **others)
        if random.random() < 0.2:
            # zip64 from the start, as numpy.savez writes it, and a file before and a comment behind.
            with zipfile.ZipFile("in.npz", "a") as file:
                file.comment = b"comment" * int(random.integers(1, 50))
        name = "in.npz:X" if others or random.random() < 0.5 else "in.npz"
        read["archives"] += 1
    else:
        with open("in.npy", "wb") as file:
            version = [(1, 0), (2, 0), (3, 0)][random.integers(3)]
            np.lib.format.write_array(file, values, version=version)
        name = "in.npy"
        read["arrays"] += 1
    status, error, found = augment(name, *options)
    check(about, status == 0, error)
    if status == 0:
        check(about, same(found, expected(values, ordering)))
    if values.dtype.str == "|u1":
        status, error, found = augment(name, "--type", "uint8", *options)
        check(about + " bytes", status == 0 and same(found, expected(values, ordering)), error)
    # A few bytes of the header changed: read as NumPy reads it, or refused.
    if not archive:
        data = bytearray(open("in.npy", "rb").read())
        if random.random() < 0.5:
            # Another type, order or length that may well fit.
            change = [(b"'<", b"'>"), (b"'>", b"'="), (b"'|", b"'<"), (b"False", b"True "), (b"True", b"False"),
                      (b"f4", b"i4"), (b"f8", b"u8"), (b"i2", b"f2"), (b"(", b"( "), (b", }", b"}  "),
                      (b"u1", b"b1"), (b"'", b'"'), (b"' ", b"'  "), (b"\n", b" ")]
            old, new = change[random.integers(len(change))]
            data[10:] = data[10:128].replace(old, new) + data[128:]
        for _ in range(random.integers(0, 3)):
            place = int(random.integers(6, min(len(data), 80)))
            pick = random.integers(3)
            if pick == 0:
                data[place] = random.integers(256)
            elif pick == 1:
                data[place:place + 1] = b""
            else:
                data[place] = int(random.choice(list(b"0123456789,()'<>fiu TF")))
        open("in.npy", "wb").write(data)
        status, error, found = augment("in.npy")
        check(f"round {round}: mutated", status in (0, 2), (status, error))
        if status == 0:
            read["mutated"] += 1
            try:
                other = expected(np.load(io.BytesIO(bytes(data))), "tf")
                check(f"round {round}: mutated", same(found, other), bytes(data[:90]))
            except Exception as fault:
                check(f"round {round}: mutated", False, (fault, bytes(data[:90])))
        else:
            read["refused"] += 1

print(f"{wrong} wrong;", ", ".join(f"{count} {what}" for what, count in read.items()))
sys.exit(wrong > 0)
