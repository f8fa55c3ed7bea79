// A BMP's header, shared by the readers of its two kinds of rows.
#ifndef BMP_H
#define BMP_H

#include "codecs.h"

typedef enum { BMP_RAW = 0, BMP_RLE8 = 1, BMP_RLE4 = 2, BMP_MASKS = 3 } bmp_compression;

typedef struct {
  ci_size size;
  /// Rows go from the top down instead of from the bottom up.
  int is_top_down;
  /// Bits a pixel: 1, 4 and 8 are indices of the palette.
  int bits;
  bmp_compression compression;
  ci_palette palette;
  /// Where the rows begin.
  size_t pixels;
  /// Where in a pixel of 24 or 32 bits red, green and blue lie.
  int places[3];
  /// Bits of green in a pixel of 16 bits: 5 or 6.
  int green;
} bmp_header;

/// Decodes runs to indices: `room` has width × height of them, from the file's first row on.
ci_status ci_bmp_read_runs(
    const bmp_header *header, const uint8_t *bytes, size_t count, uint8_t *room,
    ci_message *message);

#endif
