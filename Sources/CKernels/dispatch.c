// Which level runs: __builtin_cpu_supports and tables of functions. No ifunc (target_clones), which
// crashes at start under the thread sanitizer.
#include <stdlib.h>
#include <string.h>

#include "table.h"

ck_level ck_machine_level(void) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq"))
    return CK_AVX512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return CK_AVX2;
#endif
  return CK_BASELINE;
}

ck_level ck_best_level(void) {
  const ck_level level = ck_machine_level();
  const char *held = getenv("AUGTOP_KERNELS");
  if (!held) return level;
  if (strcmp(held, "baseline") == 0) return CK_BASELINE;
  if (strcmp(held, "avx2") == 0 && level > CK_AVX2) return CK_AVX2;
  return level;
}

static const ck_table *table(ck_level level) {
#if defined(__x86_64__)
  if (level == CK_AVX512) return &ck_table_avx512;
  if (level == CK_AVX2) return &ck_table_avx2;
#endif
  return &ck_table_baseline;
}

void ck_warp_nearest(ck_level level, const float *from, float *to, ck_shape shape,
                     const ck_map *map, ck_fill fill, float cval, const float *next,
                     int32_t mirrors, float *range) {
  table(level)->warp_nearest(from, to, shape, map, fill, cval, next, mirrors, range);
}

void ck_warp_bilinear(ck_level level, const float *from, float *to, ck_shape shape,
                      const ck_map *map, ck_fill fill, float cval, const float *next,
                      int32_t mirrors, float *range) {
  table(level)->warp_bilinear(from, to, shape, map, fill, cval, next, mirrors, range);
}

void ck_sample(ck_level level, const float *from, float *to, ck_shape shape, const double *rows,
               const double *columns, int32_t order, ck_fill fill, float cval) {
  table(level)->sample(from, to, shape, rows, columns, order, fill, cval);
}

void ck_resize(ck_level level, const float *from, ck_shape shape, ck_box box, float *to,
               int32_t height, int32_t width) {
  table(level)->resize(from, shape, box, to, height, width);
}

void ck_flip_horizontal(ck_level level, const float *from, float *to, ck_shape shape) {
  table(level)->flip_horizontal(from, to, shape);
}

void ck_flip_vertical(ck_level level, const float *from, float *to, ck_shape shape) {
  table(level)->flip_vertical(from, to, shape);
}

void ck_range(ck_level level, const float *from, int64_t count, float *low, float *high) {
  table(level)->range(from, count, low, high);
}

void ck_shift_and_clip(ck_level level, const float *from, float *to, int64_t pixels,
                       int32_t channels, const float *shifts, float low, float high) {
  table(level)->shift_and_clip(from, to, pixels, channels, shifts, low, high);
}

void ck_scale(ck_level level, const float *from, float *to, int64_t count, float factor) {
  table(level)->scale(from, to, count, factor);
}

void ck_samplewise(ck_level level, const float *from, float *to, int64_t pixels, int32_t channels,
                   int32_t centres, int32_t divides) {
  table(level)->samplewise(from, to, pixels, channels, centres, divides);
}

void ck_subtract(ck_level level, const float *from, float *to, int64_t count, const float *by) {
  table(level)->subtract(from, to, count, by);
}

void ck_divide(ck_level level, const float *from, float *to, int64_t count, const float *by) {
  table(level)->divide(from, to, count, by);
}

void ck_subtract_wide(ck_level level, const float *from, float *to, int64_t count,
                      const double *by) {
  table(level)->subtract_wide(from, to, count, by);
}

void ck_divide_wide(ck_level level, const float *from, float *to, int64_t count,
                    const double *by) {
  table(level)->divide_wide(from, to, count, by);
}

void ck_normalize(ck_level level, const float *from, float *to, int64_t pixels, int32_t channels,
                  const float *mean, const float *std) {
  table(level)->normalize(from, to, pixels, channels, mean, std);
}

void ck_copy(ck_level level, const float *from, float *to, int64_t count) {
  table(level)->copy(from, to, count);
}

void ck_bytes_to_floats(ck_level level, const uint8_t *from, float *to, int64_t count) {
  table(level)->bytes_to_floats(from, to, count);
}

void ck_planes_to_floats(ck_level level, const uint8_t *from, float *to, int64_t pixels,
                         int32_t channels) {
  table(level)->planes_to_floats(from, to, pixels, channels);
}

void ck_floats_to_planes(ck_level level, const float *from, float *to, int64_t pixels,
                         int32_t channels) {
  table(level)->floats_to_planes(from, to, pixels, channels);
}

void ck_resize_bytes(ck_level level, const uint8_t *from, ck_shape shape, ck_box box, float *to,
                     int32_t height, int32_t width, float *room) {
  table(level)->resize_bytes(from, shape, box, to, height, width, room);
}

int64_t ck_resize_room(ck_box box, int32_t channels, int32_t width) {
  // Two numbers for each column, a row with room for vectors behind it, and a plan: 50 numbers for
  // sixteen values, or 20 for two pixels.
  return 2 * (int64_t)width + (int64_t)box.width * channels + 32 + 10 * ((int64_t)width + 16);
}

void ck_warp_bytes_nearest(ck_level level, const uint8_t *from, uint8_t *to, ck_shape shape,
                           const ck_map *map, ck_fill fill, uint8_t cval,
                           const uint8_t *next) {
  table(level)->warp_bytes_nearest(from, to, shape, map, fill, cval, next);
}

void ck_warp_bytes_bilinear(ck_level level, const uint8_t *from, uint8_t *to, ck_shape shape,
                            const ck_map *map, ck_fill fill, uint8_t cval, const uint8_t *next,
                            int32_t mirrors, uint8_t *range) {
  table(level)->warp_bytes_bilinear(from, to, shape, map, fill, cval, next, mirrors, range);
}

void ck_flip_bytes_horizontal(ck_level level, const uint8_t *from, uint8_t *to, ck_shape shape) {
  table(level)->flip_bytes_horizontal(from, to, shape);
}

void ck_flip_bytes_vertical(ck_level level, const uint8_t *from, uint8_t *to, ck_shape shape) {
  table(level)->flip_bytes_vertical(from, to, shape);
}

void ck_range_of_bytes(ck_level level, const uint8_t *from, int64_t count, uint8_t *low,
                       uint8_t *high) {
  table(level)->range_of_bytes(from, count, low, high);
}

void ck_shift_bytes_and_clip(ck_level level, const uint8_t *from, uint8_t *to, int64_t pixels,
                             int32_t channels, const int32_t *shifts, uint8_t low, uint8_t high) {
  table(level)->shift_bytes_and_clip(from, to, pixels, channels, shifts, low, high);
}
