// Vectors that live at any float's address, and moves made of them.
#include <stdint.h>

typedef float ck_f4 __attribute__((vector_size(16), aligned(4), may_alias));
typedef float ck_f8 __attribute__((vector_size(32), aligned(4), may_alias));
typedef double ck_d4 __attribute__((vector_size(32), aligned(8), may_alias));
typedef int32_t ck_i4 __attribute__((vector_size(16), aligned(4), may_alias));
typedef uint32_t ck_n8 __attribute__((vector_size(32), aligned(4), may_alias));
// An extended vector, because C has ?: for no others.
typedef float ck_f16 __attribute__((ext_vector_type(16), aligned(4), may_alias));

#define CK_INLINE static inline __attribute__((always_inline))

/// Copies `count` floats; the ranges must not overlap.
CK_INLINE void move(const float *from, float *to, int64_t count) {
  if (count < 16) {
    if (count >= 4) {
      for (int64_t i = 0; i + 4 <= count; i += 4) *(ck_f4 *)(to + i) = *(const ck_f4 *)(from + i);
      // The rest, together with some that are already there.
      *(ck_f4 *)(to + count - 4) = *(const ck_f4 *)(from + count - 4);
      return;
    }
#pragma clang loop vectorize(disable) unroll(disable)
    for (int64_t i = 0; i < count; i++) to[i] = from[i];
    return;
  }
  for (int64_t i = 0; i + 16 <= count; i += 16) *(ck_f16 *)(to + i) = *(const ck_f16 *)(from + i);
  *(ck_f16 *)(to + count - 16) = *(const ck_f16 *)(from + count - 16);
}
