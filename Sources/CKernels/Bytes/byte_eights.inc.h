// Bytes eight pixels at a time, for AVX2; included once for each level that has it.
//
// A pixel's value is two sums of products of 16-bit words, one with the weights' high words and one with
// their low ones. Pixels k and k + 4 share a vector, because its halves are packed each by itself.

/// Eight pixels' weights of a row's two taps as 16-bit words: weight = 2^16 * high + low, each with
/// its sign, the left tap's before the right one's.
typedef struct {
  __m256i high, low;
} ck_words;

CK_INLINE ck_words part_weights(const int32_t *left, const int32_t *right) {
  const __m256i a = _mm256_loadu_si256((const __m256i *)left);
  const __m256i b = _mm256_loadu_si256((const __m256i *)right);
  // Rounded, for the low word goes from -2^15 on.
  const __m256i half = _mm256_set1_epi32(1 << 15);
  const __m256i c = _mm256_add_epi32(a, half), d = _mm256_add_epi32(b, half);
  return (ck_words){.high = _mm256_blend_epi16(_mm256_srli_epi32(c, 16), d, 0xaa),
                    .low = _mm256_blend_epi16(a, _mm256_slli_epi32(b, 16), 0xaa)};
}

/// The two taps of a row at two places, as words: left and right of each channel in turn, a pixel in
/// each half. Reads 16 bytes.
CK_INLINE __m256i load_taps(const uint8_t *one, const uint8_t *two) {
  const __m256i places = _mm256_setr_epi8(0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1,
                                          0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1);
  const __m128i low = _mm_loadu_si128((const __m128i *)one);
  const __m128i high = _mm_loadu_si128((const __m128i *)two);
  return _mm256_shuffle_epi8(_mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1), places);
}

/// The sums of pixels `k`, a constant, and `k` + 4 of eight; a half and the zone are added.
#define CK_SUM_TWO(k)                                                                            \
  sum_two(from, under, offsets[k], offsets[(k) + 4],                                             \
          _mm256_shuffle_epi32(above.high, 0x55 * (k)),                                          \
          _mm256_shuffle_epi32(above.low, 0x55 * (k)),                                           \
          _mm256_shuffle_epi32(below.high, 0x55 * (k)), _mm256_shuffle_epi32(below.low, 0x55 * (k)))

CK_INLINE __m256i sum_two(const uint8_t *from, const uint8_t *under, int32_t one, int32_t two,
                          __m256i above_high, __m256i above_low, __m256i below_high,
                          __m256i below_low) {
  const __m256i above = load_taps(from + one, from + two);
  const __m256i below = load_taps(under + one, under + two);
  const __m256i high = _mm256_add_epi32(_mm256_madd_epi16(above, above_high),
                                        _mm256_madd_epi16(below, below_high));
  const __m256i low = _mm256_add_epi32(_mm256_madd_epi16(above, above_low),
                                       _mm256_madd_epi16(below, below_low));
  const __m256i half = _mm256_set1_epi32(CK_ONE / 2 + CK_ZONE);
  return _mm256_add_epi32(_mm256_slli_epi32(high, 16), _mm256_add_epi32(low, half));
}

/// A bit for each value of two pixels that is too near to a half, four to a pixel; the fourth is never
/// near, because it is 0.
CK_INLINE uint32_t find_near(__m256i rest) {
  const __m256i near = _mm256_cmpeq_epi32(rest, _mm256_setzero_si256());
  return (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(near));
}

/// The same for each of two pixels: 1 and 16.
CK_INLINE uint32_t near_pixels(__m256i rest) {
  const uint32_t values = find_near(rest);
  return (values | values >> 1 | values >> 2) & 0x11;
}

/// Eight pixels of a block; writes four bytes more. Gives a bit for each that is too near to a half.
CK_INLINE uint32_t blend_eight(const uint8_t *from, uint8_t *to, const ck_taps *taps, int32_t i,
                               int32_t stride) {
  const int32_t *offsets = taps->offsets + i;
  const uint8_t *under = from + stride;
  const ck_words above = part_weights(taps->whole[0] + i, taps->whole[1] + i);
  const ck_words below = part_weights(taps->whole[2] + i, taps->whole[3] + i);
  const __m256i a = CK_SUM_TWO(0), b = CK_SUM_TWO(1), c = CK_SUM_TWO(2), d = CK_SUM_TWO(3);
  const __m256i words = _mm256_packus_epi32(_mm256_srli_epi32(a, CK_PLACES),
                                            _mm256_srli_epi32(b, CK_PLACES));
  const __m256i more = _mm256_packus_epi32(_mm256_srli_epi32(c, CK_PLACES),
                                           _mm256_srli_epi32(d, CK_PLACES));
  const __m256i threes = _mm256_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1,
                                          0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1);
  const __m256i bytes = _mm256_shuffle_epi8(_mm256_packus_epi16(words, more), threes);
  _mm_storeu_si128((__m128i *)to, _mm256_castsi256_si128(bytes));
  _mm_storeu_si128((__m128i *)(to + 12), _mm256_extracti128_si256(bytes, 1));
  const __m256i zone = _mm256_set1_epi32(CK_ONE - 2 * CK_ZONE);
  const __m256i p = _mm256_and_si256(a, zone), q = _mm256_and_si256(b, zone);
  const __m256i r = _mm256_and_si256(c, zone), s = _mm256_and_si256(d, zone);
  const __m256i least = _mm256_min_epu32(_mm256_min_epu32(p, q), _mm256_min_epu32(r, s));
  if (__builtin_expect(find_near(least) == 0, 1)) return 0;
  return near_pixels(p) | near_pixels(q) << 1 | near_pixels(r) << 2 | near_pixels(s) << 3;
}

/// Whether one of `count` pixels takes from so near to the picture's end that vectors of 16 bytes must
/// not read there; `end` is the offset of its last row.
CK_INLINE int reaches_end(const int32_t *offsets, int32_t count, int32_t end) {
  int32_t most = offsets[0];
  for (int32_t i = 1; i < count; i++) most = offsets[i] > most ? offsets[i] : most;
  return most > end - 16;
}

/// Blends a block's pixels in whole vectors of eight; returns how many, at most `count`. Sets a bit
/// in `exactly` for each pixel that the definition has to compute: a call from here would spill the
/// loop's registers.
static CK_APART int32_t blend_eights(const uint8_t *from, uint8_t *to, const ck_taps *taps,
                                     int32_t count, ck_shape shape, uint8_t *exactly) {
  const int32_t stride = shape.width * 3, end = (shape.height - 1) * stride;
  const int careful = reaches_end(taps->offsets, count, end);
  int32_t i = 0;
  for (; i + 8 <= count; i += 8) {
    if (careful && reaches_end(taps->offsets + i, 8, end)) exactly[i / 8] = 0xff;
    else exactly[i / 8] = (uint8_t)blend_eight(from, to + 3 * i, taps, i, stride);
  }
  return i;
}
