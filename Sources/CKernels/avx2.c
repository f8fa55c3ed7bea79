// The same kernels, built for AVX2.
#if defined(__x86_64__)
#include <immintrin.h>

#include "table.h"

// FMA may be there, but never here: a fused coordinate has one rounding and SciPy's has two.
#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)

#define CK_HAS_AVX2 1
#define CK_HAS_FLOOR 1
#define CK_FUSES 1
#include "warp.inc.h"
#include "Bilinear/bilinear.inc.h"
#include "Bytes/byte_pixels.inc.h"
#include "Bytes/bytes.inc.h"
#include "sample.inc.h"
#include "resize.inc.h"
#include "pixels.inc.h"
#include "standardize.inc.h"

#pragma clang attribute pop

const ck_table ck_table_avx2 = CK_TABLE;
#endif
