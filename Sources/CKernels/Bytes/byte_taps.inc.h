// The taps of the bilinear warp of bytes; included once for each level.

/// The bound below which coordinates fit the fixed-point format.
#define CK_FARTHEST 500

/// The ways from column 0 to all columns of the result, in whole numbers; those of CK_LANES more have
/// room. As ck_columns, but for the picture as a whole.
typedef struct {
  int32_t down[CK_FARTHEST + CK_LANES], across[CK_FARTHEST + CK_LANES];
  /// Whether the picture is made with them.
  int are_whole;
} ck_ways;

/// The data that a picture's blocks share. In a mirrored result columns run from right to left.
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

/// One axis of a pixel: the first tap, and the second one's weight. The last place of all is one unit
/// before the last pixel, so that every tap has its neighbour.
CK_INLINE int32_t whole_tap(int32_t v, int32_t n, int32_t *weight) {
  const int32_t end = ((n - 1) << CK_PLACES) - 1;
  v = v > 0 ? v : 0;
  v = v < end ? v : end;
  *weight = v & (CK_ONE - 1);
  return v >> CK_PLACES;
}

/// A coordinate in whole numbers, rounded: what is added leaves no room for fractions.
CK_INLINE int32_t whole(double v) {
  const double shift = 6755399441055744.0;
  return (int32_t)((v * CK_ONE + shift) - shift);
}

/// find_taps for bytes in `nearest`, with coordinates in whole numbers: the start of a row is rounded
/// to them, and so are the ways from there, which makes up to one unit.
static CK_APART void byte_taps_whole(ck_byte_warp *warp, int32_t row, int32_t rows, int32_t first,
                                     int32_t count) {
  ck_taps *restrict taps = &warp->taps;
  const int32_t *restrict down = warp->ways.down + first;
  const int32_t *restrict across = warp->ways.across + first;
  const ck_map *map = warp->map;
  const int32_t height = warp->shape.height, width = warp->shape.width, stride = width * 3;
  const int32_t padded = (count + CK_LANES - 1) & -CK_LANES;
  int32_t start = 0;
  for (int32_t end = row + rows; row < end; row++, start += count) {
    const int32_t v = whole(map->row_offset + (double)row * map->row_row);
    const int32_t w = whole(map->column_offset + (double)row * map->column_row);
#pragma clang loop vectorize(assume_safety) vectorize_width(8) interleave_count(1)
    for (int32_t i = 0; i < padded; i++) {
      int32_t lower, right;
      const int32_t top = whole_tap(v + down[i], height, &lower);
      const int32_t near = whole_tap(w + across[i], width, &right);
      taps->offsets[start + i] = top * stride + near * 3;
      weigh(taps, start + i, lower, right);
    }
  }
}

/// Whether a picture's coordinates and ways, and those CK_LANES columns on, either way, are small enough
/// for whole numbers.
CK_INLINE int fits_whole(const ck_map *map, ck_shape shape, ck_fill fill) {
  const double most = CK_FARTHEST, columns = shape.width + CK_LANES;
  const double down = columns * map->row_column, across = columns * map->column_column;
  return fill == CK_NEAREST && shape.height < most && shape.width < most && down > -most &&
         down < most && across > -most && across < most &&
         stays(map->row_offset, map->row_row, map->row_column, 0, shape.height, -CK_LANES,
               shape.width + 2 * CK_LANES, -most, most) &&
         stays(map->column_offset, map->column_row, map->column_column, 0, shape.height, -CK_LANES,
               shape.width + 2 * CK_LANES, -most, most);
}

CK_INLINE void find_ways(ck_byte_warp *warp) {
  const ck_map *map = warp->map;
  ck_ways *ways = &warp->ways;
  ways->are_whole = fits_whole(map, warp->shape, warp->fill);
  if (!ways->are_whole) return;
  for (int32_t k = 0; k < warp->shape.width + CK_LANES; k++) {
    const double column = warped_column(warp, k);
    ways->down[k] = whole(column * map->row_column);
    ways->across[k] = whole(column * map->column_column);
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
