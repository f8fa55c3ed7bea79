// A JPEG's decoding, shared by whole pictures and parts.
#ifndef JPEG_H
#define JPEG_H

#include "codecs.h"
#include "huffman.h"

#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>

/// Everything one decoding needs. A function that calls setjmp keeps it in memory, as its address is
/// given away, so its members are good after a longjmp; other locals don't change between.
typedef struct {
  struct jpeg_decompress_struct jpeg;
  struct jpeg_error_mgr errors;
  struct jpeg_source_mgr source;
  struct jpeg_progress_mgr progress;
  jmp_buf exit;
  ci_status status;
  ci_message *message;
  /// Decodes Huffman codes in libjpeg's place; NULL where libjpeg does it.
  ci_huffman *huffman;
  int has_taken_over;
  /// The file, and whether places in it are kept.
  ci_whole_file file;
  int is_indexed;
} ci_jpeg;

/// One way to decode: from `ci_jpeg_begin` to the last row. Leaves by `ci_jpeg_leave` at a fault.
typedef void (*ci_jpeg_work)(ci_jpeg *self, const void *request);

/// Runs the work with the Huffman decoder, and once more without it where that took over and failed: only
/// libjpeg decides the pixels and the message of a damaged file.
ci_status ci_jpeg_run(
    ci_huffman *huffman, ci_jpeg_work work, const void *request, ci_message *message);

/// Lets the Huffman decoder take over, if there is one and it can. To be called after jpeg_start_decompress
/// and jpeg_crop_scanline, before the first row.
///
/// - left, right: Columns of the result outside may get any values.
/// - is_part: Whether there is something to pass over, so that places in the file are worth keeping.
void ci_jpeg_take_over(ci_jpeg *self, JDIMENSION left, JDIMENSION right, int is_part);

/// Decodes a whole JPEG of that size with that Huffman decoder, NULL for libjpeg's, to `channels` 3 or 1.
ci_status ci_jpeg_decode_by(
    ci_huffman *huffman, const uint8_t *bytes, size_t count, int channels, ci_size size, uint8_t *out,
    ci_message *message);

/// Ends the decoding with that status.
_Noreturn void ci_jpeg_leave(ci_jpeg *self, ci_status status);

/// Sets a decoder up; `exit` must be set next.
void ci_jpeg_prepare(ci_jpeg *self, ci_message *message);

/// Reads the header, holds it against the size that is expected, and chooses the colours.
void ci_jpeg_begin(ci_jpeg *self, const uint8_t *bytes, size_t count, int channels, ci_size size);

/// Inverted CMYK to RGB; `to` may be `from`.
void ci_jpeg_cmyk_row(const uint8_t *from, uint8_t *to, size_t width);

/// The orientation in the segments before the first scan; 0 or -1 where they name none.
int ci_jpeg_orientation(const uint8_t *bytes, size_t count);

#endif
