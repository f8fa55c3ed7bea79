// Flips, shifts, scales and conversions; included once for each level.

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

/// One row, into another place.
CK_INLINE void copy_row_turned(const float *from, float *to, int32_t width, int32_t channels) {
  int32_t left = 0;
  if (channels == 3) {
    for (; left + 4 <= width; left += 4) {
      const ck_f4 *p = (const ck_f4 *)(from + 3 * (width - left - 4));
      ck_f4 *q = (ck_f4 *)(to + 3 * left);
      ck_f4 a = p[0], b = p[1], c = p[2];
      reverse_four(&a, &b, &c);
      q[0] = a, q[1] = b, q[2] = c;
    }
  }
  for (; left < width; left++)
    for (int32_t k = 0; k < channels; k++)
      to[left * channels + k] = from[(width - 1 - left) * channels + k];
}

static void flip_horizontal(const float *from, float *to, ck_shape shape) {
  const int64_t stride = (int64_t)shape.width * shape.channels;
  for (int32_t row = 0; row < shape.height; row++, from += stride, to += stride) {
    if (from == to) turn_row(to, shape.width, shape.channels);
    else copy_row_turned(from, to, shape.width, shape.channels);
  }
}

CK_INLINE void swap_values(float *a, float *b, int64_t count) {
#pragma clang loop vectorize(assume_safety)
  for (int64_t i = 0; i < count; i++) {
    const float kept = a[i];
    a[i] = b[i];
    b[i] = kept;
  }
}

static void flip_vertical(const float *from, float *to, ck_shape shape) {
  const int64_t stride = (int64_t)shape.width * shape.channels;
  if (from == to) {
    for (int32_t top = 0, bottom = shape.height - 1; top < bottom; top++, bottom--)
      swap_values(to + top * stride, to + bottom * stride, stride);
  } else {
    for (int32_t row = 0; row < shape.height; row++)
      move(from + (shape.height - 1 - row) * stride, to + row * stride, stride);
  }
}

static void range(const float *from, int64_t count, float *low, float *high) {
  enum { LANES = 64 };
  float lows[LANES], highs[LANES];
  for (int k = 0; k < LANES; k++) lows[k] = __builtin_inff(), highs[k] = -__builtin_inff();
  int64_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    for (int k = 0; k < LANES; k++) {
      const float value = from[i + k];
      lows[k] = value < lows[k] ? value : lows[k];
      highs[k] = value > highs[k] ? value : highs[k];
    }
  }
  float lowest = __builtin_inff(), highest = -__builtin_inff();
  for (; i < count; i++) {
    lowest = from[i] < lowest ? from[i] : lowest;
    highest = from[i] > highest ? from[i] : highest;
  }
  for (int k = 0; k < LANES; k++) {
    lowest = lows[k] < lowest ? lows[k] : lowest;
    highest = highs[k] > highest ? highs[k] : highest;
  }
  *low = lowest;
  *high = highest;
}

CK_INLINE float clip(float value, float low, float high) {
  value = low > value ? low : value;
  return high < value ? high : value;
}

static void shift_and_clip(const float *from, float *to, int64_t pixels, int32_t channels,
                           const float *shifts, float low, float high) {
  enum { LANES = 16, WIDEST = 8 };
  const int64_t count = pixels * channels;
  int64_t i = 0;
  if (channels <= WIDEST) {
    // The shifts, repeated until they fill whole vectors.
    float pattern[LANES * WIDEST];
    const int32_t period = LANES * channels;
    for (int32_t k = 0; k < period; k++) pattern[k] = shifts[k % channels];
    for (; i + period <= count; i += period) {
#pragma clang loop vectorize(assume_safety)
      for (int32_t k = 0; k < period; k++) to[i + k] = clip(from[i + k] + pattern[k], low, high);
    }
  }
  for (; i < count; i += channels) {
#pragma clang loop vectorize(assume_safety)
    for (int32_t k = 0; k < channels; k++) to[i + k] = clip(from[i + k] + shifts[k], low, high);
  }
}

static void scale(const float *from, float *to, int64_t count, float factor) {
#pragma clang loop vectorize(assume_safety)
  for (int64_t i = 0; i < count; i++) to[i] = from[i] * factor;
}

static void copy(const float *from, float *to, int64_t count) { move(from, to, count); }

static void bytes_to_floats(const uint8_t *from, float *to, int64_t count) {
#pragma clang loop vectorize(assume_safety)
  for (int64_t i = 0; i < count; i++) to[i] = (float)from[i];
}

static void planes_to_floats(const uint8_t *from, float *to, int64_t pixels, int32_t channels) {
  if (channels == 3) {
    const uint8_t *red = from, *green = from + pixels, *blue = from + 2 * pixels;
#pragma clang loop vectorize(assume_safety)
    for (int64_t i = 0; i < pixels; i++) {
      to[3 * i] = (float)red[i];
      to[3 * i + 1] = (float)green[i];
      to[3 * i + 2] = (float)blue[i];
    }
    return;
  }
  for (int32_t k = 0; k < channels; k++)
    for (int64_t i = 0; i < pixels; i++) to[i * channels + k] = (float)from[k * pixels + i];
}
