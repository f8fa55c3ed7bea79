// The kernels for any processor of the architecture.
#include "table.h"

#pragma STDC FP_CONTRACT OFF

#include "warp.inc.h"
#include "Bilinear/bilinear.inc.h"
#include "Bytes/byte_pixels.inc.h"
#include "Bytes/bytes.inc.h"
#include "sample.inc.h"
#include "resize.inc.h"
#include "pixels.inc.h"
#include "standardize.inc.h"

const ck_table ck_table_baseline = CK_TABLE;
