// A TIFF's pixels, shared by its reading and their conversion.
#ifndef TIFF_H
#define TIFF_H

#include "codecs.h"

#include <tiffio.h>

/// The meaning of a pixel's samples.
typedef enum {
  /// Grey of 1, 2, 4 or 8 bits, and signed of 8, which is taken as unsigned.
  TIFF_GREY,
  /// Grey of 12 or 16 bits, which `ci_decode_grey16` keeps.
  TIFF_GREY16,
  /// Other grey, limited to 0...255: signed of 16 bits, whole numbers of 32, floating-point numbers.
  TIFF_INT16,
  TIFF_INT32,
  TIFF_FLOAT32,
  /// Indices of 1, 2, 4 or 8 bits.
  TIFF_INDICES,
  /// Red, green, blue of 8 or 16 bits.
  TIFF_RGB,
  /// Cyan, magenta, yellow, black of 8 or 16 bits.
  TIFF_CMYK,
  /// Luma and two chromas of 8 bits, uncompressed and as many of each.
  TIFF_YCBCR,
  /// Other colours, which libtiff makes RGBA.
  TIFF_BY_LIBTIFF,
} tiff_kind;

typedef struct {
  tiff_kind kind;
  int bits;
  /// Samples from one pixel to the next.
  size_t step;
  /// 0 is white, in grey of up to 8 bits.
  int is_inverted;
  /// The colours or the grey are multiplied by the sample behind them, alpha.
  int is_premultiplied;
  ci_palette palette;
} tiff_pixels;

/// Converts pixels of one row, which lie one after the other, to `place` pixels from the target's
/// beginning.
void ci_tiff_put(
    const tiff_pixels *pixels, const uint8_t *from, size_t count, ci_target target, size_t place);

/// Everything one reading needs. The file lies in memory, and libtiff takes it from there.
typedef struct {
  const uint8_t *bytes;
  size_t count;
  /// The copy that `bytes` is, where entries of the directory were mended; else NULL.
  uint8_t *mended;
  size_t place;
  TIFF *tiff;
  ci_size size;
  tiff_pixels pixels;
  /// Samples lie in planes of their own.
  int is_separate;
  /// Samples lie in the file as they are.
  int is_plain;
  ci_message *message;
} tiff_reader;

/// A number of some bytes in the file's order.
uint64_t ci_tiff_number(const uint8_t *bytes, int count, int is_big);

/// A copy of a file in which entries of the directory are mended that Pillow understands and libtiff
/// doesn't: numbers of types that the tags don't have. NULL where nothing is to be mended. The caller frees
/// it.
///
/// - place: Where the first entry begins; all of them lie in the file.
uint8_t *ci_tiff_mended(
    const uint8_t *bytes, size_t count, size_t place, uint64_t entries, int is_big, int is_long);

/// The first message of libtiff if there is one, else `text`; hands the status back.
ci_status ci_tiff_failure(const tiff_reader *self, ci_status status, const char *text);

/// Reads the size of the first picture.
ci_status ci_tiff_read_size(tiff_reader *self);

/// Finds out what the samples mean.
ci_status ci_tiff_read_kind(tiff_reader *self);

/// Decodes the pixels; size and kind are read.
ci_status ci_tiff_decode(tiff_reader *self, ci_target target);

#endif
