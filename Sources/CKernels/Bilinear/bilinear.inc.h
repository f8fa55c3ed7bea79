// The bilinear affine warp; included once for each level.
//
// As in warp.inc.h, a block of pixels is made in two steps: first where each pixel's four taps are
// and what they weigh, then the taps are fetched and summed.

/// Where the taps of a block of pixels are: the offset of the upper left one (or a hole), the way
/// to its neighbours in floats, and the weights of the upper row and the left column.
typedef struct {
  int32_t offset[CK_TILE + CK_LANES], down[CK_TILE + CK_LANES], right[CK_TILE + CK_LANES];
  double upper[CK_TILE + CK_LANES], left[CK_TILE + CK_LANES];
} ck_corners;

/// The whole number at or below.
CK_INLINE double floor_of(double v) {
#ifdef CK_HAS_FLOOR
  return __builtin_floor(v);
#else
  // Adding 1.5 * 2^52 rounds to a whole number; beyond 2^51 the number is taken apart by no one:
  // it is outside every picture, and its fraction is 0 or a half.
  const double magic = 6755399441055744.0;
  const double rounded = (v + magic) - magic;
  const double floored = rounded > v ? rounded - 1 : rounded;
  const double huge = 2251799813685248.0;
  return v > -huge && v < huge ? floored : __builtin_floor(v);
#endif
}

/// Both taps of a coordinate on one axis, never outside 0...n-1, and the weight of the first.
CK_INLINE void tap_pair(double v, double n, int fill, int32_t *first, int32_t *second,
                        double *weight) {
  const double u = fold(v, n, fill), floored = floor_of(u);
  // NaN takes the first pixel with weight 1.
  double fraction = u - floored;
  fraction = fraction > 0 ? fraction : 0;
  *weight = 1 - fraction;
  double f = floored < -1 ? -1 : floored >= -1 ? floored : 0;
  f = f < n - 1 ? f : n - 1;
  const int32_t a = (int32_t)f, b = a + 1, size = (int32_t)n;
  if (fill == CK_WRAP || fill == CK_WRAP_NEAR || fill == CK_REFLECT_2016) {
    // Mirrored about the centre of the end pixel.
    const int32_t low = size > 1 ? 1 : 0, high = size > 1 ? size - 2 : 0;
    *first = a < 0 ? low : a;
    *second = b >= size ? high : b;
  } else {
    *first = a < 0 ? 0 : a;
    *second = b >= size ? size - 1 : b;
  }
}

/// Sets the taps and weights of pixel `i` of a block, which samples at (v, w).
CK_INLINE void set_corner(ck_corners *corners, int64_t i, double v, double w, ck_shape shape,
                          int fill) {
  const double height = shape.height, width = shape.width;
  const int32_t channels = shape.channels, stride = shape.width * channels;
  int32_t top, bottom, near, far;
  tap_pair(v, height, fill, &top, &bottom, &corners->upper[i]);
  tap_pair(w, width, fill, &near, &far, &corners->left[i]);
  const int32_t place = top * stride + near * channels;
  const int shows = !has_holes(fill) || (inside(v, height, fill) & inside(w, width, fill));
  corners->offset[i] = shows ? place : CK_HOLE;
  corners->down[i] = (bottom - top) * stride;
  corners->right[i] = (far - near) * channels;
}

CK_INLINE void find_corners(ck_corners *restrict corners, int32_t row, int32_t rows, int32_t first,
                            int32_t count, const ck_map *map, ck_shape shape, int fill) {
  const double step_row = map->row_column, step_column = map->column_column;
  const int32_t padded = (count + CK_LANES - 1) & -CK_LANES;
  int64_t start = 0;
  for (int32_t end = row + rows; row < end; row++, start += count) {
    const double base_row = map->row_offset + (double)row * map->row_row;
    const double base_column = map->column_offset + (double)row * map->column_row;
#pragma clang loop vectorize(assume_safety) vectorize_width(8) interleave_count(1)
    for (int32_t i = 0; i < padded; i++) {
      const double column = (double)(first + i);
      const double v = base_row + column * step_row;
      const double w = base_column + column * step_column;
      set_corner(corners, start + i, v, w, shape, fill);
    }
  }
}

