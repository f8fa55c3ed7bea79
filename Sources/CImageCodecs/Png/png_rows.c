#include "codecs.h"

#include <string.h>
#include <zlib.h>

// Which rows a PNG has whose pixels end before the picture does.

static uint32_t number(const uint8_t *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/// Bytes of a row with its filter, by the header that the file begins with.
static uint64_t row_bytes(const uint8_t *bytes) {
  static const uint8_t channels[] = {1, 1, 3, 1, 2, 1, 4, 1};
  return ((uint64_t)number(bytes + 16) * bytes[24] * channels[bytes[25] & 7] + 7) / 8 + 1;
}

/// Inflates a chunk of pixels and lets go of what comes out.
static int inflate_chunk(z_stream *stream, const uint8_t *bytes, size_t count) {
  uint8_t out[16384];
  int code = Z_OK;
  stream->next_in = (Bytef *)bytes;
  stream->avail_in = (uInt)count;
  do {
    stream->next_out = out;
    stream->avail_out = sizeof out;
    code = inflate(stream, Z_NO_FLUSH);
  } while (code == Z_OK && stream->avail_out == 0);
  return code;
}

int ci_png_ends_between_rows(const uint8_t *bytes, size_t count) {
  z_stream stream;
  memset(&stream, 0, sizeof stream);
  if (count < 33 || inflateInit(&stream) != Z_OK) return 0;
  int code = Z_OK, has_begun = 0;
  for (size_t place = 8; count - place >= 12 && (code == Z_OK || code == Z_BUF_ERROR);) {
    size_t length = number(bytes + place);
    if (length > count - place - 12) break;
    int is_pixels = memcmp(bytes + place + 4, "IDAT", 4) == 0;
    // libpng and Pillow look no further: the chunks of pixels follow one another.
    if (has_begun && !is_pixels) break;
    if (is_pixels) code = inflate_chunk(&stream, bytes + place + 8, length);
    has_begun = is_pixels;
    place += length + 12;
  }
  uint64_t made = stream.total_out;
  inflateEnd(&stream);
  int is_interlaced = bytes[28] != 0;
  return code == Z_STREAM_END && made > 0 && (is_interlaced || made % row_bytes(bytes) == 0);
}
