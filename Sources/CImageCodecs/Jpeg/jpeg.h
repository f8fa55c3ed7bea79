// A JPEG's decoding, shared by whole pictures and parts.
#ifndef JPEG_H
#define JPEG_H

#include "codecs.h"

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
} ci_jpeg;

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
