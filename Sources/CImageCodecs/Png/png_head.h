// The part of a PNG that stands before its pixels.
#ifndef PNG_HEAD_H
#define PNG_HEAD_H

#include "codecs.h"

/// A number of four bytes.
static inline uint32_t ci_png_number(const uint8_t *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/// The header and the palette, as the file has them.
typedef struct {
  ci_size size;
  /// Bits of a sample, and the kind of colours as PNG numbers it.
  int depth;
  int kind;
  int is_interlaced;
  /// The place of the first chunk of pixels.
  size_t pixels;
  /// What libpng is given instead of everything before the pixels: signature, header and palette, each
  /// consistent.
  uint8_t given[8 + 25 + 12 + 768];
  size_t given_count;
} png_head;

/// Reads the chunks before the pixels as Pillow does, which is more lenient than libpng: it takes the last
/// header and the last palette, a palette of any length or none, chunks of any kind between, any compression
/// method, and for interlaced whatever isn't marked as plain; pixels before a header are passed over.
/// Checksums of header and palette have to be right.
ci_status ci_png_read_head(
    const uint8_t *bytes, size_t count, png_head *head, ci_message *message);

/// Whether the pixels end with a row and their stream with an end of its own.
int ci_png_ends_between_rows(const uint8_t *bytes, size_t count, const png_head *head);

#endif
