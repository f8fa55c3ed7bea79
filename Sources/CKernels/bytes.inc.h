// The affine warps of bytes; included once for each level.
//
// Order 0 fetches. Order 1 gives the float32 that warp_bilinear gives, rounded to the nearest whole
// number, halves up: sums are made in float32 and in units of 1 / CK_UNIT. Nine roundings and the
// float32 that is meant come to less than 1.3 of them, coordinates in whole numbers (below) to 2 more,
// others' weights to 0.4; so a sum is off by less than 3.5, and a pixel with one within that of a half
// is made once more by the definition.

/// Bytes three at a time through vectors of four, as the pixels of pixels.inc.h.
typedef uint8_t ck_b4 __attribute__((vector_size(4), aligned(1), may_alias));

/// The definition: taps and weights as in bilinear.inc.h, one pixel.
static CK_APART void blend_bytes_exactly(const uint8_t *from, uint8_t *to, int32_t row,
                                         int32_t column, const ck_map *map, ck_shape shape,
                                         ck_fill fill, uint8_t cval) {
  const int32_t channels = shape.channels;
  const double v = map->row_offset + (double)row * map->row_row;
  const double w = map->column_offset + (double)row * map->column_row;
  ck_corners one;
  set_corner(&one, 0, v + (double)column * map->row_column, w + (double)column * map->column_column,
             shape, fill);
  if (one.offset[0] == CK_HOLE) {
    for (int32_t k = 0; k < channels; k++) to[k] = cval;
    return;
  }
  const uint8_t *upper = from + one.offset[0], *lower = upper + one.down[0];
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

/// One pixel of a block, through a vector of four; says whether it is too near to a half. Writes one
/// byte more, unless it is the `last` of its picture.
CK_INLINE int blend_byte_pixel(const uint8_t *restrict from, uint8_t *to, const ck_taps *taps,
                               int32_t i, int32_t stride, int last) {
  const uint8_t *place = from + taps->offsets[i], *below = place + stride;
  const float a = taps->scaled[0][i], b = taps->scaled[1][i], c = taps->scaled[2][i];
  const float d = taps->scaled[3][i];
  ck_f4 sum = CK_BYTES(place) * (ck_f4){a, a, a, 0};
  sum += CK_BYTES(place + 3) * (ck_f4){b, b, b, 0};
  sum += CK_BYTES(below) * (ck_f4){c, c, c, 0};
  sum += CK_BYTES(below + 3) * (ck_f4){d, d, d, 0};
  // Half a unit for the rounding here, half a byte for the one there, and four for the zone.
  const float half = CK_UNIT / 2 + 4.5f;
  const ck_i4 units = __builtin_convertvector(sum + half, ck_i4);
  const ck_i4 near = (units & (CK_UNIT - 8)) == 0, bytes = units >> 14;
  const ck_b4 pixel = __builtin_convertvector(bytes, ck_b4);
  if (last) to[0] = pixel[0], to[1] = pixel[1], to[2] = pixel[2];
  else *(ck_b4 *)to = pixel;
  return (near[0] | near[1] | near[2]) != 0;
}

#ifdef CK_MASKED_LOADS
/// The pixels at four places and those beside them, as 16-bit words: a pixel pair in each quarter.
CK_INLINE __m512i load_pairs(const uint8_t *from, const int32_t *offsets) {
  __m128i low = _mm_loadl_epi64((const __m128i *)(from + offsets[0]));
  __m128i high = _mm_loadl_epi64((const __m128i *)(from + offsets[2]));
  low = _mm_castps_si128(_mm_loadh_pi(_mm_castsi128_ps(low), (const __m64 *)(from + offsets[1])));
  high =
      _mm_castps_si128(_mm_loadh_pi(_mm_castsi128_ps(high), (const __m64 *)(from + offsets[3])));
  return _mm512_cvtepu8_epi16(_mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1));
}

/// Three words of each quarter, from byte `at` on, as float32.
CK_INLINE __m512 pick_words(__m512i pairs, int at) {
  const __m128i places = _mm_setr_epi8(at, at + 1, -1, -1, at + 2, at + 3, -1, -1, at + 4, at + 5,
                                       -1, -1, -1, -1, -1, -1);
  return _mm512_cvtepi32_ps(_mm512_shuffle_epi8(pairs, _mm512_broadcast_i32x4(places)));
}

/// A pixel's weight in its quarter.
CK_INLINE __m512 spread_weights(const float *weights) {
  const __m512i quarters =
      _mm512_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);
  return _mm512_permutevar_ps(_mm512_broadcast_f32x4(_mm_loadu_ps(weights)), quarters);
}

