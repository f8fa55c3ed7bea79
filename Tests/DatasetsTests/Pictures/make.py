"""Makes the small pictures here, and what Pillow decodes them to: decoded.bin holds the values of
convert("RGB") and convert("L") one after the other for each line of decoded.txt: name, height, width.

Run in this folder with Pillow 13.0 (libjpeg-turbo 3.2) and NumPy: python3 make.py
The .npy files aren't made here: they are what Keras 1.1.0 and Pillow's NEAREST gave (see the tests).
"""

import os
import struct
import zlib

import numpy as np
from PIL import Image

random = np.random.RandomState(1)
y, x = np.mgrid[:11, :13]
colours = np.stack([x * 15 + y, y * 21, 200 - x * 9 + y * 4], -1) % 256
colours = (colours * 0.9 + random.randint(0, 20, colours.shape)).clip(0, 255).astype("uint8")
picture = Image.fromarray(colours)
grey = picture.convert("L")
clear = picture.convert("RGBA")
clear.putalpha(Image.fromarray(colours[..., 0]))

for name, sampling in (("444", 0), ("422", 1), ("420", 2)):
    picture.save(f"{name}.jpg", quality=90, subsampling=sampling)
picture.save("progressive.jpg", quality=80, progressive=True)
picture.save("restarts.jpg", quality=75, restart_marker_blocks=1)
picture.save("keeprgb.jpg", quality=90, keep_rgb=True)
grey.save("grey.jpg")
picture.convert("CMYK").save("cmyk.jpg", quality=90)
picture.crop((0, 0, 1, 1)).save("one.jpg")

picture.save("rgb.png")
grey.save("grey.png")
picture.quantize(17).save("palette.png")
picture.quantize(11).save("palette4.png", bits=4)
picture.quantize(9).save("palettealpha.png", transparency=3)
picture.convert("1").save("bits.png")
clear.save("rgba.png")
clear.convert("LA").save("greyalpha.png")
grey.save("greykey.png", transparency=int(np.array(grey)[0, 0]))
picture.crop((0, 0, 1, 1)).save("one.png")

picture.save("rgb.bmp")
grey.save("grey.bmp")
picture.quantize(50).save("palette.bmp")
clear.save("rgba.bmp")
picture.crop((0, 0, 1, 1)).save("one.bmp")


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(name, width, height, depth, kind, rows, interlaced=0):
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, interlaced)
    with open(name, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header))
        file.write(chunk(b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows))))
        file.write(chunk(b"IEND", b""))


def adam7(values):
    for top, left, down, right in (
        (0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1),
    ):
        part = values[top::down, left::right]
        if part.size:
            yield from (row.tobytes() for row in part)


png("interlaced.png", 13, 11, 8, 2, adam7(colours), 1)
png("interlacedgrey.png", 13, 11, 8, 0, adam7(colours[..., 0].copy()), 1)
png("rgb16.png", 3, 2, 16, 2, [random.bytes(18) for _ in range(2)])
png("rgba16.png", 3, 2, 16, 6, [random.bytes(24) for _ in range(2)])
png("greyalpha16.png", 3, 2, 16, 4, [random.bytes(12) for _ in range(2)])
png("grey2.png", 4, 2, 2, 0, [b"\x1b", b"\xe4"])
png("grey4.png", 2, 2, 4, 0, [b"\x1b", b"\xe4"])

content = bytearray(open("rgb.bmp", "rb").read())
content[22:26] = struct.pack("<i", -11)
open("topdown.bmp", "wb").write(content)
with open("core.bmp", "wb") as file:
    file.write(b"BM" + struct.pack("<IHHI", 0, 0, 0, 26) + struct.pack("<IHHHH", 12, 2, 2, 1, 24))
    file.write(bytes([1, 2, 3, 4, 5, 6, 0, 0, 7, 8, 9, 10, 11, 12, 0, 0]))
with open("masks.bmp", "wb") as file:
    file.write(b"BM" + struct.pack("<IHHI", 0, 0, 0, 66))
    file.write(struct.pack("<IiiHHIIiiII", 40, 1, 1, 1, 32, 3, 4, 0, 0, 0, 0))
    file.write(struct.pack("<III", 0xFF000000, 0xFF0000, 0xFF00) + bytes([1, 2, 3, 4]))

with open("decoded.txt", "w") as index, open("decoded.bin", "wb") as values:
    for name in sorted(os.listdir(".")):
        if name.endswith((".jpg", ".png", ".bmp")) and name not in ("grey16.png", "large.jpg"):
            found = Image.open(name)
            index.write(f"{name} {found.height} {found.width}\n")
            for mode in ("RGB", "L"):
                values.write(np.array(found.convert(mode)).tobytes())

# Not compared with Pillow, which limits grey16.png to 0...255 and can't decode parts.
y, x = np.mgrid[:48, :70]
waves = np.stack([128 + 100 * np.sin(x / 9), 128 + 90 * np.cos(y / 7 + x / 20), x * y % 256], -1)
Image.fromarray(waves.astype("uint8")).save("large.jpg", quality=80, subsampling=2)
png("grey16.png", 3, 2, 16, 0, [random.bytes(6) for _ in range(2)])
