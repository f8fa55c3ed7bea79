// The kernels of one level; the dispatcher selects a level's table.
#ifndef CK_TABLE_H
#define CK_TABLE_H

#include "CKernels.h"

typedef struct {
  void (*warp_nearest)(const float *, float *, ck_shape, const ck_map *, ck_fill, float,
                       const float *, int32_t, float *);
  void (*warp_bilinear)(const float *, float *, ck_shape, const ck_map *, ck_fill, float,
                        const float *, int32_t, float *);
  void (*warp_bytes_nearest)(const uint8_t *, uint8_t *, ck_shape, const ck_map *, ck_fill,
                             uint8_t, const uint8_t *);
  void (*warp_bytes_bilinear)(const uint8_t *, uint8_t *, ck_shape, const ck_map *, ck_fill,
                              uint8_t, const uint8_t *, int32_t, uint8_t *);
  void (*flip_bytes_horizontal)(const uint8_t *, uint8_t *, ck_shape);
  void (*flip_bytes_vertical)(const uint8_t *, uint8_t *, ck_shape);
  void (*range_of_bytes)(const uint8_t *, int64_t, uint8_t *, uint8_t *);
  void (*shift_bytes_and_clip)(const uint8_t *, uint8_t *, int64_t, int32_t, const int32_t *,
                               uint8_t, uint8_t);
  void (*resize_bytes)(const uint8_t *, ck_shape, ck_box, float *, int32_t, int32_t, float *);
  void (*sample)(const float *, float *, ck_shape, const double *, const double *, int32_t, ck_fill,
                 float);
  void (*resize)(const float *, ck_shape, ck_box, float *, int32_t, int32_t);
  void (*flip_horizontal)(const float *, float *, ck_shape);
  void (*flip_vertical)(const float *, float *, ck_shape);
  void (*range)(const float *, int64_t, float *, float *);
  void (*shift_and_clip)(const float *, float *, int64_t, int32_t, const float *, float, float);
  void (*scale)(const float *, float *, int64_t, float);
  void (*samplewise)(const float *, float *, int64_t, int32_t, int32_t, int32_t);
  void (*subtract)(const float *, float *, int64_t, const float *);
  void (*divide)(const float *, float *, int64_t, const float *);
  void (*subtract_wide)(const float *, float *, int64_t, const double *);
  void (*divide_wide)(const float *, float *, int64_t, const double *);
  void (*normalize)(const float *, float *, int64_t, int32_t, const float *, const float *);
  void (*copy)(const float *, float *, int64_t);
  void (*bytes_to_floats)(const uint8_t *, float *, int64_t);
  void (*planes_to_floats)(const uint8_t *, float *, int64_t, int32_t);
  void (*floats_to_planes)(const float *, float *, int64_t, int32_t);
} ck_table;

#define CK_TABLE                                                                        \
  {.warp_nearest = warp_nearest, .warp_bilinear = warp_bilinear,                        \
   .flip_horizontal = flip_horizontal, .flip_vertical = flip_vertical,                  \
   .range = range, .shift_and_clip = shift_and_clip,                                    \
   .scale = scale, .samplewise = samplewise,                                            \
   .subtract = subtract, .divide = divide,                                              \
   .subtract_wide = subtract_wide, .divide_wide = divide_wide,                          \
   .normalize = normalize, .copy = copy,                                                \
   .bytes_to_floats = bytes_to_floats, .planes_to_floats = planes_to_floats,            \
   .floats_to_planes = floats_to_planes,                                                \
   .sample = sample, .resize = resize,                                                  \
   .warp_bytes_nearest = warp_bytes_nearest, .warp_bytes_bilinear = warp_bytes_bilinear, \
   .flip_bytes_horizontal = flip_bytes_horizontal,                                      \
   .flip_bytes_vertical = flip_bytes_vertical,                                          \
   .range_of_bytes = range_of_bytes, .shift_bytes_and_clip = shift_bytes_and_clip,      \
   .resize_bytes = resize_bytes}

extern const ck_table ck_table_baseline;
#if defined(__x86_64__)
extern const ck_table ck_table_avx2;
extern const ck_table ck_table_avx512;
#endif

#endif