/// Four pixels of a block; writes four bytes more. Reads two bytes behind the lower right tap. Gives a
/// bit for each value that is too near to a half, four to a pixel.
CK_INLINE uint32_t blend_four_byte_pixels(const uint8_t *restrict from, uint8_t *to,
                                     const ck_taps *taps, int32_t i, int32_t stride) {
  const __m512i above = load_pairs(from, taps->offsets + i);
  const __m512i below = load_pairs(from + stride, taps->offsets + i);
  __m512 sum = pick_words(above, 0) * spread_weights(taps->scaled[0] + i);
  sum = _mm512_fmadd_ps(pick_words(above, 6), spread_weights(taps->scaled[1] + i), sum);
  sum = _mm512_fmadd_ps(pick_words(below, 0), spread_weights(taps->scaled[2] + i), sum);
  sum = _mm512_fmadd_ps(pick_words(below, 6), spread_weights(taps->scaled[3] + i), sum);
  const __m512i units =
      _mm512_add_epi32(_mm512_cvtps_epi32(sum), _mm512_set1_epi32(CK_UNIT / 2 + 4));
  const __m128i bytes = _mm512_cvtepi32_epi8(_mm512_srli_epi32(units, 14));
  const __m128i packed = _mm_shuffle_epi8(
      bytes, _mm_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1));
  _mm_storeu_si128((__m128i *)to, packed);
  return _mm512_testn_epi32_mask(units, _mm512_set1_epi32(CK_UNIT - 8));
}
#endif

/// A block whose taps stand side by side; `careful` as in blend_plain.
CK_INLINE void blend_byte_block(const uint8_t *restrict from, uint8_t *restrict to,
                                const ck_taps *taps, int32_t row, int32_t rows, int32_t first,
                                int32_t count, const ck_map *map, ck_shape shape, ck_fill fill,
                                uint8_t cval, int careful) {
  const int32_t stride = shape.width * 3, pixels = rows * count;
  const int32_t corner = (shape.height - 1) * stride - 6;
  int32_t i = 0;
#ifdef CK_MASKED_LOADS
  for (; !careful && i + 4 <= pixels; i += 4) {
    uint32_t near = blend_four_byte_pixels(from, to + 3 * i, taps, i, stride);
    for (int32_t k = i; __builtin_expect(near != 0, 0); k++, near >>= 4) {
      if (near & 15)
        blend_bytes_exactly(from, to + 3 * k, row + k / count, first + k % count, map, shape, fill,
                            cval);
    }
  }
#endif
  for (; i < pixels; i++) {
    if ((careful && taps->offsets[i] == corner) ||
        __builtin_expect(blend_byte_pixel(from, to + 3 * i, taps, i, stride,
                                          careful && i == pixels - 1),
                         0))
      blend_bytes_exactly(from, to + 3 * i, row + i / count, first + i % count, map, shape, fill,
                          cval);
  }
}

static CK_APART void blend_bytes_amidst(const uint8_t *from, uint8_t *to, const ck_taps *taps,
                                        int32_t row, int32_t rows, int32_t first, int32_t count,
                                        const ck_map *map, ck_shape shape, ck_fill fill,
                                        uint8_t cval) {
  blend_byte_block(from, to, taps, row, rows, first, count, map, shape, fill, cval, 0);
}

static CK_APART void blend_bytes_carefully(const uint8_t *from, uint8_t *to, const ck_taps *taps,
                                           int32_t row, int32_t rows, int32_t first, int32_t count,
                                           const ck_map *map, ck_shape shape, ck_fill fill,
                                           uint8_t cval) {
  blend_byte_block(from, to, taps, row, rows, first, count, map, shape, fill, cval, 1);
}

/// Coordinates in whole numbers have this many binary places.
#define CK_PLACES 22
/// What they have to stay below.
#define CK_FARTHEST 500

/// One axis of a pixel: the first tap, and the second one's weight.
CK_INLINE int32_t whole_tap(int32_t v, int32_t n, float *weight) {
  v = v > 0 ? v : 0;
  const int32_t end = (n - 1) << CK_PLACES;
  v = v < end ? v : end;
  int32_t first = v >> CK_PLACES;
  first = first < n - 2 ? first : n - 2;
  *weight = (float)(v - (first << CK_PLACES)) * (1.0f / (1 << CK_PLACES));
  return first;
}

