// The pixels of the bilinear warp of bytes; included once for each level.
//
// A value is the float32 that warp_bilinear gives, rounded to the nearest whole number, halves up.
// Sums are made in whole numbers, exactly, in units of 1 / CK_ONE of a byte. From what is meant they can
// be off by 255 for each axis, whose coordinate is up to one unit off, because the picture has no steps;
// by 319 for the one rounded weight, which is up to 0.625 off and adds to two taps what it takes from the
// two others; and by 32 where the definition rounds to float32. That is 861, less than CK_ZONE: a pixel
// with a value as near as that to a half is made once more by the definition, about one in 700 of noise.

#define CK_ZONE 1024

/// Bytes three at a time through vectors of four, as the pixels of pixels.inc.h.
typedef uint8_t ck_b4 __attribute__((vector_size(4), aligned(1), may_alias));

/// The definition: taps and weights as in bilinear.inc.h, one pixel of the result.
static CK_APART void blend_bytes_exactly(const ck_byte_warp *warp, uint8_t *to, int32_t row,
                                         int32_t column) {
  const ck_map *map = warp->map;
  const int32_t channels = warp->shape.channels;
  const double x = warped_column(warp, column);
  const double v = map->row_offset + (double)row * map->row_row;
  const double w = map->column_offset + (double)row * map->column_row;
  ck_corners one;
  set_corner(&one, 0, v + x * map->row_column, w + x * map->column_column, warp->shape, warp->fill);
  if (one.offset[0] == CK_HOLE) {
    for (int32_t k = 0; k < channels; k++) to[k] = warp->cval;
    return;
  }
  const uint8_t *upper = warp->from + one.offset[0], *lower = upper + one.down[0];
  const double up = one.upper[0], left = one.left[0], low = 1 - up, right = 1 - left;
  for (int32_t k = 0; k < channels; k++) {
    double sum = (double)upper[k] * up * left;
    sum += (double)upper[k + one.right[0]] * up * right;
    sum += (double)lower[k] * low * left;
    sum += (double)lower[k + one.right[0]] * low * right;
    to[k] = (uint8_t)((double)(float)sum + 0.5);
  }
}

/// Three taps' values of one pixel, as float32; the fourth is whatever follows.
#define CK_BYTES(place) __builtin_convertvector(*(const ck_b4 *)(place), ck_f4)

/// Blends one pixel of a block in a vector of four; returns whether a value is too near to a half
/// to be rounded safely. Writes one byte more, unless the pixel is the `last` of its picture.
/// Computes in float32: four products and three sums add an error of 160 units.
CK_INLINE int blend_byte_pixel(const uint8_t *from, uint8_t *to, const ck_taps *taps, int32_t i,
                               int32_t stride, int last) {
  const uint8_t *place = from + taps->offsets[i], *below = place + stride;
  const float a = taps->whole[0][i], b = taps->whole[1][i], c = taps->whole[2][i];
  const float d = taps->whole[3][i];
  ck_f4 sum = CK_BYTES(place) * (ck_f4){a, a, a, 0};
  sum += CK_BYTES(place + 3) * (ck_f4){b, b, b, 0};
  sum += CK_BYTES(below) * (ck_f4){c, c, c, 0};
  sum += CK_BYTES(below + 3) * (ck_f4){d, d, d, 0};
  const ck_i4 units = __builtin_convertvector(sum, ck_i4) + (CK_ONE / 2 + 2 * CK_ZONE);
  const ck_i4 near = (units & (CK_ONE - 4 * CK_ZONE)) == 0;
  const ck_b4 pixel = __builtin_convertvector(units >> CK_PLACES, ck_b4);
  if (last) to[0] = pixel[0], to[1] = pixel[1], to[2] = pixel[2];
  else *(ck_b4 *)to = pixel;
  return (near[0] | near[1] | near[2]) != 0;
}

#ifdef CK_HAS_AVX2
#include "byte_eights.inc.h"
#endif

/// A block whose taps stand side by side. Writes four bytes more, unless it is the `last`.
static CK_APART void blend_byte_block(const ck_byte_warp *warp, uint8_t *to, int32_t row,
                                      int32_t rows, int32_t first, int32_t count, int last) {
  const ck_taps *taps = &warp->taps;
  const int32_t stride = warp->shape.width * 3, pixels = rows * count;
  const int32_t corner = (warp->shape.height - 1) * stride - 6;
  int32_t i = 0;
#ifdef CK_HAS_AVX2
  uint8_t exactly[CK_TILE / 8];
  // The last one leaves room for what is written behind.
  i = blend_eights(warp->from, to, taps, pixels - (last ? 2 : 0), warp->shape, exactly);
  for (int32_t k = 0; k < i; k += 8)
    for (uint32_t bits = exactly[k / 8]; bits; bits &= bits - 1) {
      const int32_t pixel = k + __builtin_ctz(bits);
      blend_bytes_exactly(warp, to + 3 * pixel, row + pixel / count, first + pixel % count);
    }
#endif
  for (; i < pixels; i++) {
    // Behind the picture's last corner there is no fourth byte.
    if (taps->offsets[i] == corner ||
        blend_byte_pixel(warp->from, to + 3 * i, taps, i, stride, last && i == pixels - 1))
      blend_bytes_exactly(warp, to + 3 * i, row + i / count, first + i % count);
  }
}