#define CK_CORNERS(name, fill)                                                                \
  static CK_APART void name(ck_corners *corners, int32_t row, int32_t rows, int32_t first,    \
                            int32_t count, const ck_map *map, ck_shape shape) {               \
    find_corners(corners, row, rows, first, count, map, shape, fill);                         \
  }
CK_CORNERS(corners_nearest, CK_NEAREST)
CK_CORNERS(corners_constant, CK_CONSTANT)
CK_CORNERS(corners_reflect, CK_REFLECT)
CK_CORNERS(corners_wrap, CK_WRAP)
CK_CORNERS(corners_reflect_2016, CK_REFLECT_2016)
CK_CORNERS(corners_reflect_near, CK_REFLECT_NEAR)
CK_CORNERS(corners_wrap_near, CK_WRAP_NEAR)
#undef CK_CORNERS

/// One value of the result, in SciPy's order.
CK_INLINE float blend_value(const float *from, int32_t down, int32_t right, double upper,
                            double left) {
  const double lower = 1 - upper, rest = 1 - left;
  double sum = (double)from[0] * upper * left;
  sum += (double)from[right] * upper * rest;
  sum += (double)from[down] * lower * left;
  sum += (double)from[down + right] * lower * rest;
  return (float)sum;
}

CK_INLINE void blend_pixel(const float *from, float *to, int32_t channels, int32_t offset,
                           int32_t down, int32_t right, double upper, double left, float cval) {
  if (offset == CK_HOLE) {
    for (int32_t k = 0; k < channels; k++) to[k] = cval;
    return;
  }
  for (int32_t k = 0; k < channels; k++)
    to[k] = blend_value(from + offset + k, down, right, upper, left);
}

/// Three values as float64; the fourth lane is whatever follows. A masked load would need no place
/// to read it from, but takes longer than looking out for the last pixel.
CK_INLINE void load_three(const float *from, ck_d4 *values) {
  *values = __builtin_convertvector(*(const ck_f4 *)from, ck_d4);
}

/// Pixels of three channels through vectors of four: the fourth value is overwritten by the next
/// pixel. `last` is the offset of the picture's last pixel, where the fourth isn't there to be read.
CK_INLINE void blend_threes(const float *restrict from, float *restrict to,
                            const ck_corners *corners, int32_t count, int32_t last, float cval,
                            int holes) {
  for (int32_t i = 0; i < count; i++) {
    const int32_t offset = corners->offset[i], down = corners->down[i], right = corners->right[i];
    const double up = corners->upper[i], near = corners->left[i];
    const int32_t farthest = offset + (down > 0 ? down : 0) + (right > 0 ? right : 0);
    const int careful = (farthest == last) | (i == count - 1);
    if (__builtin_expect(careful | (holes && offset == CK_HOLE), 0)) {
      blend_pixel(from, to + 3 * i, 3, offset, down, right, up, near, cval);
      continue;
    }
    const ck_d4 upper = {up, up, up, up}, left = {near, near, near, near};
    const ck_d4 lower = 1 - upper, rest = 1 - left;
    const float *place = from + offset;
    ck_d4 a, b, c, d;
    load_three(place, &a);
    load_three(place + right, &b);
    load_three(place + down, &c);
    load_three(place + down + right, &d);
    const ck_d4 sum = a * upper * left + b * upper * rest + c * lower * left + d * lower * rest;
    *(ck_f4 *)(to + 3 * i) = __builtin_convertvector(sum, ck_f4);
  }
}

static CK_APART void blend_threes_all(const float *restrict from, float *restrict to,
                                      const ck_corners *corners, int32_t count, int32_t last) {
  blend_threes(from, to, corners, count, last, 0, 0);
}

static CK_APART void blend_threes_with_holes(const float *restrict from, float *restrict to,
                                             const ck_corners *corners, int32_t count,
                                             int32_t last, float cval) {
  blend_threes(from, to, corners, count, last, cval, 1);
}

static CK_APART void blend_any(const float *restrict from, float *restrict to,
                               const ck_corners *corners, int32_t count, int32_t channels,
                               float cval) {
  for (int32_t i = 0; i < count; i++)
    blend_pixel(from, to + (int64_t)i * channels, channels, corners->offset[i], corners->down[i],
                corners->right[i], corners->upper[i], corners->left[i], cval);
}