/// A coordinate in whole numbers, rounded: what is added leaves no room for fractions.
CK_INLINE int32_t whole(double v) {
  const double shift = 6755399441055744.0;
  return (int32_t)((v * (1 << CK_PLACES) + shift) - shift);
}

/// The ways from a pixel to those on its right, in whole numbers.
typedef struct {
  int32_t down[CK_WIDE], across[CK_WIDE];
  /// Whether the picture is made with them.
  int are_whole;
} ck_ways;

/// find_taps for bytes in `nearest`, with coordinates in whole numbers: the first of CK_WIDE is
/// rounded to them, and so is the way to each of the others, which makes up to 2^-22 of a pixel. The
/// bilinear picture has no steps, so a value is off by 255 times that at most, on each axis.
static CK_APART void byte_taps_whole(ck_taps *restrict taps, int32_t row, int32_t rows,
                                     int32_t first, int32_t count, const ck_map *map,
                                     const ck_ways *ways, ck_shape shape) {
  const int32_t height = shape.height, width = shape.width, stride = width * 3;
  int32_t start = 0;
  for (int32_t end = row + rows; row < end; row++, start += count) {
    const double base_row = map->row_offset + (double)row * map->row_row;
    const double base_column = map->column_offset + (double)row * map->column_row;
    for (int32_t i = 0; i < count; i += CK_WIDE) {
      const double column = (double)(first + i);
      const int32_t v0 = whole(base_row + column * map->row_column);
      const int32_t w0 = whole(base_column + column * map->column_column);
#pragma clang loop vectorize(assume_safety) vectorize_width(16) interleave_count(1)
      for (int32_t k = 0; k < CK_WIDE; k++) {
        float low, right;
        const int32_t top = whole_tap(v0 + ways->down[k], height, &low);
        const int32_t near = whole_tap(w0 + ways->across[k], width, &right);
        const float second = right * CK_UNIT, one_column = CK_UNIT - second, up = 1 - low;
        const int32_t place = start + i + k;
        taps->offsets[place] = top * stride + near * 3;
        taps->scaled[0][place] = up * one_column;
        taps->scaled[1][place] = up * second;
        taps->scaled[2][place] = low * one_column;
        taps->scaled[3][place] = low * second;
      }
    }
  }
}

/// Whether a picture's coordinates, and those CK_WIDE columns on, are small enough for whole numbers.
CK_INLINE int fits_whole(const ck_map *map, ck_shape shape, ck_fill fill) {
  const double most = CK_FARTHEST;
  const double down = CK_WIDE * map->row_column, across = CK_WIDE * map->column_column;
  return fill == CK_NEAREST && shape.height < most && shape.width < most && down > -most &&
         down < most && across > -most && across < most &&
         stays(map->row_offset, map->row_row, map->row_column, 0, shape.height, 0,
               shape.width + CK_WIDE, -most, most) &&
         stays(map->column_offset, map->column_row, map->column_column, 0, shape.height, 0,
               shape.width + CK_WIDE, -most, most);
}

CK_INLINE ck_ways find_ways(const ck_map *map, ck_shape shape, ck_fill fill) {
  ck_ways ways;
  ways.are_whole = fits_whole(map, shape, fill);
  for (int32_t k = 0; ways.are_whole && k < CK_WIDE; k++) {
    ways.down[k] = whole(k * map->row_column);
    ways.across[k] = whole(k * map->column_column);
  }
  return ways;
}

CK_INLINE void find_byte_taps(ck_taps *taps, int32_t row, int32_t rows, int32_t first,
                              int32_t count, const ck_map *map, const ck_ways *ways,
                              ck_columns *columns, ck_shape shape, ck_fill fill) {
  if (ways->are_whole) {
    byte_taps_whole(taps, row, rows, first, count, map, ways, shape);
    return;
  }
  hold_columns(columns, first, count, map, shape, 0);
  if (fill == CK_NEAREST) byte_taps_nearest(taps, row, rows, first, count, map, columns, shape);
  else if (fill == CK_CONSTANT)
    byte_taps_constant(taps, row, rows, first, count, map, columns, shape);
  else if (is_near(row, rows, first, count, map, shape, fill))
    byte_taps_reflect_near(taps, row, rows, first, count, map, columns, shape);
  else byte_taps_reflect(taps, row, rows, first, count, map, columns, shape);
}

/// The part of the next picture that is asked for while a block of rows is made: bytes enough for a
/// core's own cache are asked for, all of most pictures.
CK_INLINE void fetch_bytes_ahead(const uint8_t *next, int32_t row, int32_t rows, int32_t stride) {
  const int64_t start = (int64_t)row * stride, end = start + (int64_t)rows * stride;
  if (!next || end > 4 * CK_AHEAD) return;
  for (int64_t byte = start; byte < end; byte += 64) __builtin_prefetch(next + byte);
}

