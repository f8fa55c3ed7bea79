// The taps of blocks whose taps stand side by side; included once for each level.

/// What one unit of a byte is worth in the sums of bytes.inc.h.
#define CK_UNIT 16384
/// Taps of bytes are found this many at a time.
#define CK_WIDE 16

/// Where the taps of a block of pixels are: the offset of the upper left one, with the others beside
/// it and below, and the weights of all four. A block is what CK_TILE and CK_LANES leave room for.
typedef struct {
  union {
    _Alignas(64) double weights[4][CK_TILE + CK_LANES];
    /// For bytes: times CK_UNIT, as float32.
    float scaled[4][CK_TILE + CK_WIDE];
  };
  int32_t offsets[CK_TILE + CK_WIDE];
  int32_t holes[CK_TILE + CK_LANES];
} ck_taps;

/// The first tap on one axis, at most n - 2, and its weight. Beyond an edge one of the two has all.
CK_INLINE void plain_tap(double v, double n, int fill, double *first, double *weight) {
  double u = fold(v, n, fill);
  u = u > 0 ? u : 0;
  u = u < n - 1 ? u : n - 1;
  const double below = floor_of(u);
  *first = below < n - 2 ? below : n - 2;
  *weight = 1 - (u - *first);
}

/// The taps of a run of columns in one row, at place `start` of the block. `inner` if they all lie
/// inside, where nothing has to be brought back and every tap has its neighbours.
CK_INLINE void find_run(ck_taps *restrict taps, int32_t start, double base_row, double base_column,
                        int32_t first, int32_t count, const ck_map *map, ck_shape shape, int fill,
                        int of_bytes, int inner) {
  const double step_row = map->row_column, step_column = map->column_column;
  const double height = shape.height, width = shape.width;
  const double channels = shape.channels, stride = width * channels;
  const int32_t padded = (count + CK_LANES - 1) & -CK_LANES;
#pragma clang loop vectorize(assume_safety) vectorize_width(8) interleave_count(1)
  for (int32_t i = 0; i < padded; i++) {
    const double column = (double)(first + i);
    const double v = base_row + column * step_row;
    const double w = base_column + column * step_column;
    double top, near, upper, left;
    if (inner) {
      top = floor_of(v), near = floor_of(w);
      upper = 1 - (v - top), left = 1 - (w - near);
    } else {
      plain_tap(v, height, fill, &top, &upper);
      plain_tap(w, width, fill, &near, &left);
    }
    const double lower = 1 - upper, right = 1 - left;
    taps->offsets[start + i] = (int32_t)(top * stride + near * channels);
    if (of_bytes) {
      const float up = (float)upper, down = 1 - up;
      const float first_column = (float)left * CK_UNIT, second = CK_UNIT - first_column;
      taps->scaled[0][start + i] = up * first_column;
      taps->scaled[1][start + i] = up * second;
      taps->scaled[2][start + i] = down * first_column;
      taps->scaled[3][start + i] = down * second;
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

/// Whether a run of columns lies inside: no coordinate on an edge or beyond it.
CK_INLINE int is_inner(int32_t row, int32_t rows, int32_t first, int32_t count, const ck_map *map,
                       ck_shape shape) {
  return stays(map->row_offset, map->row_row, map->row_column, row, rows, first, count, 0,
               shape.height - 1) &&
         stays(map->column_offset, map->column_row, map->column_column, row, rows, first, count, 0,
               shape.width - 1);
}

/// Narrows a row to columns that lie inside, whole vectors of them at whole vectors from its first: an
/// estimate, held against the coordinates themselves. Says how many, and leaves out `before`.
CK_INLINE int32_t find_inner(int32_t row, int32_t first, int32_t count, double row_inverse,
                             double column_inverse, const ck_map *map, ck_shape shape,
                             int32_t *before) {
  double begin = first, end = first + count;
  narrow(map->row_offset + (double)row * map->row_row, row_inverse, shape.height, &begin, &end);
  narrow(map->column_offset + (double)row * map->column_row, column_inverse, shape.width, &begin,
         &end);
  *before = 0;
  if (!(end - begin >= 2 * CK_LANES)) return 0;
  const int32_t start = ((int32_t)begin - first + CK_LANES - 1) & -CK_LANES;
  const int32_t inner = ((int32_t)end - first - start) & -CK_LANES;
  if (!is_inner(row, 1, first + start, inner, map, shape)) return 0;
  *before = start;
  return inner;
}

/// Fills in a block as find_sources does; in long rows, what lies inside by itself.
CK_INLINE void find_taps(ck_taps *restrict taps, int32_t row, int32_t rows, int32_t first,
                         int32_t count, const ck_map *map, ck_shape shape, int fill,
                         int of_bytes) {
  const double row_inverse = 1 / map->row_column, column_inverse = 1 / map->column_column;
  const int all = is_inner(row, rows, first, count, map, shape);
  int32_t start = 0;
  for (int32_t end = row + rows; row < end; row++, start += count) {
    const double v = map->row_offset + (double)row * map->row_row;
    const double w = map->column_offset + (double)row * map->column_row;
    int32_t before = 0, inner = all ? count : 0;
    if (!all && count >= 8 * CK_LANES)
      inner = find_inner(row, first, count, row_inverse, column_inverse, map, shape, &before);
    const int32_t after = before + inner;
    if (before > 0) find_run(taps, start, v, w, first, before, map, shape, fill, of_bytes, 0);
    if (inner > 0)
      find_run(taps, start + before, v, w, first + before, inner, map, shape, fill, of_bytes, 1);
    if (after < count)
      find_run(taps, start + after, v, w, first + after, count - after, map, shape, fill, of_bytes,
               0);
  }
}

#define CK_TAP_FINDER(name, fill, of_bytes)                                                    \
  static CK_APART void name(ck_taps *taps, int32_t row, int32_t rows, int32_t first,           \
                            int32_t count, const ck_map *map, ck_shape shape) {                \
    find_taps(taps, row, rows, first, count, map, shape, fill, of_bytes);                      \
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

CK_INLINE void find_plain_taps(ck_taps *taps, int32_t row, int32_t rows, int32_t first,
                               int32_t count, const ck_map *map, ck_shape shape, ck_fill fill) {
  if (fill == CK_NEAREST) taps_nearest(taps, row, rows, first, count, map, shape);
  else if (fill == CK_CONSTANT) taps_constant(taps, row, rows, first, count, map, shape);
  else if (is_near(row, rows, first, count, map, shape, fill))
    taps_reflect_near(taps, row, rows, first, count, map, shape);
  else taps_reflect(taps, row, rows, first, count, map, shape);
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
