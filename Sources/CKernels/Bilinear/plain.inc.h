// The bilinear warp of plain pictures with three channels; included once for each level.
//
// A plain picture has no negative and no tiny value, so nothing cancels and nothing is subnormal. Its
// sums can then be made in any order, with fused products: this order and SciPy's both come within
// five roundings of the true sum, and so within 16 units in the last place of each other. They round
// to the same float32 unless a tie between two floats is that near; then the block is made once more
// by the exact kernel (bilinear.inc.h). Such ties come once in 16 million values.

#define CK_FOUR(x) ((ck_d4){x, x, x, x})
/// Keeps the compiler from replacing a walk's pointers by one index, which every load would have to add.
#define CK_KEEPS_POINTERS(walk) __asm__("" : "+r"(walk.weights), "+r"(walk.offsets), "+r"(walk.under))

/// Whether every value is 0 or from 2^-20 to 2^100. Weights are multiples of 2^-106, so that no
/// weighted value is subnormal either.
static CK_APART int is_plain(const float *from, int64_t count) {
  uint32_t low = UINT32_MAX, high = 0;
  for (int64_t i = 0; i < count; i++) {
    // 0 becomes the greatest of all, and negative values are great.
    uint32_t bits;
    __builtin_memcpy(&bits, from + i, sizeof bits);
    const uint32_t before = bits - 1;
    low = before < low ? before : low;
    high = bits > high ? bits : high;
  }
  return low >= 0x35800000 - 1 && high <= 0x71800000;
}

/// The state of a picture while it is warped: whether it may be plain, the rows [first, end) that
/// were found plain, and the data that its blocks share.
typedef struct {
  int may_be;
  int32_t first, end;
  ck_ahead ahead;
  ck_columns columns;
  ck_taps taps;
} ck_plain;

/// Rows scanned at a time: enough for sequential fetches, few enough to be still in the cache when
/// a slanted walk reaches them.
#define CK_BAND 16

/// Looks through the rows from offset `least` to the one below offset `most`, a band at a time and
/// each once in a picture, until one isn't plain. Returns whether all are.
CK_INLINE int look_through(const float *from, ck_plain *plain, int32_t least, int32_t most,
                           ck_shape shape) {
  const int32_t stride = shape.width * 3, first = least / stride, end = most / stride + 2;
  if (plain->first == plain->end) plain->first = plain->end = first;
  while (plain->may_be && plain->end < end) {
    const int32_t over = shape.height - plain->end, rows = over < CK_BAND ? over : CK_BAND;
    plain->may_be = is_plain(from + (int64_t)plain->end * stride, (int64_t)rows * stride);
    plain->end += rows;
  }
  while (plain->may_be && plain->first > first) {
    const int32_t rows = plain->first < CK_BAND ? plain->first : CK_BAND;
    plain->first -= rows;
    plain->may_be = is_plain(from + (int64_t)plain->first * stride, (int64_t)rows * stride);
  }
  return plain->may_be;
}

/// Where a block's pixels are read and written, moved on pixel by pixel: an index would cost each load an
/// instruction more. `under` is one row below `from`; a pixel's four weights are CK_WEIGHTS apart.
typedef struct {
  const float *from, *under;
  const int32_t *offsets;
  const double *weights;
  float *to;
} ck_walk;

CK_INLINE void move_on(ck_walk *walk, int32_t pixels) {
  walk->offsets += pixels, walk->weights += pixels, walk->to += 3 * pixels;
}

/// The sums of the three values of the walk's pixel `i`; `careful` if the fourth value of the last
/// corner isn't there to be read.
CK_INLINE void sum_plain(const ck_walk *walk, ck_d4 *sum, int32_t i, int32_t corner, int careful) {
  const int32_t offset = walk->offsets[i];
  const float *place = walk->from + offset, *below = walk->under + offset;
  const double *weights = walk->weights + i;
  ck_f4 last;
  if (careful && offset == corner) last = (ck_f4){below[3], below[4], below[5], 0};
  else last = *(const ck_f4 *)(below + 3);
  ck_d4 a, b, c;
  load_three(place, &a);
  load_three(place + 3, &b);
  load_three(below, &c);
  const ck_d4 d = __builtin_convertvector(last, ck_d4);
  *sum = a * CK_FOUR(weights[0]);
  *sum = CK_FUSED(b, CK_FOUR(weights[CK_WEIGHTS]), *sum);
  *sum = CK_FUSED(c, CK_FOUR(weights[2 * CK_WEIGHTS]), *sum);
  *sum = CK_FUSED(d, CK_FOUR(weights[3 * CK_WEIGHTS]), *sum);
}

/// Lowers `nearest`, to 0 where one of two pixels' values is near a tie. Rounding to float32 drops
/// the last 29 bits; a value whose dropped bits are within 16 of a half is near a tie. Lanes six
/// and eight hold no value.
CK_INLINE void keep_nearest(ck_n8 *nearest, const ck_d4 *one, const ck_d4 *two) {
  const ck_n8 low =
      __builtin_shufflevector((ck_n8)*one, (ck_n8)*two, 0, 2, 8, 10, 4, 6, 12, 14);
  const ck_n8 rest = (low + ((1 << 28) + 16)) & ((1 << 29) - 32);
  *nearest = __builtin_elementwise_min(*nearest, rest);
}

