// The bilinear warp of plain pictures by maps without shear or turn, as after shift and zoom; included
// once for each level.
//
// Each row of the result is taken from one row blended of two of the source's, which is made first; the
// columns' taps are the same for all rows. A value comes within four roundings of the true sum, so what
// plain.inc.h says of ties holds here too.

/// The columns' taps, and the row that is blended of two.
typedef struct {
  double line[3 * CK_COLUMNS + CK_LANES];
  double left[CK_COLUMNS + CK_LANES], right[CK_COLUMNS + CK_LANES];
  int32_t offsets[CK_COLUMNS + CK_LANES], holes[CK_COLUMNS + CK_LANES];
  /// The least and the greatest offset, and whether a column lies outside and takes cval.
  int32_t least, most;
  int has_holes;
} ck_straight;

/// A map whose rows and columns are found apart from each other, of rows that there is room for.
CK_INLINE int is_straight(const ck_map *map, ck_shape shape) {
  return map->row_column == 0 && map->column_row == 0 && shape.width <= CK_COLUMNS;
}

CK_INLINE void find_straight(ck_straight *restrict straight, const ck_map *map, ck_shape shape,
                             int fill, int mirrors) {
  const double width = shape.width;
  const int32_t padded = (shape.width + CK_LANES - 1) & -CK_LANES;
  const int32_t origin = mirrors ? shape.width - 1 : 0, direction = mirrors ? -1 : 1;
#pragma clang loop vectorize(assume_safety) vectorize_width(8) interleave_count(1)
  for (int32_t i = 0; i < padded; i++) {
    const double w = map->column_offset + (double)(origin + direction * i) * map->column_column;
    double near, left;
    plain_tap(w, width, fill, &near, &left);
    straight->offsets[i] = (int32_t)near * 3;
    straight->left[i] = left;
    straight->right[i] = 1 - left;
    straight->holes[i] = fill == CK_CONSTANT && !inside(w, width, fill);
  }
  straight->least = straight->most = straight->offsets[0];
  straight->has_holes = 0;
  for (int32_t i = 0; i < shape.width; i++) {
    const int32_t offset = straight->offsets[i];
    straight->least = offset < straight->least ? offset : straight->least;
    straight->most = offset > straight->most ? offset : straight->most;
    straight->has_holes |= straight->holes[i];
  }
  // Read in a vector of four with the last tap, and not used.
  straight->line[straight->most + 6] = 0;
}

/// Blends the part of a row that the columns take from.
static CK_APART void blend_rows(ck_straight *restrict straight, const float *restrict upper,
                                const float *restrict lower, double weight) {
  const double rest = 1 - weight;
  double *restrict line = straight->line;
  const int32_t end = straight->most + 6;
#pragma clang loop vectorize(assume_safety) vectorize_width(8) interleave_count(2)
  for (int32_t i = straight->least; i < end; i++)
    line[i] = CK_FUSED((double)lower[i], rest, (double)upper[i] * weight);
}

CK_INLINE void sum_straight(const ck_straight *straight, int32_t i, ck_d4 *sum) {
  const double *place = straight->line + straight->offsets[i];
  *sum = *(const ck_d4 *)place * CK_FOUR(straight->left[i]);
  *sum = CK_FUSED(*(const ck_d4 *)(place + 3), CK_FOUR(straight->right[i]), *sum);
}

/// One row of the result; returns whether a tie is near. Nothing may be written behind the row that
/// `is_last`. `ahead` as in blend_plain.
static CK_APART int blend_straight(const ck_straight *straight, float *restrict to, int32_t count,
                                   const char *ahead, int is_last) {
  ck_n8 nearest = ~(ck_n8){0};
  int32_t i = 0;
  for (; i + 3 < count; i += 4) {
    __builtin_prefetch(ahead + CK_ASKED * i);
    __builtin_prefetch(to + 3 * i + CK_WRITTEN_AHEAD, 1);
    ck_d4 sums[4];
    for (int k = 0; k < 4; k++) sum_straight(straight, i + k, &sums[k]);
    keep_nearest(&nearest, &sums[0], &sums[1]);
    keep_nearest(&nearest, &sums[2], &sums[3]);
    for (int k = 0; k < 4; k++)
      put_three(&sums[k], to + 3 * (i + k), k == 3 && is_last && i + 4 == count);
  }
  for (; i < count; i++) {
    ck_d4 one;
    sum_straight(straight, i, &one);
    keep_nearest(&nearest, &one, &one);
    put_three(&one, to + 3 * i, is_last && i + 1 == count);
  }
  return tie_is_near(&nearest);
}

/// A row of the result made by the exact kernel, block by block.
static CK_APART void warp_row_exactly(const float *restrict from, float *restrict line, int32_t row,
                                      const ck_map *map, ck_shape shape, ck_fill fill, float cval,
                                      int mirrors) {
  for (int32_t first = 0; first < shape.width; first += CK_TILE) {
    const int32_t rest = shape.width - first, count = rest < CK_TILE ? rest : CK_TILE;
    float *block = line + 3 * first;
    warp_exactly(from, block, row, 1, mirrors ? rest - count : first, count, map, shape, fill, cval);
    if (mirrors) turn_row(block, count, 3);
  }
}

/// The rows of the result up to the first that takes from a row that isn't plain. Returns their number.
static CK_APART int32_t warp_straight(const float *restrict from, float *restrict to,
                                      ck_plain *plain, ck_shape shape, const ck_map *map,
                                      ck_fill fill, float cval, int mirrors, ck_extent *extent) {
  ck_straight straight;
  const int32_t stride = shape.width * 3;
  const double height = shape.height;
  find_straight(&straight, map, shape, fill, mirrors);
  for (int32_t row = 0; row < shape.height; row++) {
    const double v = map->row_offset + (double)row * map->row_row;
    double top, upper;
    plain_tap(v, height, fill, &top, &upper);
    const int32_t start = (int32_t)top * stride;
    if (!look_through(from, plain, start, start, shape)) return row;
    const char *ahead = ask(&plain->ahead, from + (int64_t)plain->end * stride, shape.width);
    float *line = to + (int64_t)row * stride;
    if (fill == CK_CONSTANT && !inside(v, height, fill)) {
      fill_values(line, stride, cval);
    } else {
      blend_rows(&straight, from + start, from + start + stride, upper);
      if (blend_straight(&straight, line, shape.width, ahead, row + 1 == shape.height))
        warp_row_exactly(from, line, row, map, shape, fill, cval, mirrors);
      for (int32_t i = 0; straight.has_holes && i < shape.width; i++)
        if (straight.holes[i]) fill_values(line + 3 * i, 3, cval);
    }
    if (extent) widen(extent, line, stride);
  }
  return shape.height;
}
