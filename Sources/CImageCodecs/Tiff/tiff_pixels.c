#include "tiff.h"

#include <string.h>

static unsigned limited(double value) {
  // NaN is 0.
  return value >= 255 ? 255 : value > 0 ? (unsigned)value : 0;
}

/// A sample of less than a byte or of 12 bits, the highest bits first.
static unsigned packed(const uint8_t *from, size_t index, int bits) {
  if (bits == 12) {
    const uint8_t *pair = from + index / 2 * 3;
    return index % 2 == 0 ? (unsigned)pair[0] << 4 | pair[1] >> 4
                          : (pair[1] & 15u) << 8 | pair[2];
  }
  if (bits == 8) return from[index];
  size_t in_byte = 8 / (size_t)bits;
  int shift = (int)(8 - (size_t)bits * (index % in_byte + 1));
  return from[index / in_byte] >> shift & ((1u << bits) - 1);
}

static unsigned word(const uint8_t *from, size_t index) {
  uint16_t value;
  memcpy(&value, from + 2 * index, 2);
  return value;
}

static double number(const tiff_pixels *pixels, const uint8_t *from, size_t index) {
  int16_t half;
  int32_t whole;
  float real;
  switch (pixels->kind) {
  case TIFF_INT16:
    memcpy(&half, from + 2 * index, 2);
    return half;
  case TIFF_INT32:
    memcpy(&whole, from + 4 * index, 4);
    return whole;
  default:
    memcpy(&real, from + 4 * index, 4);
    return real;
  }
}

/// A sample of a colour in 8 bits; of 16 bits the high byte.
static unsigned colour(const tiff_pixels *pixels, const uint8_t *from, size_t index) {
  return pixels->bits == 16 ? word(from, index) >> 8 : from[index];
}

/// A colour that was multiplied by alpha; 255 at the most.
static unsigned divided(unsigned value, unsigned alpha) {
  if (alpha == 0) return 0;
  unsigned full = value * 255 / alpha;
  return full < 255 ? full : 255;
}

static uint8_t *put_rgb(
    const tiff_pixels *pixels, const uint8_t *from, size_t first, int channels, uint8_t *out) {
  unsigned red = colour(pixels, from, first), green = colour(pixels, from, first + 1);
  unsigned blue = colour(pixels, from, first + 2);
  if (!pixels->is_premultiplied) return ci_put(out, channels, red, green, blue);
  unsigned alpha = colour(pixels, from, first + 3);
  if (alpha == 255) return ci_put(out, channels, red, green, blue);
  return ci_put(
      out, channels, divided(red, alpha), divided(green, alpha), divided(blue, alpha));
}

static uint8_t *put_cmyk(
    const tiff_pixels *pixels, const uint8_t *from, size_t first, int channels, uint8_t *out) {
  return ci_put_cmyk(
      out, channels, colour(pixels, from, first), colour(pixels, from, first + 1),
      colour(pixels, from, first + 2), 255 - colour(pixels, from, first + 3));
}

static unsigned clipped(int value) { return value < 0 ? 0 : value > 255 ? 255 : (unsigned)value; }

/// A sixty-fourth of a chroma's share, as in Pillow's tables.
static int share(unsigned chroma, double weight) {
  return (int)(((int)chroma - 128) * weight * 64 + 0.5);
}

/// - Source: Pillow's ConvertYCbCr.c; its grey is the luma.
static uint8_t *put_ycbcr(const uint8_t *from, int channels, uint8_t *out) {
  int luma = from[0];
  if (channels == 1) {
    *out = from[0];
    return out + 1;
  }
  int green = share(from[1], -0.34414) + share(from[2], -0.71414);
  return ci_put(
      out, channels, clipped(luma + (share(from[2], 1.402) >> 6)), clipped(luma + (green >> 6)),
      clipped(luma + (share(from[1], 1.772) >> 6)));
}

static unsigned grey(const tiff_pixels *pixels, const uint8_t *from, size_t index) {
  unsigned value;
  switch (pixels->kind) {
  case TIFF_GREY:
    value = packed(from, index, pixels->bits) * (255u / ((1u << pixels->bits) - 1));
    if (pixels->is_premultiplied && from[index + 1] > 0) value = divided(value, from[index + 1]);
    return pixels->is_inverted ? 255 - value : value;
  case TIFF_GREY16:
    value = pixels->bits == 12 ? packed(from, index, 12) : word(from, index);
    return value < 255 ? value : 255;
  default:
    return limited(number(pixels, from, index));
  }
}

void ci_tiff_put(
    const tiff_pixels *pixels, const uint8_t *from, size_t count, ci_target target, size_t place) {
  if (target.grey16) {
    for (size_t x = 0; x < count; x++) {
      size_t index = x * pixels->step;
      target.grey16[place + x] =
          (uint16_t)(pixels->bits == 12 ? packed(from, index, 12) : word(from, index));
    }
    return;
  }
  int channels = target.channels;
  uint8_t *out = target.out + place * (size_t)channels;
  for (size_t x = 0; x < count; x++) {
    size_t index = x * pixels->step;
    if (pixels->kind == TIFF_RGB) {
      out = put_rgb(pixels, from, index, channels, out);
    } else if (pixels->kind == TIFF_YCBCR) {
      out = put_ycbcr(from + index, channels, out);
    } else if (pixels->kind == TIFF_CMYK) {
      out = put_cmyk(pixels, from, index, channels, out);
    } else if (pixels->kind == TIFF_INDICES) {
      const uint8_t *known = pixels->palette.colours[packed(from, index, pixels->bits)];
      out = ci_put(out, channels, known[0], known[1], known[2]);
    } else {
      unsigned value = grey(pixels, from, index);
      out = ci_put(out, channels, value, value, value);
    }
  }
}
