// The taps of blocks whose taps stand side by side; included once for each level.

#ifdef CK_FUSES
#define CK_FUSED(a, b, c) __builtin_elementwise_fma(a, b, c)
#else
#define CK_FUSED(a, b, c) ((a) * (b) + (c))
#endif

/// Weights of bytes are whole numbers with this many binary places: a sum of theirs and a half fill
/// an int32_t.
#define CK_PLACES 22
#define CK_ONE (1 << CK_PLACES)

/// Room for each of a pixel's four weights in a block, which CK_TILE and CK_LANES bound.
#define CK_WEIGHTS (CK_TILE + CK_LANES)

/// The taps of a block of pixels: the offset of the upper left tap, which the other three adjoin,
/// and the weights of all four.
typedef struct {
  union {
    _Alignas(64) double weights[4][CK_WEIGHTS];
    /// For bytes: times CK_ONE.
    int32_t whole[4][CK_WEIGHTS];
  };
  int32_t offsets[CK_WEIGHTS];
  int32_t holes[CK_WEIGHTS];
} ck_taps;

/// The ways from column 0 to columns of the result, down and across: some that stand side by side, all
/// of most pictures, found once. A mirrored result's columns go from right to left.
typedef struct {
  double down[CK_COLUMNS + CK_LANES], across[CK_COLUMNS + CK_LANES];
  int32_t first, count;
} ck_columns;

/// Sees to it that `columns` holds `count` columns from `first` on.
CK_INLINE void hold_columns(ck_columns *restrict columns, int32_t first, int32_t count,
                            const ck_map *map, ck_shape shape, int mirrors) {
  if (first >= columns->first && first + count <= columns->first + columns->count) return;
  const int32_t over = shape.width - first, origin = mirrors ? shape.width - 1 - first : first;
  const int32_t direction = mirrors ? -1 : 1;
  columns->first = first;
  columns->count = over < CK_COLUMNS ? over : CK_COLUMNS;
#pragma clang loop vectorize(assume_safety)
  for (int32_t i = 0; i < columns->count + CK_LANES; i++) {
    const double column = (double)(origin + direction * i);
    columns->down[i] = column * map->row_column;
    columns->across[i] = column * map->column_column;
  }
}

/// The first tap on one axis, at most n - 2, and its weight. Beyond an edge one of the two has all.
CK_INLINE void plain_tap(double v, double n, int fill, double *first, double *weight) {
  double u = fold(v, n, fill);
  u = u > 0 ? u : 0;
  u = u < n - 1 ? u : n - 1;
  const double below = floor_of(u);
  *first = below < n - 2 ? below : n - 2;
  *weight = 1 - (u - *first);
}

/// The weights of a pixel of bytes from the second taps' on both axes, times CK_ONE. Only one is
/// rounded; the others have what it leaves over, so that all come to CK_ONE.
CK_INLINE void weigh(ck_taps *taps, int32_t i, int32_t lower, int32_t right) {
  // The product is up to 2^44. Added to this number it ends with bits that are worth CK_ONE each.
  const float shift = 0x1.8p45f;
  const union { float sum; int32_t bits; } both = {CK_FUSED((float)lower, (float)right, shift)};
  const union { float sum; int32_t bits; } none = {shift};
  const int32_t last = both.bits - none.bits;
  taps->whole[3][i] = last;
  taps->whole[2][i] = lower - last;
  taps->whole[1][i] = right - last;
  taps->whole[0][i] = CK_ONE - lower - (right - last);
}

/// The taps of a run of columns in one row, at place `start` of the block, from their ways and the
/// row's start. `inner` if they all lie inside, where nothing has to be brought back and every tap has
/// its neighbours.
CK_INLINE void find_run(ck_taps *restrict taps, int32_t start, double base_row, double base_column,
                        const double *restrict down, const double *restrict across, int32_t count,
                        ck_shape shape, int fill, int of_bytes, int inner) {
  const double height = shape.height, width = shape.width;
  const double channels = shape.channels, stride = width * channels;
  const int32_t padded = (count + CK_LANES - 1) & -CK_LANES;
#pragma clang loop vectorize(assume_safety) vectorize_width(8) interleave_count(1)
  for (int32_t i = 0; i < padded; i++) {
    const double v = base_row + down[i], w = base_column + across[i];
    double top, near, upper, left;
    if (inner) {
      top = floor_of(v), near = floor_of(w);
      upper = 1 - (v - top), left = 1 - (w - near);
    } else {
      plain_tap(v, height, fill, &top, &upper);
      plain_tap(w, width, fill, &near, &left);
    }
    const double lower = 1 - upper, right = 1 - left;
    taps->offsets[start + i] = (int32_t)CK_FUSED(top, stride, near * channels);
    if (of_bytes) {
      weigh(taps, start + i, (int32_t)(lower * CK_ONE + 0.5), (int32_t)(right * CK_ONE + 0.5));
    } else {
      taps->weights[0][start + i] = upper * left;
      taps->weights[1][start + i] = upper * right;
      taps->weights[2][start + i] = lower * left;
      taps->weights[3][start + i] = lower * right;
    }
    if (fill == CK_CONSTANT)
      taps->holes[start + i] = !inner && !(inside(v, height, fill) & inside(w, width, fill));
  }
}

/// Narrows [begin, end) to the columns whose coordinate on one axis lies inside, or to a few less;
/// `inverse` is 1 / step.
CK_INLINE void narrow(double base, double inverse, double n, double *begin, double *end) {
  const double a = -base * inverse, b = (n - 1 - base) * inverse;
  const double near = (a < b ? a : b) + 2, far = (a < b ? b : a) - 2;
  *begin = near > *begin ? near : *begin;
  *end = far < *end ? far : *end;
}

