"""Makes the small pictures here, and what Pillow decodes them to: decoded.bin holds the values of
convert("RGB") and convert("L") one after the other for each line of decoded.txt: name, height, width.

Run in this folder with Pillow 13.0 (libjpeg-turbo 3.2) and NumPy: python3 make.py
The .npy files aren't made here: they are what Keras 1.1.0 and Pillow's NEAREST gave (see the tests).
"""

import os
import struct
import zlib

import numpy as np
from PIL import Image, ImageOps

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
grey16 = np.array([[0, 200, 255], [256, 3000, 65535]], ">u2")
png("grey16.png", 3, 2, 16, 0, [row.tobytes() for row in grey16])

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

def saved(name, image=picture, **options):
    image.save(name, **options)
    return bytearray(open(name, "rb").read())


def write(name, *parts):
    with open(name, "wb") as file:
        file.write(b"".join(bytes(part) for part in parts))


# JPEG that libjpeg reads with warnings: the scan ends early; zeros in it; bytes before the end.
content = open("444.jpg", "rb").read()
scan = content.index(b"\xff\xda") + 14
write("early.jpg", content[: scan + 60], b"\xff\xd9")
write("zeros.jpg", content[: scan + 60], bytes(20), content[scan + 80 :])
write("stray.jpg", content[:-2], bytes(range(1, 40)), content[-2:])

# PNG that Pillow reads in spite of a wrong checksum, a missing end, missing rows.
content = bytearray(open("rgb.png", "rb").read())
end = content.index(b"IEND") - 4
write("noend.png", content[:end])
content[end - 1] ^= 1
write("checksum.png", content)
rows = [b"\0" + row.tobytes() for row in colours]
header = struct.pack(">IIBBBBB", 13, 11, 8, 2, 0, 0, 0)
begin = b"\x89PNG\r\n\x1a\n"
write("missing.png", begin, chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(b"".join(rows[:7]))),
      chunk(b"IEND", b""))
header = struct.pack(">IIBBBBB", 13, 11, 8, 3, 0, 0, 0)
rows = [b"\0" + bytes((x * y) % 7 for x in range(13)) for y in range(5)]
write("missingpalette.png", begin, chunk(b"IHDR", header), chunk(b"PLTE", colours.tobytes()[:21]),
      chunk(b"IDAT", zlib.compress(b"".join(rows))), chunk(b"IEND", b""))
header = struct.pack(">IIBBBBB", 13, 11, 8, 2, 0, 0, 1)
data = b"".join(b"\0" + row for row in adam7(colours))
write("missinginterlaced.png", begin, chunk(b"IHDR", header),
      chunk(b"IDAT", zlib.compress(data[: 2 * 7 + 2 * 7 + 2 * 13 + 3 * 13])), chunk(b"IEND", b""))


def bmp(name, bits, data, size=40, compression=0, palette=b"", masks=b"", height=11, colours=0):
    info = struct.pack("<IiiHHIIiiII", size, 13, height, 1, bits, compression, 0, 0, 0, colours, 0)
    info += masks if size == 40 else (masks + bytes(84))[: size - 40]
    offset = 14 + len(info) + len(palette)
    write(name, b"BM", struct.pack("<IHHI", offset + len(data), 0, 0, offset), info, palette, data)


some = random.randint(0, 256, 400).astype("uint8").tobytes()
table = b"".join(bytes(colour[::-1]) + b"\0" for colour in colours.reshape(-1, 3)[:16].tolist())
bmp("bits1.bmp", 1, some[:44], palette=table[:8])
bmp("bits4.bmp", 4, some[:88], palette=table)
bmp("few4.bmp", 4, some[:88], palette=table[:20], colours=5)
bmp("555.bmp", 16, some[:308])
bmp("masks555.bmp", 16, some[:308], 56, 3, masks=struct.pack("<IIII", 0x7C00, 0x3E0, 0x1F, 0))
bmp("565.bmp", 16, some[:308], 40, 3, masks=struct.pack("<III", 0xF800, 0x7E0, 0x1F), height=-11)
bmp("os2.bmp", 4, some[:88], 64, palette=table)
bmp("v5.bmp", 24, some + some[:40], 124)
runs = bytes([13, 2, 0, 0, 0, 5, 1, 2, 3, 4, 5, 0, 8, 7, 0, 0, 0, 2, 4, 2, 9, 1, 0, 0]) + bytes([13, 6, 0, 0]) * 7
bmp("rle8.bmp", 8, runs + b"\0\1", compression=1, palette=table, colours=16)
runs = bytes([13, 0x21, 0, 0, 0, 5, 0x12, 0x34, 0x50, 0, 8, 0x70, 0, 0, 0, 2, 4, 2, 9, 0x13, 0, 0])
bmp("rle4.bmp", 4, runs + bytes([13, 0x6A, 0, 0]) * 7 + b"\0\1", compression=2, palette=table)

