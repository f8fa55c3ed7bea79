// Flips, shifts, scales and conversions; included once for each level.

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
  ck_extent extent = no_extent();
  widen(&extent, from, count);
  close_extent(&extent, low, high);
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