/// Whether one coordinate lies inside at both ends of a run of columns, and so all the way.
CK_INLINE int holds(double start, const double *ways, int32_t count, double last) {
  const double a = start + ways[0], b = start + ways[count - 1];
  return (a > 0) & (a < last) & (b > 0) & (b < last);
}

/// Narrows a row to the columns whose taps lie inside the picture, in whole vectors. The range is
/// estimated, then checked with the coordinates themselves. Returns the number of columns; `before`
/// is the number of columns before them.
CK_INLINE int32_t find_inner(double v, double w, const double *down, const double *across,
                             int32_t count, double row_inverse, double column_inverse,
                             ck_shape shape, int32_t *before) {
  const double bottom = shape.height - 1, right = shape.width - 1;
  *before = 0;
  if (holds(v, down, count, bottom) && holds(w, across, count, right)) return count;
  if (count < 8 * CK_LANES) return 0;
  double begin = 0, end = count;
  narrow(v + down[0], row_inverse, shape.height, &begin, &end);
  narrow(w + across[0], column_inverse, shape.width, &begin, &end);
  if (!(end - begin >= 2 * CK_LANES)) return 0;
  const int32_t start = ((int32_t)begin + CK_LANES - 1) & -CK_LANES;
  const int32_t inner = ((int32_t)end - start) & -CK_LANES;
  if (!holds(v, down + start, inner, bottom) || !holds(w, across + start, inner, right)) return 0;
  *before = start;
  return inner;
}

/// Fills in a block as find_sources does, by the ways of its columns; what lies inside by itself.
CK_INLINE void find_taps(ck_taps *restrict taps, int32_t row, int32_t rows, int32_t first,
                         int32_t count, const ck_map *map, const ck_columns *columns,
                         ck_shape shape, int fill, int of_bytes) {
  const double *down = columns->down + (first - columns->first);
  const double *across = columns->across + (first - columns->first);
  const double row_inverse = 1 / (down[1] - down[0]), column_inverse = 1 / (across[1] - across[0]);
  int32_t start = 0;
  for (int32_t end = row + rows; row < end; row++, start += count) {
    const double v = map->row_offset + (double)row * map->row_row;
    const double w = map->column_offset + (double)row * map->column_row;
    int32_t before;
    const int32_t inner =
        find_inner(v, w, down, across, count, row_inverse, column_inverse, shape, &before);
    const int32_t after = before + inner;
    if (before > 0)
      find_run(taps, start, v, w, down, across, before, shape, fill, of_bytes, 0);
    if (inner > 0)
      find_run(taps, start + before, v, w, down + before, across + before, inner, shape, fill,
               of_bytes, 1);
    if (after < count)
      find_run(taps, start + after, v, w, down + after, across + after, count - after, shape, fill,
               of_bytes, 0);
  }
}

#define CK_TAP_FINDER(name, fill, of_bytes)                                                    \
  static CK_APART void name(ck_taps *taps, int32_t row, int32_t rows, int32_t first,           \
                            int32_t count, const ck_map *map, const ck_columns *columns,       \
                            ck_shape shape) {                                                  \
    find_taps(taps, row, rows, first, count, map, columns, shape, fill, of_bytes);             \
  }
CK_TAP_FINDER(taps_nearest, CK_NEAREST, 0)
CK_TAP_FINDER(taps_constant, CK_CONSTANT, 0)
CK_TAP_FINDER(taps_reflect, CK_REFLECT, 0)
CK_TAP_FINDER(taps_reflect_near, CK_REFLECT_NEAR, 0)
CK_TAP_FINDER(byte_taps_nearest, CK_NEAREST, 1)
CK_TAP_FINDER(byte_taps_constant, CK_CONSTANT, 1)
CK_TAP_FINDER(byte_taps_reflect, CK_REFLECT, 1)
CK_TAP_FINDER(byte_taps_reflect_near, CK_REFLECT_NEAR, 1)
#undef CK_TAP_FINDER

/// The fill modes whose taps stand side by side, or on one pixel, whatever the coordinate.
CK_INLINE int has_plain_taps(ck_fill fill, ck_shape shape) {
  return shape.width > 1 && shape.height > 1 &&
         (fill == CK_NEAREST || fill == CK_CONSTANT || fill == CK_REFLECT);
}

/// `source` is the first of the block's columns in the picture itself.
CK_INLINE void find_plain_taps(ck_taps *taps, int32_t row, int32_t rows, int32_t first,
                               int32_t source, int32_t count, const ck_map *map,
                               const ck_columns *columns, ck_shape shape, ck_fill fill) {
  if (fill == CK_NEAREST) taps_nearest(taps, row, rows, first, count, map, columns, shape);
  else if (fill == CK_CONSTANT) taps_constant(taps, row, rows, first, count, map, columns, shape);
  else if (is_near(row, rows, source, count, map, shape, fill))
    taps_reflect_near(taps, row, rows, first, count, map, columns, shape);
  else taps_reflect(taps, row, rows, first, count, map, columns, shape);
}

/// The least and the greatest offset of a block.
CK_INLINE void bound_offsets(const ck_taps *taps, int32_t count, int32_t *least, int32_t *most) {
  int32_t low = taps->offsets[0], high = low;
  for (int32_t i = 0; i < count; i++) {
    low = taps->offsets[i] < low ? taps->offsets[i] : low;
    high = taps->offsets[i] > high ? taps->offsets[i] : high;
  }
  *least = low, *most = high;
}

/// Whether a block whose greatest offset is `most` takes from the picture's last corner, behind which
/// vectors must not read.
CK_INLINE int reaches_corner(int32_t most, ck_shape shape) {
  return most == ((shape.height - 1) * shape.width - 2) * shape.channels;
}