indexed = picture.quantize(30)
saved("palette.gif", indexed, interlace=0)
saved("interlaced.gif", indexed, interlace=1)
saved("grey.gif", grey)
content = saved("partial.gif", indexed, interlace=1, transparency=5)
frame = content.index(b",\0\0\0\0")
content[6:10] = struct.pack("<HH", 17, 19)
content[frame + 1 : frame + 5] = struct.pack("<HH", 2, 3)
write("partial.gif", content)
content = saved("local.gif", indexed, interlace=0)
frame = content.index(b",\0\0\0\0")
bits = content[10] & 7
colourful = 13 + (6 << bits)
content[frame + 9] |= 0x80 | bits
write("local.gif", content[:13], some[: 6 << bits], content[colourful : frame + 10], content[13:colourful],
      content[frame + 10 :])
indexed.save("frames.gif", save_all=True, append_images=[picture.rotate(180).quantize(9)])

picture.save("lossy.webp", quality=70)
picture.save("lossless.webp", lossless=True)
clear.save("alpha.webp", quality=60, alpha_quality=50)
clear.save("alphalossless.webp", lossless=True, exact=True)
picture.save("frames.webp", save_all=True, append_images=[picture.rotate(180)], lossless=True)
content = bytearray(open("frames.webp", "rb").read())
canvas = content.index(b"VP8X") + 12
content[canvas : canvas + 6] = struct.pack("<I", 19)[:3] + struct.pack("<I", 15)[:3]
frame = content.index(b"ANMF") + 8
content[frame : frame + 6] = struct.pack("<I", 2)[:3] + struct.pack("<I", 1)[:3]
write("partial.webp", content)

for name, mode, compression in (
    ("bits", "1", "group4"), ("grey", "L", "packbits"), ("palette", "P", "tiff_lzw"), ("rgb", "RGB", None),
    ("deflate", "RGB", "tiff_adobe_deflate"), ("jpeg", "RGB", "jpeg"), ("rgba", "RGBA", "tiff_lzw"),
    ("cmyk", "CMYK", "lzma"), ("ycbcr", "YCbCr", None), ("greyalpha", "LA", "zstd"),
):
    image = indexed if mode == "P" else (clear if mode in ("RGBA", "LA") else picture).convert(mode)
    image.save(f"{name}.tif", compression=compression, tiffinfo={278: 8})
grey.save("big.tif", big_tiff=True)
Image.fromarray(colours[..., 0].astype("float32") * 1.5 - 60).save("float.tif", compression="tiff_lzw")


def tiff(name, order, data, **tags):
    """A TIFF of the tags of these numbers; `at` is where the data begin."""
    kinds = {"H": 3, "I": 4}
    count = len(tags)
    place = 8 + 2 + 12 * count + 4
    entries, behind = b"", b""
    values = {int(tag[1:]): value for tag, value in tags.items()}
    longs = sum(4 * len(v[1]) if v[0] == "I" else 2 * len(v[1]) for v in values.values()
                if len(v[1]) * (4 if v[0] == "I" else 2) > 4)
    for tag, (kind, numbers) in sorted(values.items()):
        numbers = [place + longs + n if tag in (273, 324) else n for n in numbers]
        packed = struct.pack(order + kind * len(numbers), *numbers)
        entry = packed.ljust(4, b"\0")
        if len(packed) > 4:
            entry = struct.pack(order + "I", place + len(behind))
            behind += packed
        entries += struct.pack(order + "HHI", tag, kinds[kind], len(numbers)) + entry
    write(name, b"II*\0" if order == "<" else b"MM\0*", struct.pack(order + "IH", 8, count), entries, bytes(4),
          behind, data)


