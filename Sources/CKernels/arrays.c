// Pictures out of arrays of any number type and order, to float32.
#include <string.h>

#include "CKernels.h"

// Numbers are loaded byte by byte, which any alignment allows; compilers make one instruction of it.
static inline uint16_t load16(const uint8_t *at, int swaps) {
  uint16_t bits;
  memcpy(&bits, at, sizeof bits);
  return swaps ? __builtin_bswap16(bits) : bits;
}

static inline uint32_t load32(const uint8_t *at, int swaps) {
  uint32_t bits;
  memcpy(&bits, at, sizeof bits);
  return swaps ? __builtin_bswap32(bits) : bits;
}

static inline uint64_t load64(const uint8_t *at, int swaps) {
  uint64_t bits;
  memcpy(&bits, at, sizeof bits);
  return swaps ? __builtin_bswap64(bits) : bits;
}

static inline float as_float(uint32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static inline double as_double(uint64_t bits) {
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/// IEEE 754 binary16; every value fits float32.
static inline float half_to_float(uint16_t half) {
  uint32_t sign = (uint32_t)(half & 0x8000) << 16;
  uint32_t exponent = half >> 10 & 0x1f;
  uint32_t fraction = half & 0x3ff;
  if (exponent == 0x1f) return as_float(sign | 0x7f800000 | fraction << 13);
  if (exponent) return as_float(sign | (exponent + 112) << 23 | fraction << 13);
  // 2^-24 is the smallest; the product is exact.
  float value = (float)fraction * 0x1p-24f;
  return sign ? -value : value;
}

// One row: `count` numbers, `stride` bytes apart. With the stride of packed numbers known, the compiler
// takes several at once.
#define ROW(name, size, expression)                                                          \
  static void name(const uint8_t *from, int64_t stride, float *to, int64_t count, int swaps) { \
    (void)swaps;                                                                             \
    if (stride == size) {                                                                    \
      for (int64_t i = 0; i < count; i++) {                                                  \
        const uint8_t *at = from + i * size;                                                 \
        to[i] = (float)(expression);                                                         \
      }                                                                                      \
    } else {                                                                                 \
      for (int64_t i = 0; i < count; i++) {                                                  \
        const uint8_t *at = from + i * stride;                                               \
        to[i] = (float)(expression);                                                         \
      }                                                                                      \
    }                                                                                        \
  }

ROW(row_bool, 1, *at != 0)
ROW(row_int8, 1, (int8_t)*at)
ROW(row_uint8, 1, *at)
ROW(row_int16, 2, (int16_t)load16(at, swaps))
ROW(row_uint16, 2, load16(at, swaps))
ROW(row_int32, 4, (int32_t)load32(at, swaps))
ROW(row_uint32, 4, load32(at, swaps))
ROW(row_int64, 8, (int64_t)load64(at, swaps))
ROW(row_uint64, 8, load64(at, swaps))
ROW(row_float16, 2, half_to_float(load16(at, swaps)))
ROW(row_float32, 4, as_float(load32(at, swaps)))
ROW(row_float64, 8, as_double(load64(at, swaps)))

typedef void (*row_function)(const uint8_t *, int64_t, float *, int64_t, int);

static const row_function rows[] = {
  [CK_BOOL] = row_bool,       [CK_INT8] = row_int8,       [CK_UINT8] = row_uint8,
  [CK_INT16] = row_int16,     [CK_UINT16] = row_uint16,   [CK_INT32] = row_int32,
  [CK_UINT32] = row_uint32,   [CK_INT64] = row_int64,     [CK_UINT64] = row_uint64,
  [CK_FLOAT16] = row_float16, [CK_FLOAT32] = row_float32, [CK_FLOAT64] = row_float64,
};

/// Joins the last two dimensions if their numbers lie one after the other, so that rows are long.
static void join_last(int64_t *sizes, int64_t *strides) {
  if (sizes[2] == 1) {
    strides[2] = strides[1];
  } else if (sizes[1] != 1 && strides[1] != strides[2] * sizes[2]) {
    return;
  }
  sizes[2] *= sizes[1];
  sizes[1] = sizes[0];
  strides[1] = strides[0];
  sizes[0] = 1;
}

void ck_numbers_to_floats(ck_number type, int32_t swaps, const uint8_t *from, ck_shape shape,
                          const int64_t *strides, float *to) {
  int64_t sizes[3] = {shape.height, shape.width, shape.channels};
  int64_t steps[3] = {strides[0], strides[1], strides[2]};
  join_last(sizes, steps);
  join_last(sizes, steps);
  for (int64_t i = 0; i < sizes[0]; i++) {
    for (int64_t j = 0; j < sizes[1]; j++) {
      rows[type](from + i * steps[0] + j * steps[1], steps[2], to, sizes[2], swaps);
      to += sizes[2];
    }
  }
}

void ck_numbers_to_bytes(const uint8_t *from, ck_shape shape, const int64_t *strides, uint8_t *to) {
  for (int64_t i = 0; i < shape.height; i++) {
    for (int64_t j = 0; j < shape.width; j++) {
      const uint8_t *pixel = from + i * strides[0] + j * strides[1];
      for (int64_t k = 0; k < shape.channels; k++) *to++ = pixel[k * strides[2]];
    }
  }
}
