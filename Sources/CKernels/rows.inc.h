// Operations on rows and blocks while they are in the cache; included once for each level.

/// Four pixels of three channels, back to front.
CK_INLINE void reverse_four(ck_f4 *a, ck_f4 *b, ck_f4 *c) {
  const ck_f4 x = *a, y = *b, z = *c;  // x: aaab, y: bbcc, z: cddd
  const ck_f4 zy = __builtin_shufflevector(z, y, 1, 2, 3, 6);        // ddd c0
  const ck_f4 mid = __builtin_shufflevector(z, y, 0, 7, 4, 5);       // c2 c1 b1 b2
  *a = zy;
  *b = __builtin_shufflevector(mid, x, 1, 0, 7, 2);                  // c1 c2 b0 b1
  *c = __builtin_shufflevector(mid, x, 3, 4, 5, 6);                  // b2 aaa
}

CK_INLINE void swap_pixels(float *a, float *b, int32_t channels) {
  for (int32_t k = 0; k < channels; k++) {
    const float kept = a[k];
    a[k] = b[k];
    b[k] = kept;
  }
}

/// One row, in place.
CK_INLINE void turn_row(float *row, int32_t width, int32_t channels) {
  int32_t left = 0, right = width;
  if (channels == 3) {
    for (; right - left >= 8; left += 4, right -= 4) {
      ck_f4 *p = (ck_f4 *)(row + 3 * left), *q = (ck_f4 *)(row + 3 * (right - 4));
      ck_f4 a = p[0], b = p[1], c = p[2], d = q[0], e = q[1], f = q[2];
      reverse_four(&a, &b, &c);
      reverse_four(&d, &e, &f);
      p[0] = d, p[1] = e, p[2] = f;
      q[0] = a, q[1] = b, q[2] = c;
    }
  } else if (channels == 1) {
    for (; right - left >= 8; left += 4, right -= 4) {
      ck_f4 *p = (ck_f4 *)(row + left), *q = (ck_f4 *)(row + right - 4);
      const ck_f4 a = *p, b = *q;
      *p = __builtin_shufflevector(b, b, 3, 2, 1, 0);
      *q = __builtin_shufflevector(a, a, 3, 2, 1, 0);
    }
  }
  for (; right - left >= 2; left++, right--)
    swap_pixels(row + left * channels, row + (right - 1) * channels, channels);
}

/// The lowest and the highest of every sixteenth value so far.
typedef struct {
  ck_f16 low, high;
} ck_extent;

CK_INLINE ck_extent no_extent(void) {
  return (ck_extent){(ck_f16)__builtin_inff(), (ck_f16)-__builtin_inff()};
}

/// Chains of sixteen values that comparisons run in: as many as registers hold.
#ifdef CK_MASKED_LOADS
#define CK_CHAINS 4
#else
#define CK_CHAINS 1
#endif

/// Takes in `count` values; NaNs are passed over.
CK_INLINE void widen(ck_extent *extent, const float *from, int64_t count) {
  // Several chains: in one alone each comparison would wait for the one before.
  enum { CHAINS = CK_CHAINS, LANES = 16 };
  ck_f16 low[CHAINS], high[CHAINS];
  for (int k = 0; k < CHAINS; k++) low[k] = extent->low, high[k] = extent->high;
  int64_t i = 0;
  for (; i + CHAINS * LANES <= count; i += CHAINS * LANES) {
    for (int k = 0; k < CHAINS; k++) {
      const ck_f16 value = *(const ck_f16 *)(from + i + LANES * k);
      low[k] = value < low[k] ? value : low[k];
      high[k] = value > high[k] ? value : high[k];
    }
  }
  for (int k = 1; k < CHAINS; k++) {
    low[0] = low[k] < low[0] ? low[k] : low[0];
    high[0] = high[k] > high[0] ? high[k] : high[0];
  }
  for (; i + LANES <= count; i += LANES) {
    const ck_f16 value = *(const ck_f16 *)(from + i);
    low[0] = value < low[0] ? value : low[0];
    high[0] = value > high[0] ? value : high[0];
  }
  for (; i < count; i++) {
    low[0][0] = from[i] < low[0][0] ? from[i] : low[0][0];
    high[0][0] = from[i] > high[0][0] ? from[i] : high[0][0];
  }
  extent->low = low[0], extent->high = high[0];
}

/// The lowest and the highest of all values.
CK_INLINE void close_extent(const ck_extent *extent, float *low, float *high) {
  *low = extent->low[0], *high = extent->high[0];
  for (int k = 1; k < 16; k++) {
    *low = extent->low[k] < *low ? extent->low[k] : *low;
    *high = extent->high[k] > *high ? extent->high[k] : *high;
  }
}
