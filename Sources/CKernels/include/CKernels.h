// SIMD kernels over float32 pictures, channels last, with run-time dispatch.
//
// Every function takes the level it shall run at, so that the choice is made once a batch and tests
// can hold all levels against each other. All levels give equal values: coordinates are float64
// with one rounding for each product and each sum, never fused. No function allocates, and no
// function reads or writes outside the picture it is given, whatever the numbers in the map are.
//
// Names begin with ck_ (CK_), so that they meet no other library's.
#ifndef CKERNELS_H
#define CKERNELS_H

#include <stdint.h>

/// The instruction sets the kernels are built for.
typedef enum {
  /// The instructions that every machine of the architecture has.
  CK_BASELINE = 0,
  /// AVX2 and FMA.
  CK_AVX2 = 1,
  /// AVX-512 F, VL, BW and DQ.
  CK_AVX512 = 2,
} ck_level;

/// SciPy's modes for coordinates outside the picture; `reflect` also with the rule of SciPy before
/// 1.6.
typedef enum {
  CK_NEAREST = 0,
  CK_CONSTANT = 1,
  CK_REFLECT = 2,
  CK_WRAP = 3,
  CK_REFLECT_2016 = 4,
} ck_fill;

/// Rows, columns, channels. height * width * channels must fit into an int32_t.
typedef struct {
  int32_t height, width, channels;
} ck_shape;

/// Output (row, column) to input (row, column), in pixels, centres at whole numbers:
/// input row = row_offset + row * row_row + column * row_column, and so on.
typedef struct {
  double row_row, row_column, row_offset;
  double column_row, column_column, column_offset;
} ck_map;

/// The best level this processor has.
ck_level ck_machine_level(void);

/// The level to run at: the best one, or the lower one that AUGTOP_KERNELS holds it to (`baseline` or
/// `avx2`), so that levels can be measured on one machine. Any other value of it changes nothing.
ck_level ck_best_level(void);

/// Nearest-neighbour affine warp. `from` and `to` must not overlap. `next` is the picture of the
/// same shape that will be wanted next, which is fetched into the cache meanwhile, or NULL. Also does
/// ck_flip_horizontal if `mirrors` isn't 0, and ck_range into two places if `range` isn't NULL.
void ck_warp_nearest(ck_level level, const float *from, float *to, ck_shape shape,
                     const ck_map *map, ck_fill fill, float cval, const float *next,
                     int32_t mirrors, float *range);

/// Bilinear affine warp: value * row weight * column weight of four taps, in float64, summed in
/// SciPy's order and rounded to float32 once. The rest as above.
void ck_warp_bilinear(ck_level level, const float *from, float *to, ck_shape shape,
                      const ck_map *map, ck_fill fill, float cval, const float *next,
                      int32_t mirrors, float *range);

/// Takes each pixel from the place in `rows` and `columns`, one for each pixel, with the fill modes
/// and arithmetic of the warps: `order` 0 is the nearest pixel, 1 bilinear. `from` and `to` must not
/// overlap.
void ck_sample(ck_level level, const float *from, float *to, ck_shape shape, const double *rows,
               const double *columns, int32_t order, ck_fill fill, float cval);

/// A part of a picture, in whole pixels; it lies inside.
typedef struct {
  int32_t top, left, height, width;
} ck_box;

/// Brings a part of a picture of `shape` to `height` * `width` pixels, bilinearly: pixel r shows
/// (r + 0.5) * part / size - 0.5 of the part, held inside it; weights and sums as in the warp. `from`
/// and `to` must not overlap.
void ck_resize(ck_level level, const float *from, ck_shape shape, ck_box box, float *to,
               int32_t height, int32_t width);

/// The same of a picture of bytes, in float32: each row of the result from two of the part's, value *
/// (1 - weight) + value * weight, then each pixel from two of that row's; the second weight is rounded
/// to float32. `room` is for ck_resize_room values.
void ck_resize_bytes(ck_level level, const uint8_t *from, ck_shape shape, ck_box box, float *to,
                     int32_t height, int32_t width, float *room);
int64_t ck_resize_room(ck_box box, int32_t channels, int32_t width);

/// The warps of bytes to bytes. Order 0 is exact; order 1 is what ck_warp_bilinear makes of the same
/// values, rounded to the nearest whole number, halves up. `from` and `to` must not overlap; `next`,
/// `mirrors` and `range` are as above.
void ck_warp_bytes_nearest(ck_level level, const uint8_t *from, uint8_t *to, ck_shape shape,
                           const ck_map *map, ck_fill fill, uint8_t cval,
                           const uint8_t *next);
