// Which pixel of the source each pixel of the result shows; included once for each level.
//
// Arithmetic without branches, so that the compiler makes vectors of it.
#include "vectors.inc.h"

/// Offsets are found this many at a time.
#define CK_LANES 8
/// The offset of a pixel that lies outside and takes cval.
#define CK_HOLE (-1)
/// Functions that stand apart from each other, so that each has the registers to itself.
#define CK_APART __attribute__((noinline))

/// CK_REFLECT and CK_WRAP for coordinates within one period of the picture, where the quotient is 0
/// or 1 and no division is needed.
enum { CK_REFLECT_NEAR = 16, CK_WRAP_NEAR = 17 };

/// Maps a coordinate outside [0, n-1] into it, as SciPy's map_coordinate does. tap() clamps results
/// that are still outside: rounding, infinities and NaN.
CK_INLINE double fold(double v, double n, int fill) {
  const double last = n - 1;
  if (fill != CK_NEAREST && fill != CK_CONSTANT && n == 1) return 0;
  if (fill == CK_REFLECT_NEAR) {
    const double mirrored = (v > -1e-15 ? 1e-15 : -v) - 1;
    const double left = v < -n ? v + 2 * n : mirrored;
    const double right = v >= n ? 2 * n - v - 1 : v;
    return v < 0 ? left : v > last ? right : v;
  }
  if (fill == CK_WRAP_NEAR) return v < 0 ? v + last : v > last ? v - last : v;
  if (fill == CK_REFLECT || fill == CK_REFLECT_2016) {
    const double period = 2 * n;
    const double below = v < -period ? period * __builtin_trunc(-v / period) + v : v;
    // In 2016 there was no guard just under 0.
    const double up = fill == CK_REFLECT && below > -1e-15 ? 1e-15 : -below;
    const double mirrored = up - 1;
    const double left = below < -n ? below + period : mirrored;
    const double above = v - period * __builtin_trunc(v / period);
    const double right = above >= n ? period - above - 1 : above;
    return v < 0 ? left : v > last ? right : v;
  }
  if (fill == CK_WRAP) {
    const double left = v + last * (__builtin_trunc(-v / last) + 1);
    const double right = v - last * __builtin_trunc(v / last);
    return v < 0 ? left : v > last ? right : v;
  }
  return v;
}

/// The nearest pixel, ties up, never outside 0...n-1: the comparisons also catch NaN.
CK_INLINE int32_t tap(double v, double n, int fill) {
  double u = fold(v, n, fill) + 0.5;
  if (fill == CK_REFLECT_2016) {
    // A tap outside was mirrored about the centre of the end pixel: -1 is 1, n is n - 2.
    const double low = n > 1 ? 1 : 0, high = n > 1 ? n - 2 : 0;
    u = u < 0 ? low : u >= n ? high : u;
  }
  u = u > 0 ? u : 0;
  u = u < n - 1 ? u : n - 1;
  return (int32_t)u;
}

/// Modes in which a pixel may take cval.
CK_INLINE int has_holes(int fill) { return fill == CK_CONSTANT || fill == CK_REFLECT_2016; }

/// `constant` has no margin: -0.0001 is outside already. In `reflect` of 2016 a coordinate so near
/// under 0 that it was reflected to -1 itself fell outside, and so did one that is no number.
CK_INLINE int inside(double v, double n, int fill) {
  if (fill == CK_REFLECT_2016) return fold(v, n, fill) > -1;
  return (v >= 0) & (v <= n - 1);
}

