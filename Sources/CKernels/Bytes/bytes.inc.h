// The affine warps of bytes: order 0 fetches, order 1 blends; included once for each level.
#include "byte_taps.inc.h"
#include "byte_blend.inc.h"

/// The part of the next picture that is asked for while a block of rows is made: bytes enough for a
/// core's own cache are asked for, all of most pictures.
CK_INLINE void fetch_bytes_ahead(const uint8_t *next, int32_t row, int32_t rows, int32_t stride) {
  const int64_t start = (int64_t)row * stride, end = start + (int64_t)rows * stride;
  if (!next || end > 4 * CK_AHEAD) return;
  for (int64_t byte = start; byte < end; byte += 64) __builtin_prefetch(next + byte);
}

/// Any picture, pixel by pixel.
CK_INLINE void warp_bytes_exactly(const ck_byte_warp *warp, uint8_t *to) {
  const ck_shape shape = warp->shape;
  for (int32_t row = 0; row < shape.height; row++)
    for (int32_t column = 0; column < shape.width; column++, to += shape.channels)
      blend_bytes_exactly(warp, to, row, column);
}

/// Pictures whose taps stand side by side, block by block.
CK_INLINE void warp_plain_bytes(ck_byte_warp *warp, uint8_t *restrict to, const uint8_t *next,
                                uint8_t *range) {
  const ck_shape shape = warp->shape;
  const int32_t stride = shape.width * 3;
  find_ways(warp);
  warp->columns.first = warp->columns.count = 0;
  uint8_t lowest = 255, highest = 0;
  const int32_t most = shape.width < CK_TILE ? CK_TILE / shape.width : 1;
  for (int32_t row = 0; row < shape.height; row += most) {
    const int32_t over = shape.height - row, rows = over < most ? over : most;
    uint8_t *band = to + (int64_t)row * stride;
    fetch_bytes_ahead(next, row, rows, stride);
    for (int32_t first = 0; first < shape.width; first += CK_TILE) {
      const int32_t ahead = shape.width - first, count = ahead < CK_TILE ? ahead : CK_TILE;
      find_byte_taps(warp, row, rows, first, count);
      uint8_t *block = band + first * 3;
      // A block may write over the start of the next, but for those at the picture's end.
      const int last = (row + rows == shape.height) & (first + count + 2 > shape.width);
      blend_byte_block(warp, block, row, rows, first, count, last);
      if (warp->fill != CK_CONSTANT) continue;
      const uint8_t cval = warp->cval;
      for (int32_t i = 0; i < rows * count; i++)
        if (warp->taps.holes[i])
          block[3 * i] = cval, block[3 * i + 1] = cval, block[3 * i + 2] = cval;
    }
    if (!range) continue;
    uint8_t low, high;
    range_of_bytes(band, (int64_t)rows * stride, &low, &high);
    lowest = low < lowest ? low : lowest;
    highest = high > highest ? high : highest;
  }
  if (range) range[0] = lowest, range[1] = highest;
}

/// `mirrors` and `range` as in warp_bilinear.
static void warp_bytes_bilinear(const uint8_t *restrict from, uint8_t *restrict to, ck_shape shape,
                                const ck_map *map, ck_fill fill, uint8_t cval, const uint8_t *next,
                                int32_t mirrors, uint8_t *range) {
  ck_byte_warp warp;
  warp.from = from, warp.map = map, warp.shape = shape;
  warp.fill = fill, warp.cval = cval, warp.mirrors = mirrors;
  if (shape.channels == 3 && has_plain_taps(fill, shape)) {
    warp_plain_bytes(&warp, to, next, range);
    return;
  }
  warp_bytes_exactly(&warp, to);
  if (range)
    range_of_bytes(to, (int64_t)shape.height * shape.width * shape.channels, &range[0], &range[1]);
}

/// Fetches `count` > 0 pixels; `last` is the offset of the picture's last one.
CK_INLINE void fetch_bytes(const uint8_t *restrict from, uint8_t *restrict to,
                           const int32_t *offsets, int32_t count, int32_t channels, int32_t last,
                           uint8_t cval) {
  int32_t i = 0;
  if (channels == 3) {
    // Four bytes at a time; the fourth is overwritten by the next pixel.
    const ck_b4 outside = {cval, cval, cval, cval};
    for (; i < count - 1; i++) {
      if (__builtin_expect(offsets[i] == last, 0)) {
        for (int k = 0; k < 3; k++) to[3 * i + k] = from[last + k];
      } else {
        *(ck_b4 *)(to + 3 * i) =
            offsets[i] == CK_HOLE ? outside : *(const ck_b4 *)(from + offsets[i]);
      }
    }
  }
  for (; i < count; i++)
    for (int32_t k = 0; k < channels; k++)
      to[i * channels + k] = offsets[i] == CK_HOLE ? cval : from[offsets[i] + k];
}

static void warp_bytes_nearest(const uint8_t *restrict from, uint8_t *restrict to, ck_shape shape,
                               const ck_map *map, ck_fill fill, uint8_t cval,
                               const uint8_t *next) {
  int32_t offsets[CK_OFFSETS + CK_LANES];
  const int32_t channels = shape.channels, stride = shape.width * channels;
  const int32_t last = shape.height * stride - channels;
  const int32_t most = shape.width < CK_OFFSETS ? CK_OFFSETS / shape.width : 1;
  for (int32_t row = 0; row < shape.height; row += most) {
    const int32_t over = shape.height - row, rows = over < most ? over : most;
    fetch_bytes_ahead(next, row, rows, stride);
    for (int32_t first = 0; first < shape.width; first += CK_OFFSETS) {
      const int32_t ahead = shape.width - first, count = ahead < CK_OFFSETS ? ahead : CK_OFFSETS;
      find_offsets(offsets, row, rows, first, count, map, shape, fill, 0);
      fetch_bytes(from, to + (int64_t)row * stride + first * channels, offsets, rows * count,
                  channels, last, cval);
    }
  }
}