void ck_warp_bytes_bilinear(ck_level level, const uint8_t *from, uint8_t *to, ck_shape shape,
                            const ck_map *map, ck_fill fill, uint8_t cval, const uint8_t *next,
                            int32_t mirrors, uint8_t *range);
/// As their namesakes below, of bytes; the shifts are whole numbers.
void ck_flip_bytes_horizontal(ck_level level, const uint8_t *from, uint8_t *to, ck_shape shape);
void ck_flip_bytes_vertical(ck_level level, const uint8_t *from, uint8_t *to, ck_shape shape);
void ck_range_of_bytes(ck_level level, const uint8_t *from, int64_t count, uint8_t *low,
                       uint8_t *high);
void ck_shift_bytes_and_clip(ck_level level, const uint8_t *from, uint8_t *to, int64_t pixels,
                             int32_t channels, const int32_t *shifts, uint8_t low, uint8_t high);

/// Mirrors left to right; `from` may be `to`.
void ck_flip_horizontal(ck_level level, const float *from, float *to, ck_shape shape);
/// Mirrors top to bottom; `from` may be `to`.
void ck_flip_vertical(ck_level level, const float *from, float *to, ck_shape shape);

/// Lowest and highest of `count` > 0 values; NaNs are passed over.
void ck_range(ck_level level, const float *from, int64_t count, float *low, float *high);
/// Adds `shifts[channel]` to each value and clips to [low, high]; `from` may be `to`.
void ck_shift_and_clip(ck_level level, const float *from, float *to, int64_t pixels,
                       int32_t channels, const float *shifts, float low, float high);
/// Multiplies each value; `from` may be `to`.
void ck_scale(ck_level level, const float *from, float *to, int64_t count, float factor);
/// Subtracts the mean over the channels of each pixel if `centres`, then divides by their standard
/// deviation + 1e-7 if `divides`; sums run in channel order. `from` may be `to`.
void ck_samplewise(ck_level level, const float *from, float *to, int64_t pixels, int32_t channels,
                   int32_t centres, int32_t divides);
/// Subtracts, or divides by, one number for each value; `from` may be `to`.
void ck_subtract(ck_level level, const float *from, float *to, int64_t count, const float *by);
void ck_divide(ck_level level, const float *from, float *to, int64_t count, const float *by);
/// The same by float64 numbers, rounded once.
void ck_subtract_wide(ck_level level, const float *from, float *to, int64_t count,
                      const double *by);
void ck_divide_wide(ck_level level, const float *from, float *to, int64_t count,
                    const double *by);
/// (value - mean[channel]) / std[channel]; `from` may be `to`.
void ck_normalize(ck_level level, const float *from, float *to, int64_t pixels, int32_t channels,
                  const float *mean, const float *std);

/// Copies `count` values.
void ck_copy(ck_level level, const float *from, float *to, int64_t count);
/// 0...255 to float32.
void ck_bytes_to_floats(ck_level level, const uint8_t *from, float *to, int64_t count);
/// Planes of bytes, one per channel, to float32 pixels, channels last.
void ck_planes_to_floats(ck_level level, const uint8_t *from, float *to, int64_t pixels,
                         int32_t channels);
/// The numbers of arrays.
typedef enum {
  /// A byte; any but 0 is 1.
  CK_BOOL,
  CK_INT8,
  CK_UINT8,
  CK_INT16,
  CK_UINT16,
  CK_INT32,
  CK_UINT32,
  CK_INT64,
  CK_UINT64,
  CK_FLOAT16,
  CK_FLOAT32,
  CK_FLOAT64,
} ck_number;

/// A picture of an array to float32 pixels, channels last, each number rounded once to the nearest, ties
/// to even, and what is too large to infinity: a cast of C, and so NumPy's astype. `strides` are the
/// bytes from one row, column and channel to the next; the numbers may lie at any address. `swaps` turns
/// their bytes round.
void ck_numbers_to_floats(ck_number type, int32_t swaps, const uint8_t *from, ck_shape shape,
                          const int64_t *strides, float *to);
/// The same of bytes to bytes.
void ck_numbers_to_bytes(const uint8_t *from, ck_shape shape, const int64_t *strides, uint8_t *to);
/// Float32 pixels, channels last, to planes, one per channel; the ranges must not overlap.
void ck_floats_to_planes(ck_level level, const float *from, float *to, int64_t pixels,
                         int32_t channels);

#endif
