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

CK_INLINE void widen(const float *from, ck_f16 *low, ck_f16 *high) {
  const ck_f16 value = *(const ck_f16 *)from;
  *low = value < *low ? value : *low;
  *high = value > *high ? value : *high;
}

static void range(const float *from, int64_t count, float *low, float *high) {
  const float huge = __builtin_inff();
  float lowest = huge, highest = -huge;
  int64_t i = 0;
  if (count >= 64) {
    // Four of each, so that they needn't wait for each other.
    ck_f16 lows[4], highs[4];
    for (int k = 0; k < 4; k++) lows[k] = (ck_f16)huge, highs[k] = (ck_f16)-huge;
    for (; i + 64 <= count; i += 64) {
      widen(from + i, &lows[0], &highs[0]);
      widen(from + i + 16, &lows[1], &highs[1]);
      widen(from + i + 32, &lows[2], &highs[2]);
      widen(from + i + 48, &lows[3], &highs[3]);
    }
    for (int k = 0; k < 64; k++) {
      lowest = lows[k / 16][k % 16] < lowest ? lows[k / 16][k % 16] : lowest;
      highest = highs[k / 16][k % 16] > highest ? highs[k / 16][k % 16] : highest;
    }
  }
  for (; i < count; i++) {
    lowest = from[i] < lowest ? from[i] : lowest;
    highest = from[i] > highest ? from[i] : highest;
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
    for (int32_t k = 0; k < period; k += channels)
      for (int32_t c = 0; c < channels; c++) pattern[k + c] = shifts[c];
    const ck_f16 lows = (ck_f16)low, highs = (ck_f16)high;
    for (; i + period <= count; i += period) {
      for (int32_t k = 0; k < period; k += LANES) {
        ck_f16 value = *(const ck_f16 *)(from + i + k) + *(const ck_f16 *)(pattern + k);
        value = lows > value ? lows : value;
        *(ck_f16 *)(to + i + k) = highs < value ? highs : value;
      }
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

static void floats_to_planes(const float *from, float *to, int64_t pixels, int32_t channels) {
  if (channels == 3) {
    float *red = to, *green = to + pixels, *blue = to + 2 * pixels;
#pragma clang loop vectorize(assume_safety)
    for (int64_t i = 0; i < pixels; i++) {
      red[i] = from[3 * i];
      green[i] = from[3 * i + 1];
      blue[i] = from[3 * i + 2];
    }
    return;
  }
  for (int32_t k = 0; k < channels; k++)
    for (int64_t i = 0; i < pixels; i++) to[k * pixels + i] = from[i * channels + k];
}
