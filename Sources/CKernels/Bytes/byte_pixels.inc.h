// Flips and shifts of bytes; included once for each level.

typedef uint8_t ck_b16 __attribute__((vector_size(16), aligned(1), may_alias));
// An extended vector, because C has ?: for no others.
typedef uint8_t ck_b64 __attribute__((ext_vector_type(64), aligned(1), may_alias));

/// The five pixels behind byte 1 of `from`, back to front; the sixteenth byte stays that of `keeps`.
CK_INLINE void put_left(const ck_b16 *from, const ck_b16 *keeps, uint8_t *to) {
  *(ck_b16 *)to = __builtin_shufflevector(*from, *keeps, 13, 14, 15, 10, 11, 12, 7, 8, 9, 4, 5, 6,
                                          1, 2, 3, 31);
}

/// The first five pixels of `from`, back to front, behind the first byte of `keeps`.
CK_INLINE void put_right(const ck_b16 *from, const ck_b16 *keeps, uint8_t *to) {
  *(ck_b16 *)to = __builtin_shufflevector(*from, *keeps, 16, 12, 13, 14, 9, 10, 11, 6, 7, 8, 3, 4,
                                          5, 0, 1, 2);
}

/// One row, in place.
CK_INLINE void turn_byte_row(uint8_t *row, int32_t width, int32_t channels) {
  int32_t left = 0, right = width;
  if (channels == 3 && width >= 22) {
    // Five pixels from either end at a time, and the sixteenth byte as it was. The next ones are
    // loaded before these are stored: a load of what is just being stored would have to wait.
    ck_b16 a = *(const ck_b16 *)row, b = *(const ck_b16 *)(row + 3 * (right - 5) - 1);
    for (;; left += 5, right -= 5) {
      uint8_t *p = row + 3 * left, *q = row + 3 * (right - 5) - 1;
      const int ends = right - left < 22;
      ck_b16 next_a = a, next_b = b;
      if (!ends) next_a = *(const ck_b16 *)(p + 15), next_b = *(const ck_b16 *)(q - 15);
      put_left(&b, &a, p);
      put_right(&a, &b, q);
      if (ends) break;
      a = next_a, b = next_b;
    }
    left += 5, right -= 5;
  }
  for (; right - left >= 2; left++, right--) {
    uint8_t *p = row + left * channels, *q = row + (right - 1) * channels;
    for (int32_t k = 0; k < channels; k++) {
      const uint8_t kept = p[k];
      p[k] = q[k];
      q[k] = kept;
    }
  }
}

static void flip_bytes_horizontal(const uint8_t *from, uint8_t *to, ck_shape shape) {
  const int64_t stride = (int64_t)shape.width * shape.channels;
  if (from != to) __builtin_memcpy(to, from, shape.height * stride);
  for (int32_t row = 0; row < shape.height; row++)
    turn_byte_row(to + row * stride, shape.width, shape.channels);
}

static void flip_bytes_vertical(const uint8_t *from, uint8_t *to, ck_shape shape) {
  const int64_t stride = (int64_t)shape.width * shape.channels;
  if (from != to) {
    for (int32_t row = 0; row < shape.height; row++)
      __builtin_memcpy(to + row * stride, from + (shape.height - 1 - row) * stride, stride);
    return;
  }
  for (int32_t top = 0, bottom = shape.height - 1; top < bottom; top++, bottom--) {
    uint8_t *p = to + top * stride, *q = to + bottom * stride;
#pragma clang loop vectorize(assume_safety)
    for (int64_t i = 0; i < stride; i++) {
      const uint8_t kept = p[i];
      p[i] = q[i];
      q[i] = kept;
    }
  }
}

static void range_of_bytes(const uint8_t *from, int64_t count, uint8_t *low, uint8_t *high) {
  uint8_t lowest = 255, highest = 0;
  for (int64_t i = 0; i < count; i++) {
    lowest = from[i] < lowest ? from[i] : lowest;
    highest = from[i] > highest ? from[i] : highest;
  }
  *low = lowest;
  *high = highest;
}

static void shift_bytes_and_clip(const uint8_t *from, uint8_t *to, int64_t pixels,
                                 int32_t channels, const int32_t *shifts, uint8_t low,
                                 uint8_t high) {
  enum { LANES = 64, WIDEST = 8 };
  const int64_t count = pixels * channels;
  int64_t i = 0;
  if (channels <= WIDEST) {
    // The values to add and to subtract, repeated to fill whole vectors; both operations saturate.
    uint8_t plus[LANES * WIDEST], minus[LANES * WIDEST];
    const int32_t period = LANES * channels;
    for (int32_t k = 0; k < period; k += channels) {
      for (int32_t c = 0; c < channels; c++) {
        const int32_t shift = shifts[c];
        plus[k + c] = (uint8_t)(shift < 0 ? 0 : shift > 255 ? 255 : shift);
        minus[k + c] = (uint8_t)(shift > 0 ? 0 : shift < -255 ? 255 : -shift);
      }
    }
    const ck_b64 lows = (ck_b64)low, highs = (ck_b64)high;
    for (; i + period <= count; i += period) {
      for (int32_t k = 0; k < period; k += LANES) {
        ck_b64 value = *(const ck_b64 *)(from + i + k);
        value = __builtin_elementwise_add_sat(value, *(const ck_b64 *)(plus + k));
        value = __builtin_elementwise_sub_sat(value, *(const ck_b64 *)(minus + k));
        value = lows > value ? lows : value;
        *(ck_b64 *)(to + i + k) = highs < value ? highs : value;
      }
    }
  }
  for (; i < count; i += channels) {
    for (int32_t k = 0; k < channels; k++) {
      int32_t value = from[i + k] + shifts[k];
      value = value < low ? low : value;
      to[i + k] = (uint8_t)(value > high ? high : value);
    }
  }
}
