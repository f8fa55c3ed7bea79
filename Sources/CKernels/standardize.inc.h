// Keras's standardize for float32 pictures; included once for each level.

/// One pixel of three channels, without branches, so that the compiler makes vectors of it.
CK_INLINE void standardize_three(const float *x, float *y, int centres,
                                 int divides) {
  float a = x[0], b = x[1], c = x[2];
  if (centres) {
    const float mean = (a + b + c) / 3;
    a -= mean, b -= mean, c -= mean;
  }
  if (divides) {
    const float mean = (a + b + c) / 3;
    const float d = a - mean, e = b - mean, f = c - mean;
    const float divisor = __builtin_elementwise_sqrt((d * d + e * e + f * f) / 3) + 1e-7f;
    a /= divisor, b /= divisor, c /= divisor;
  }
  y[0] = a, y[1] = b, y[2] = c;
}

/// One pixel of any number of channels.
CK_INLINE void standardize_pixel(const float *x, float *y, int32_t channels, int centres,
                                 int divides) {
  for (int32_t k = 0; k < channels; k++) y[k] = x[k];
  if (centres) {
    float sum = 0;
    for (int32_t k = 0; k < channels; k++) sum += y[k];
    const float mean = sum / (float)channels;
    for (int32_t k = 0; k < channels; k++) y[k] -= mean;
  }
  if (divides) {
    float sum = 0, squares = 0;
    for (int32_t k = 0; k < channels; k++) sum += y[k];
    const float mean = sum / (float)channels;
    for (int32_t k = 0; k < channels; k++) squares += (y[k] - mean) * (y[k] - mean);
    const float divisor = __builtin_elementwise_sqrt(squares / (float)channels) + 1e-7f;
    for (int32_t k = 0; k < channels; k++) y[k] /= divisor;
  }
}

#define CK_THREES(name, centres, divides)                                    \
  static CK_APART void name(const float *from, float *to, int64_t pixels) {  \
    _Pragma("clang loop vectorize(assume_safety)")                           \
    for (int64_t i = 0; i < pixels; i++)                                     \
      standardize_three(from + 3 * i, to + 3 * i, centres, divides);         \
  }
CK_THREES(centre_threes, 1, 0)
CK_THREES(divide_threes, 0, 1)
CK_THREES(standardize_threes, 1, 1)
#undef CK_THREES

static void samplewise(const float *from, float *to, int64_t pixels, int32_t channels,
                       int32_t centres, int32_t divides) {
  if (channels == 3 && centres && divides) standardize_threes(from, to, pixels);
  else if (channels == 3 && centres) centre_threes(from, to, pixels);
  else if (channels == 3 && divides) divide_threes(from, to, pixels);
  else
    for (int64_t i = 0; i < pixels; i++)
      standardize_pixel(from + i * channels, to + i * channels, channels, centres, divides);
}

static void subtract(const float *from, float *to, int64_t count, const float *by) {
#pragma clang loop vectorize(assume_safety)
  for (int64_t i = 0; i < count; i++) to[i] = from[i] - by[i];
}

static void divide(const float *from, float *to, int64_t count, const float *by) {
#pragma clang loop vectorize(assume_safety)
  for (int64_t i = 0; i < count; i++) to[i] = from[i] / by[i];
}

static void subtract_wide(const float *from, float *to, int64_t count, const double *by) {
#pragma clang loop vectorize(assume_safety)
  for (int64_t i = 0; i < count; i++) to[i] = (float)((double)from[i] - by[i]);
}

static void divide_wide(const float *from, float *to, int64_t count, const double *by) {
#pragma clang loop vectorize(assume_safety)
  for (int64_t i = 0; i < count; i++) to[i] = (float)((double)from[i] / by[i]);
}

static void normalize(const float *from, float *to, int64_t pixels, int32_t channels,
                      const float *mean, const float *std) {
  enum { LANES = 16, WIDEST = 8 };
  const int64_t count = pixels * channels;
  int64_t i = 0;
  if (channels <= WIDEST) {
    // The numbers, repeated until they fill whole vectors.
    float means[LANES * WIDEST], stds[LANES * WIDEST];
    const int32_t period = LANES * channels;
    for (int32_t k = 0; k < period; k++) means[k] = mean[k % channels], stds[k] = std[k % channels];
    for (; i + period <= count; i += period)
      for (int32_t k = 0; k < period; k += LANES)
        *(ck_f16 *)(to + i + k) = (*(const ck_f16 *)(from + i + k) - *(const ck_f16 *)(means + k)) /
                                  *(const ck_f16 *)(stds + k);
  }
  for (; i < count; i += channels)
    for (int32_t k = 0; k < channels; k++) to[i + k] = (from[i + k] - mean[k]) / std[k];
}