static void warp_bytes_bilinear(const uint8_t *restrict from, uint8_t *restrict to, ck_shape shape,
                                const ck_map *map, ck_fill fill, uint8_t cval,
                                const uint8_t *next) {
  const int32_t stride = shape.width * shape.channels;
  if (shape.channels != 3 || !has_plain_taps(fill, shape)) {
    for (int32_t row = 0; row < shape.height; row++)
      for (int32_t column = 0; column < shape.width; column++)
        blend_bytes_exactly(from, to + (int64_t)row * stride + column * shape.channels, row,
                            column, map, shape, fill, cval);
    return;
  }
  ck_taps taps;
  const ck_ways ways = find_ways(map, shape, fill);
  ck_columns columns;
  columns.first = columns.count = 0;
  const int32_t most = shape.width < CK_TILE ? CK_TILE / shape.width : 1;
  for (int32_t row = 0; row < shape.height; row += most) {
    const int32_t over = shape.height - row, rows = over < most ? over : most;
    fetch_bytes_ahead(next, row, rows, stride);
    for (int32_t first = 0; first < shape.width; first += CK_TILE) {
      const int32_t ahead = shape.width - first, count = ahead < CK_TILE ? ahead : CK_TILE;
      find_byte_taps(&taps, row, rows, first, count, map, &ways, &columns, shape, fill);
      uint8_t *block = to + (int64_t)row * stride + first * 3;
      const int32_t pixels = rows * count;
      // Four bytes behind the block may be written: a pixel and a half.
      const int ends = (row + rows == shape.height) & (first + count + 2 > shape.width);
      int32_t least, greatest;
      bound_offsets(&taps, pixels, &least, &greatest);
      if (ends | reaches_corner(greatest, shape))
        blend_bytes_carefully(from, block, &taps, row, rows, first, count, map, shape, fill, cval);
      else
        blend_bytes_amidst(from, block, &taps, row, rows, first, count, map, shape, fill, cval);
      if (fill != CK_CONSTANT) continue;
      for (int32_t i = 0; i < pixels; i++)
        if (taps.holes[i]) block[3 * i] = cval, block[3 * i + 1] = cval, block[3 * i + 2] = cval;
    }
  }
}

/// Fetches `count` > 0 pixels; `last` is the offset of the picture's last one.
CK_INLINE void fetch_bytes(const uint8_t *restrict from, uint8_t *restrict to,
                           const int32_t *offsets, int32_t count, int32_t channels, int32_t last,
                           uint8_t cval) {
  int32_t i = 0;
  if (channels == 3) {
    // Four bytes at a time; the fourth is overwritten by the next pixel.
    const ck_b4 outside = {cval, cval, cval, cval};
    for (; i < count - 1; i++) {
      if (__builtin_expect(offsets[i] == last, 0)) {
        for (int k = 0; k < 3; k++) to[3 * i + k] = from[last + k];
      } else {
        *(ck_b4 *)(to + 3 * i) =
            offsets[i] == CK_HOLE ? outside : *(const ck_b4 *)(from + offsets[i]);
      }
    }
  }
  for (; i < count; i++)
    for (int32_t k = 0; k < channels; k++)
      to[i * channels + k] = offsets[i] == CK_HOLE ? cval : from[offsets[i] + k];
}

static void warp_bytes_nearest(const uint8_t *restrict from, uint8_t *restrict to, ck_shape shape,
                               const ck_map *map, ck_fill fill, uint8_t cval,
                               const uint8_t *next) {
  int32_t offsets[CK_TILE + CK_LANES];
  const int32_t channels = shape.channels, stride = shape.width * channels;
  const int32_t last = shape.height * stride - channels;
  const int32_t most = shape.width < CK_TILE ? CK_TILE / shape.width : 1;
  for (int32_t row = 0; row < shape.height; row += most) {
    const int32_t over = shape.height - row, rows = over < most ? over : most;
    fetch_bytes_ahead(next, row, rows, stride);
    for (int32_t first = 0; first < shape.width; first += CK_TILE) {
      const int32_t ahead = shape.width - first, count = ahead < CK_TILE ? ahead : CK_TILE;
      find_offsets(offsets, row, rows, first, count, map, shape, fill);
      fetch_bytes(from, to + (int64_t)row * stride + first * channels, offsets, rows * count,
                  channels, last, cval);
    }
  }
}
