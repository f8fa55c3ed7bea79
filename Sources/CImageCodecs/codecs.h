// Declarations shared by the codecs; not imported into Swift.
#ifndef CODECS_H
#define CODECS_H

#include "CImageCodecs.h"

/// Where a decoder writes: rows without padding, either of 8-bit values or of 16-bit grey.
typedef struct {
  ci_size size;
  /// 3 or 1.
  int channels;
  uint8_t *out;
  /// Instead of `out` where the header says `is_grey16`, and then one value a pixel; else NULL.
  uint16_t *grey16;
} ci_target;

/// One of the formats; the target is of the header's size, which is within the limits.
typedef struct {
  ci_status (*read_header)(const uint8_t *, size_t, ci_header *, ci_message *);
  ci_status (*decode)(const uint8_t *, size_t, ci_target, ci_message *);
  /// The EXIF orientation, 1 where there is none; NULL where the format has no EXIF.
  int (*orientation)(const uint8_t *, size_t);
} ci_codec;

extern const ci_codec ci_jpeg_codec;
extern const ci_codec ci_png_codec;
extern const ci_codec ci_bmp_codec;
extern const ci_codec ci_gif_codec;
extern const ci_codec ci_tiff_codec;
extern const ci_codec ci_webp_codec;

/// Sets the message and hands the status back.
ci_status ci_fail(ci_status status, ci_message *message, const char *text);

/// Names a format that isn't decoded, by the file's first bytes; NULL where they aren't known.
const char *ci_other_format(const uint8_t *bytes, size_t count);

/// The orientation in a TIFF structure, as EXIF has it; 0 where it has none, -1 where it is none of 1
/// to 8. "Exif\0\0" may stand before it.
int ci_exif_orientation(const uint8_t *bytes, size_t count);

/// The orientation in XMP; 0 where it has none.
int ci_xmp_orientation(const uint8_t *bytes, size_t count);

/// The orientation that a PNG's chunks name; 0 or -1 where they name none.
int ci_png_orientation(const uint8_t *bytes, size_t count);

/// Whether an orientation puts rows where columns were.
int ci_swaps_sides(int orientation);

/// Whether a file of `count` bytes can't hold `units` (blocks, bytes of rows), of which `densest` fit
/// into a byte at the most. A header that lies shall not cost the time and memory of its claim; files
/// that lack a part, up to fifteen sixteenths, get through.
static inline int ci_is_too_small(size_t count, uint64_t units, uint64_t densest) {
  return units / densest / 16 > count;
}

/// Grey of a colour, as Pillow's `convert("L")` rounds it. A grey colour is itself: the weights add up
/// to 65 536.
static inline uint8_t ci_grey(unsigned red, unsigned green, unsigned blue) {
  return (uint8_t)((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16);
}

/// A row of RGB to grey; `to` may be `from`.
static inline void ci_grey_row(const uint8_t *from, uint8_t *to, size_t width) {
  for (size_t x = 0; x < width; x++) {
    to[x] = ci_grey(from[3 * x], from[3 * x + 1], from[3 * x + 2]);
  }
}

/// Writes one pixel of `channels` values and returns the place behind it.
static inline uint8_t *ci_put(
    uint8_t *out, int channels, unsigned red, unsigned green, unsigned blue) {
  if (channels == 1) {
    *out = ci_grey(red, green, blue);
    return out + 1;
  }
  out[0] = (uint8_t)red;
  out[1] = (uint8_t)green;
  out[2] = (uint8_t)blue;
  return out + 3;
}

/// 256 colours, red, green, blue; those that a file doesn't name are black.
typedef struct {
  uint8_t colours[256][3];
} ci_palette;

/// A row of indices to colours.
static inline void ci_put_indices(
    const uint8_t *indices, size_t width, const ci_palette *palette, int channels, uint8_t *out) {
  for (size_t x = 0; x < width; x++) {
    const uint8_t *colour = palette->colours[indices[x]];
    out = ci_put(out, channels, colour[0], colour[1], colour[2]);
  }
}

/// a × b / 255, rounded as Pillow rounds it.
static inline unsigned ci_times(unsigned a, unsigned b) {
  unsigned product = a * b + 128;
  return ((product >> 8) + product) >> 8;
}

/// CMYK, of which `white` is 255 - k, as Pillow makes it RGB: white - colour × white / 255.
static inline uint8_t *ci_put_cmyk(
    uint8_t *out, int channels, unsigned cyan, unsigned magenta, unsigned yellow, unsigned white) {
  return ci_put(
      out, channels, white - ci_times(cyan, white), white - ci_times(magenta, white),
      white - ci_times(yellow, white));
}

#endif