#include "ahead.inc.h"
#include "plain_taps.inc.h"
#include "plain.inc.h"

/// One block of a picture with any values in any fill mode.
static CK_APART void warp_exactly(const float *restrict from, float *restrict to, int32_t row,
                                  int32_t rows, int32_t first, int32_t count, const ck_map *map,
                                  ck_shape shape, ck_fill fill, float cval) {
  ck_corners corners;
  switch (fill) {
    case CK_NEAREST: corners_nearest(&corners, row, rows, first, count, map, shape); break;
    case CK_CONSTANT: corners_constant(&corners, row, rows, first, count, map, shape); break;
    case CK_REFLECT:
      if (is_near(row, rows, first, count, map, shape, fill))
        corners_reflect_near(&corners, row, rows, first, count, map, shape);
      else
        corners_reflect(&corners, row, rows, first, count, map, shape);
      break;
    case CK_WRAP:
      if (is_near(row, rows, first, count, map, shape, fill))
        corners_wrap_near(&corners, row, rows, first, count, map, shape);
      else
        corners_wrap(&corners, row, rows, first, count, map, shape);
      break;
    case CK_REFLECT_2016:
      corners_reflect_2016(&corners, row, rows, first, count, map, shape);
      break;
  }
  const int32_t last = (shape.height * shape.width - 1) * shape.channels;
  if (shape.channels != 3)
    blend_any(from, to, &corners, rows * count, shape.channels, cval);
  else if (has_holes(fill))
    blend_threes_with_holes(from, to, &corners, rows * count, last, cval);
  else
    blend_threes_all(from, to, &corners, rows * count, last);
}

#include "straight.inc.h"

/// `mirrors` if the result is flipped left to right; `range`, if not NULL, gets its lowest and highest
/// value. Both are done block by block, while a block is in the cache.
static void warp_bilinear(const float *restrict from, float *restrict to, ck_shape shape,
                          const ck_map *map, ck_fill fill, float cval, const float *next,
                          int32_t mirrors, float *range) {
  const int32_t channels = shape.channels, stride = shape.width * channels;
  ck_plain plain;
  plain.may_be = channels == 3 && has_plain_taps(fill, shape);
  plain.first = plain.end = 0;
  plain.ahead = ahead_of(from, next, map, shape);
  plain.columns.first = plain.columns.count = 0;
  ck_extent extent = no_extent();
  const int32_t most = shape.width < CK_TILE ? CK_TILE / shape.width : 1;
  int32_t fetched = next && stride > 0 ? CK_AHEAD / stride : 0;
  const int32_t done =
      plain.may_be && is_straight(map, shape)
          ? warp_straight(from, to, &plain, shape, map, fill, cval, mirrors, range ? &extent : 0)
          : 0;
  for (int32_t row = done; row < shape.height; row += most) {
    const int32_t over = shape.height - row, rows = over < most ? over : most;
    // Of what may be plain memory is asked for between the pixels.
    if (!plain.may_be) {
      for (int32_t k = 0; k < rows; k++) fetch_ahead(next, row + k, stride, CK_AHEAD);
      fetched = fetch_rows(from, row, fetched, shape, map);
    }
    for (int32_t first = 0; first < shape.width; first += CK_TILE) {
      const int32_t rest = shape.width - first, count = rest < CK_TILE ? rest : CK_TILE;
      const int32_t source = mirrors ? rest - count : first;
      const int is_last = row + rows == shape.height && count == rest;
      float *block = to + (int64_t)row * stride + first * channels;
      if (!plain.may_be || !warp_plain(from, block, &plain, row, rows, first, source, count, map,
                                       shape, fill, cval, mirrors, is_last)) {
        warp_exactly(from, block, row, rows, source, count, map, shape, fill, cval);
        for (int32_t k = 0; mirrors && k < rows; k++)
          turn_row(block + (int64_t)k * count * channels, count, channels);
      }
      if (range) widen(&extent, block, (int64_t)rows * count * channels);
    }
  }
  if (range) close_extent(&extent, &range[0], &range[1]);
}
