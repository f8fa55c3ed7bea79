// The same kernels, built for AVX-512; masked loads spare the test for the picture's last pixel.
#if defined(__x86_64__)
#include <immintrin.h>

#include "table.h"

#pragma STDC FP_CONTRACT OFF
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,avx2,fma"))), apply_to = function)

#define CK_MASKED_LOADS 1
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

const ck_table ck_table_avx512 = CK_TABLE;
#endif