/// Source offsets of a block of pixels: `count` columns from `first` on, the last one first if
/// `mirrors`, `rows` rows from `row` on. Each row is rounded up to whole vectors, which the next row
/// overwrites: a column beyond it all has a harmless offset too.
CK_INLINE void find_sources(int32_t *offsets, int32_t row, int32_t rows, int32_t first,
                            int32_t count, const ck_map *map, ck_shape shape, int mirrors,
                            int fill) {
  const double height = shape.height, width = shape.width;
  const double step_row = map->row_column, step_column = map->column_column;
  const int32_t stride = shape.width * shape.channels, channels = shape.channels;
  const int32_t padded = (count + CK_LANES - 1) & -CK_LANES;
  const int32_t origin = mirrors ? first + count - 1 : first, direction = mirrors ? -1 : 1;
  for (int32_t end = row + rows; row < end; row++, offsets += count) {
    const double base_row = map->row_offset + (double)row * map->row_row;
    const double base_column = map->column_offset + (double)row * map->column_row;
#pragma clang loop vectorize_width(8) interleave_count(1)
    for (int32_t i = 0; i < padded; i++) {
      const double column = (double)(origin + direction * i);
      const double v = base_row + column * step_row;
      const double w = base_column + column * step_column;
      const int32_t offset = tap(v, height, fill) * stride + tap(w, width, fill) * channels;
      offsets[i] =
          !has_holes(fill) || (inside(v, height, fill) & inside(w, width, fill)) ? offset : CK_HOLE;
    }
  }
}

/// The same for one axis alone, in steps of `unit` floats.
CK_INLINE void find_columns(int32_t *offsets, int32_t first, int32_t count, const ck_map *map,
                            ck_shape shape, ck_fill fill) {
  const double width = shape.width, offset = map->column_offset, step = map->column_column;
  const int32_t channels = shape.channels;
  for (int32_t i = 0; i < count; i++) {
    const double v = offset + (double)(first + i) * step;
    const int32_t source = tap(v, width, fill) * channels;
    offsets[i] = !has_holes(fill) || inside(v, width, fill) ? source : CK_HOLE;
  }
}

#define CK_FINDER(name, fill)                                                                  \
  static CK_APART void name(int32_t *offsets, int32_t row, int32_t rows, int32_t first,        \
                            int32_t count, const ck_map *map, ck_shape shape, int mirrors) {   \
    find_sources(offsets, row, rows, first, count, map, shape, mirrors, fill);                 \
  }
CK_FINDER(find_nearest, CK_NEAREST)
CK_FINDER(find_constant, CK_CONSTANT)
CK_FINDER(find_reflect, CK_REFLECT)
CK_FINDER(find_wrap, CK_WRAP)
CK_FINDER(find_reflect_2016, CK_REFLECT_2016)
CK_FINDER(find_reflect_near, CK_REFLECT_NEAR)
CK_FINDER(find_wrap_near, CK_WRAP_NEAR)
#undef CK_FINDER

/// Whether one coordinate stays between `low` and `high` over a block: it does if it does in the
/// four corners, because rounded sums and products rise or fall all the way. False for NaN.
CK_INLINE int stays(double offset, double per_row, double per_column, int32_t row, int32_t rows,
                    int32_t first, int32_t count, double low, double high) {
  const double a = offset + (double)row * per_row;
  const double b = offset + (double)(row + rows - 1) * per_row;
  const double c = (double)first * per_column, d = (double)(first + count - 1) * per_column;
  return (a + c > low) & (a + c < high) & (a + d > low) & (a + d < high) & (b + c > low) &
         (b + c < high) & (b + d > low) & (b + d < high);
}

/// Whether a block stays within a period of the picture, less one pixel, so that no quotient can be
/// rounded up to the next whole number.
CK_INLINE int is_near(int32_t row, int32_t rows, int32_t first, int32_t count, const ck_map *map,
                      ck_shape shape, ck_fill fill) {
  const double height = shape.height, width = shape.width;
  const double top = fill == CK_REFLECT ? -2 * height + 1 : -height + 2;
  const double bottom = fill == CK_REFLECT ? 2 * height - 1 : 2 * height - 3;
  const double left = fill == CK_REFLECT ? -2 * width + 1 : -width + 2;
  const double right = fill == CK_REFLECT ? 2 * width - 1 : 2 * width - 3;
  return stays(map->row_offset, map->row_row, map->row_column, row, rows, first, count, top,
               bottom) &&
         stays(map->column_offset, map->column_row, map->column_column, row, rows, first, count,
               left, right);
}
