// The taps of the bilinear warp of bytes; included once for each level.

/// What coordinates in whole numbers have to stay below.
#define CK_FARTHEST 500

/// The ways from a pixel to those that follow it, in whole numbers.
typedef struct {
  int32_t down[CK_WIDE], across[CK_WIDE];
  /// Whether the picture is made with them.
  int are_whole;
} ck_ways;

/// What the blocks of a picture share. In a mirrored result columns go from right to left.
typedef struct {
  const uint8_t *from;
  const ck_map *map;
  ck_shape shape;
  ck_fill fill;
  uint8_t cval;
  int mirrors;
  ck_ways ways;
  ck_columns columns;
  ck_taps taps;
} ck_byte_warp;

/// Which column the warp itself makes where the result has `column`.
CK_INLINE int32_t warped_column(const ck_byte_warp *warp, int32_t column) {
  return warp->mirrors ? warp->shape.width - 1 - column : column;
}

/// One axis of a pixel: the first tap, and the second one's weight.
CK_INLINE int32_t whole_tap(int32_t v, int32_t n, int32_t *weight) {
  v = v > 0 ? v : 0;
  const int32_t end = (n - 1) << CK_PLACES;
  v = v < end ? v : end;
  int32_t first = v >> CK_PLACES;
  first = first < n - 2 ? first : n - 2;
  *weight = v - (first << CK_PLACES);
  return first;
}

/// A coordinate in whole numbers, rounded: what is added leaves no room for fractions.
CK_INLINE int32_t whole(double v) {
  const double shift = 6755399441055744.0;
  return (int32_t)((v * CK_ONE + shift) - shift);
}

/// find_taps for bytes in `nearest`, with coordinates in whole numbers: the first of CK_WIDE is
/// rounded to them, and so is the way to each of the others, which makes up to one unit.
static CK_APART void byte_taps_whole(ck_byte_warp *warp, int32_t row, int32_t rows, int32_t first,
                                     int32_t count) {
  ck_taps *restrict taps = &warp->taps;
  const ck_ways *restrict ways = &warp->ways;
  const ck_map *map = warp->map;
  const int32_t height = warp->shape.height, width = warp->shape.width, stride = width * 3;
  int32_t start = 0;
  for (int32_t end = row + rows; row < end; row++, start += count) {
    const double base_row = map->row_offset + (double)row * map->row_row;
    const double base_column = map->column_offset + (double)row * map->column_row;
    for (int32_t i = 0; i < count; i += CK_WIDE) {
      const double column = warped_column(warp, first + i);
      const int32_t v0 = whole(base_row + column * map->row_column);
      const int32_t w0 = whole(base_column + column * map->column_column);
#pragma clang loop vectorize(assume_safety) vectorize_width(16) interleave_count(1)
      for (int32_t k = 0; k < CK_WIDE; k++) {
        int32_t lower, right;
        const int32_t top = whole_tap(v0 + ways->down[k], height, &lower);
        const int32_t near = whole_tap(w0 + ways->across[k], width, &right);
        taps->offsets[start + i + k] = top * stride + near * 3;
        weigh(taps, start + i + k, lower, right);
      }
    }
  }
}

/// Whether a picture's coordinates, and those CK_WIDE columns on, either way, are small enough for
/// whole numbers.
CK_INLINE int fits_whole(const ck_map *map, ck_shape shape, ck_fill fill) {
  const double most = CK_FARTHEST;
  const double down = CK_WIDE * map->row_column, across = CK_WIDE * map->column_column;
  return fill == CK_NEAREST && shape.height < most && shape.width < most && down > -most &&
         down < most && across > -most && across < most &&
         stays(map->row_offset, map->row_row, map->row_column, 0, shape.height, -CK_WIDE,
               shape.width + 2 * CK_WIDE, -most, most) &&
         stays(map->column_offset, map->column_row, map->column_column, 0, shape.height, -CK_WIDE,
               shape.width + 2 * CK_WIDE, -most, most);
}

CK_INLINE void find_ways(ck_byte_warp *warp) {
  const ck_map *map = warp->map;
  ck_ways *ways = &warp->ways;
  ways->are_whole = fits_whole(map, warp->shape, warp->fill);
  for (int32_t k = 0; ways->are_whole && k < CK_WIDE; k++) {
    const int32_t step = warp->mirrors ? -k : k;
    ways->down[k] = whole(step * map->row_column);
    ways->across[k] = whole(step * map->column_column);
  }
}

CK_INLINE void find_byte_taps(ck_byte_warp *warp, int32_t row, int32_t rows, int32_t first,
                              int32_t count) {
  const ck_map *map = warp->map;
  const ck_shape shape = warp->shape;
  ck_taps *taps = &warp->taps;
  ck_columns *columns = &warp->columns;
  if (warp->ways.are_whole) {
    byte_taps_whole(warp, row, rows, first, count);
    return;
  }
  hold_columns(columns, first, count, map, shape, warp->mirrors);
  const int32_t source = warp->mirrors ? shape.width - first - count : first;
  if (warp->fill == CK_NEAREST)
    byte_taps_nearest(taps, row, rows, first, count, map, columns, shape);
  else if (warp->fill == CK_CONSTANT)
    byte_taps_constant(taps, row, rows, first, count, map, columns, shape);
  else if (is_near(row, rows, source, count, map, shape, warp->fill))
    byte_taps_reflect_near(taps, row, rows, first, count, map, columns, shape);
  else byte_taps_reflect(taps, row, rows, first, count, map, columns, shape);
}