tiles = np.zeros((2, 1, 16, 16, 3), "uint8")
for row in range(2):
    tiles[row, 0] = random.randint(0, 256, (16, 16, 3))
tiff("tiles.tif", "<", tiles.tobytes(), t256=("H", [13]), t257=("H", [21]), t258=("H", [8, 8, 8]), t259=("H", [1]),
     t262=("H", [2]), t277=("H", [3]), t322=("H", [16]), t323=("H", [16]), t324=("I", [0, 768]), t325=("I", [768, 768]))
planes = np.ascontiguousarray(colours.transpose(2, 0, 1)).tobytes()
tiff("planes.tif", ">", planes, t256=("H", [13]), t257=("H", [11]), t258=("H", [8, 8, 8]), t259=("H", [1]),
     t262=("H", [2]), t273=("I", [0, 143, 286]), t277=("H", [3]), t278=("H", [11]), t279=("I", [143] * 3),
     t284=("H", [2]))
wide = random.randint(0, 65536, (2, 3, 4)).astype("uint16")
tiff("rgba16.tif", ">", wide.astype(">u2").tobytes(), t256=("H", [3]), t257=("H", [2]), t258=("H", [16] * 4),
     t259=("H", [1]), t262=("H", [2]), t273=("I", [0]), t277=("H", [4]), t278=("H", [2]), t279=("I", [48]),
     t338=("H", [1]))
for name, order in (("little", "<"), ("large", ">")):
    tiff(f"grey16{name}.tif", order, (wide[..., 0] % 700).astype(order + "u2").tobytes(), t256=("H", [3]),
         t257=("H", [2]), t258=("H", [16]), t259=("H", [1]), t262=("H", [1]), t273=("I", [0]), t277=("H", [1]),
         t278=("H", [2]), t279=("I", [12]))
tiff("white4.tif", "<", some[:77], t256=("H", [13]), t257=("H", [11]), t258=("H", [4]), t259=("H", [1]),
     t262=("H", [0]), t273=("I", [0]), t277=("H", [1]), t278=("H", [11]), t279=("I", [77]))
tiff("turned.tif", "<", colours.tobytes(), t256=("H", [13]), t257=("H", [11]), t258=("H", [8, 8, 8]),
     t259=("H", [1]), t262=("H", [2]), t273=("I", [0]), t274=("H", [6]), t277=("H", [3]), t278=("H", [11]),
     t279=("I", [429]))

# Orientations: each file has the mark 6, which the tests replace by 1 to 8. oriented.bin holds what
# exif_transpose makes of it, as RGB, for each line of oriented.txt: name, orientation, height, width.
part = picture.crop((0, 0, 5, 3))
exif = Image.Exif()
with open("oriented.txt", "w") as index, open("oriented.bin", "wb") as values:
    for name, options in (
        ("exif.jpg", {}), ("exif.png", {}), ("exif.webp", {"lossless": True}), ("xmp.jpg", {}), ("xmp.webp", {}),
    ):
        for orientation in [1, 2, 3, 4, 5, 7, 8, 6]:
            exif[0x0112] = orientation
            marks = {"exif": exif.tobytes()}
            if name.startswith("xmp"):
                marks = {"xmp": b'<x><r tiff:Orientation="%d"/></x>' % orientation}
            part.save(name, **marks, **options)
            found = ImageOps.exif_transpose(Image.open(name))
            index.write(f"{name} {orientation} {found.height} {found.width}\n")
            values.write(np.array(found.convert("RGB")).tobytes())

with open("decoded.txt", "w") as index, open("decoded.bin", "wb") as values:
    for name in sorted(os.listdir(".")):
        if name.endswith((".jpg", ".png", ".bmp", ".gif", ".webp", ".tif")) and name != "large.jpg":
            found = Image.open(name)
            index.write(f"{name} {found.height} {found.width}\n")
            for mode in ("RGB", "L"):
                values.write(np.array(found.convert(mode)).tobytes())

# Not compared with Pillow, which can't decode parts.
y, x = np.mgrid[:48, :70]
waves = np.stack([128 + 100 * np.sin(x / 9), 128 + 90 * np.cos(y / 7 + x / 20), x * y % 256], -1)
Image.fromarray(waves.astype("uint8")).save("large.jpg", quality=80, subsampling=2)
