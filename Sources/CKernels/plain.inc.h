// The bilinear warp of plain pictures with three channels; included once for each level.
//
// A plain picture has no negative and no tiny value, so nothing cancels and nothing is subnormal. Its
// sums can then be made in any order, with fused products: this order and SciPy's both come within
// five roundings of the true sum, and so within 16 units in the last place of each other. They round
// to the same float32 unless a tie between two floats is that near; then the block is made once more
// by the exact kernel (bilinear.inc.h). Such ties come once in 16 million values.

#ifdef CK_FUSES
#define CK_FUSED(a, b, c) __builtin_elementwise_fma(a, b, c)
#else
#define CK_FUSED(a, b, c) ((a) * (b) + (c))
#endif
#define CK_FOUR(x) ((ck_d4){x, x, x, x})
#define CK_FOUR_WHOLE(x) ((ck_u4){x, x, x, x})

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

/// Whether every value is 0 or from 2^-20 to 2^100. Weights are multiples of 2^-106, so that no
/// weighted value is subnormal either.
static CK_APART int is_plain(const float *from, int64_t count) {
  const uint32_t least = 0x35800000, most = 0x71800000;
  const int32_t *bits = (const int32_t *)from;
  uint32_t odd = 0;
  for (int64_t i = 0; i < count; i++) {
    const uint32_t value = bits[i] == 0 ? least : (uint32_t)bits[i];
    odd |= value - least > most - least;
  }
  return odd == 0;
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

/// Fills in a block as find_sources does.
CK_INLINE void find_taps(ck_taps *restrict taps, int32_t row, int32_t rows, int32_t first,
                         int32_t count, const ck_map *map, ck_shape shape, int fill,
                         int of_bytes) {
  const double step_row = map->row_column, step_column = map->column_column;
  const double height = shape.height, width = shape.width;
  const double channels = shape.channels, stride = width * channels;
  const int32_t padded = (count + CK_LANES - 1) & -CK_LANES;
  int32_t start = 0;
  for (int32_t end = row + rows; row < end; row++, start += count) {
    const double base_row = map->row_offset + (double)row * map->row_row;
    const double base_column = map->column_offset + (double)row * map->column_row;
#pragma clang loop vectorize(assume_safety) vectorize_width(8) interleave_count(1)
    for (int32_t i = 0; i < padded; i++) {
      const double column = (double)(first + i);
      const double v = base_row + column * step_row;
      const double w = base_column + column * step_column;
      double top, near, upper, left;
      plain_tap(v, height, fill, &top, &upper);
      plain_tap(w, width, fill, &near, &left);
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
        taps->holes[start + i] = !(inside(v, height, fill) & inside(w, width, fill));
    }
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

/// Whether a pixel takes from the picture's last corner, behind which vectors must not read.
CK_INLINE int reaches_corner(const ck_taps *taps, int32_t count, ck_shape shape) {
  const int32_t corner = ((shape.height - 1) * shape.width - 2) * shape.channels;
  int32_t reaches = 0;
  for (int32_t i = 0; i < count; i++) reaches |= taps->offsets[i] == corner;
  return reaches;
}

/// Pixels through vectors of four, as in blend_threes; `careful` if the fourth value of the last
/// corner isn't there to be read, nor one behind the block to be written. Says whether a tie is near.
CK_INLINE int blend_plain(const float *restrict from, float *restrict to, const ck_taps *taps,
                          int32_t count, ck_shape shape, int careful) {
  const int32_t stride = shape.width * 3, corner = (shape.height - 1) * stride - 6;
  ck_u4 ties = CK_FOUR_WHOLE(0);
#pragma clang loop unroll_count(4)
  for (int32_t i = 0; i < count; i++) {
    const int32_t offset = taps->offsets[i];
    const float *place = from + offset, *below = place + stride;
    ck_f4 last;
    if (careful && offset == corner) last = (ck_f4){below[3], below[4], below[5], 0};
    else last = *(const ck_f4 *)(below + 3);
    ck_d4 a, b, c;
    load_three(place, &a);
    load_three(place + 3, &b);
    load_three(below, &c);
    const ck_d4 d = __builtin_convertvector(last, ck_d4);
    ck_d4 sum = a * CK_FOUR(taps->weights[0][i]);
    sum = CK_FUSED(b, CK_FOUR(taps->weights[1][i]), sum);
    sum = CK_FUSED(c, CK_FOUR(taps->weights[2][i]), sum);
    sum = CK_FUSED(d, CK_FOUR(taps->weights[3][i]), sum);
    // The last 29 bits are what float32 rounds away; a half of them, give or take 16, is a tie.
    const ck_u4 rest = (ck_u4)sum + CK_FOUR_WHOLE((1 << 28) + 16);
    ties |= (ck_u4)((rest & CK_FOUR_WHOLE((1 << 29) - 32)) == 0);
    const ck_f4 value = __builtin_convertvector(sum, ck_f4);
    float *pixel = to + 3 * i;
    if (careful && i == count - 1) pixel[0] = value[0], pixel[1] = value[1], pixel[2] = value[2];
    else *(ck_f4 *)pixel = value;
  }
  return (ties[0] | ties[1] | ties[2]) != 0;
}

static CK_APART int blend_plain_amidst(const float *restrict from, float *restrict to,
                                       const ck_taps *taps, int32_t count, ck_shape shape) {
  return blend_plain(from, to, taps, count, shape, 0);
}

static CK_APART int blend_plain_carefully(const float *restrict from, float *restrict to,
                                          const ck_taps *taps, int32_t count, ck_shape shape) {
  return blend_plain(from, to, taps, count, shape, 1);
}

/// One block of a plain picture, as warp_bilinear makes it; 0 if it has to be made exactly.
CK_INLINE int warp_plain(const float *restrict from, float *restrict to, ck_taps *taps,
                         int32_t row, int32_t rows, int32_t first, int32_t count,
                         const ck_map *map, ck_shape shape, ck_fill fill, float cval) {
  find_plain_taps(taps, row, rows, first, count, map, shape, fill);
  const int32_t pixels = rows * count;
  const int ends = (row + rows == shape.height) & (first + count == shape.width);
  const int ties = ends | reaches_corner(taps, pixels, shape)
                       ? blend_plain_carefully(from, to, taps, pixels, shape)
                       : blend_plain_amidst(from, to, taps, pixels, shape);
  if (ties) return 0;
  if (fill == CK_CONSTANT) {
    for (int32_t i = 0; i < pixels; i++)
      if (taps->holes[i]) to[3 * i] = cval, to[3 * i + 1] = cval, to[3 * i + 2] = cval;
  }
  return 1;
}