CK_INLINE int tie_is_near(const ck_n8 *nearest) {
  const ck_n8 n = *nearest;
  return !n[0] | !n[1] | !n[2] | !n[3] | !n[4] | !n[6];
}

/// Rounds a pixel and writes it, with a fourth value behind it unless it is the `last`.
CK_INLINE void put_three(const ck_d4 *sum, float *to, int last) {
  const ck_f4 value = __builtin_convertvector(*sum, ck_f4);
  if (last) to[0] = value[0], to[1] = value[1], to[2] = value[2];
  else *(ck_f4 *)to = value;
}

/// Two pixels of a block from the walk's pixel `i` on, as blend_plain makes it; `last` if they end the
/// block.
CK_INLINE void blend_two(const ck_walk *walk, int32_t i, int32_t corner, int careful, int last,
                         ck_n8 *nearest) {
  ck_d4 one, two;
  sum_plain(walk, &one, i, corner, careful);
  sum_plain(walk, &two, i + 1, corner, careful);
  keep_nearest(nearest, &one, &two);
  put_three(&one, walk->to + 3 * i, 0);
  put_three(&two, walk->to + 3 * i + 3, careful && last);
}

/// Pixels through vectors of four, as in blend_threes; `careful` also if the fourth value behind the
/// block mustn't be written. Says whether a tie is near. Asks for what is wanted next in between, a
/// cache line for four pixels: all at once would keep the sums waiting.
CK_INLINE int blend_plain(const float *restrict from, float *restrict to, const ck_taps *taps,
                          int32_t count, ck_shape shape, const char *ahead, int careful) {
  const int32_t stride = shape.width * 3, corner = (shape.height - 1) * stride - 6;
  ck_walk walk = {from, from + stride, taps->offsets, taps->weights[0], to};
  ck_n8 nearest = ~(ck_n8){0};
  int32_t left = count;
  for (; left > 3; left -= 4, ahead += 4 * CK_ASKED) {
    __builtin_prefetch(ahead);
    __builtin_prefetch(walk.to + CK_WRITTEN_AHEAD, 1);
    blend_two(&walk, 0, corner, careful, 0, &nearest);
    blend_two(&walk, 2, corner, careful, left == 4, &nearest);
    move_on(&walk, 4);
    CK_KEEPS_POINTERS(walk);
  }
  for (; left > 1; left -= 2) {
    blend_two(&walk, 0, corner, careful, left == 2, &nearest);
    move_on(&walk, 2);
  }
  if (left > 0) {
    ck_d4 one;
    sum_plain(&walk, &one, 0, corner, careful);
    keep_nearest(&nearest, &one, &one);
    put_three(&one, walk.to, careful);
  }
  return tie_is_near(&nearest);
}

static CK_APART int blend_plain_amidst(const float *restrict from, float *restrict to,
                                       const ck_taps *taps, int32_t count, ck_shape shape,
                                       const char *ahead) {
  return blend_plain(from, to, taps, count, shape, ahead, 0);
}

static CK_APART int blend_plain_carefully(const float *restrict from, float *restrict to,
                                          const ck_taps *taps, int32_t count, ck_shape shape,
                                          const char *ahead) {
  return blend_plain(from, to, taps, count, shape, ahead, 1);
}

/// One block of a picture, as warp_bilinear makes it, if all that it takes from is plain; else 0, as
/// when a tie is near. `source` is the first of its columns in the picture itself. Nothing may be
/// written behind the block that `is_last` in the result.
CK_INLINE int warp_plain(const float *restrict from, float *restrict to, ck_plain *plain,
                         int32_t row, int32_t rows, int32_t first, int32_t source, int32_t count,
                         const ck_map *map, ck_shape shape, ck_fill fill, float cval, int mirrors,
                         int is_last) {
  ck_taps *taps = &plain->taps;
  hold_columns(&plain->columns, first, count, map, shape, mirrors);
  find_plain_taps(taps, row, rows, first, source, count, map, &plain->columns, shape, fill);
  const int32_t pixels = rows * count;
  int32_t least, most;
  bound_offsets(taps, pixels, &least, &most);
  if (!look_through(from, plain, least, most, shape)) return 0;
  const char *asked = ask(&plain->ahead, from + (int64_t)plain->end * shape.width * 3, pixels);
  const int ties = is_last | reaches_corner(most, shape)
                       ? blend_plain_carefully(from, to, taps, pixels, shape, asked)
                       : blend_plain_amidst(from, to, taps, pixels, shape, asked);
  if (ties) return 0;
  if (fill == CK_CONSTANT) {
    for (int32_t i = 0; i < pixels; i++)
      if (taps->holes[i]) to[3 * i] = cval, to[3 * i + 1] = cval, to[3 * i + 2] = cval;
  }
  return 1;
}
