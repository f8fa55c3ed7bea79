#include "png_head.h"

#include <string.h>
#include <zlib.h>

// Which rows a PNG has whose pixels end before the picture does.

/// Bytes of a row of so many pixels with its filter.
static uint64_t row_bytes(const png_head *head, uint64_t width) {
  static const uint8_t channels[] = {1, 1, 3, 1, 2, 1, 4, 1};
  return (width * (uint64_t)head->depth * channels[head->kind & 7] + 7) / 8 + 1;
}

/// Whether the first bytes of all rows end with a row. An interlaced picture comes in seven passes, each of
/// which has every eighth, fourth or second of the rows and columns, or all.
///
/// - Source: PNG specification, 8.2.
static int ends_with_row(const png_head *head, uint64_t bytes) {
  static const uint64_t tops[] = {0, 0, 4, 0, 2, 0, 1}, downs[] = {8, 8, 8, 4, 4, 2, 2};
  static const uint64_t lefts[] = {0, 4, 0, 2, 0, 1, 0}, acrosses[] = {8, 8, 4, 4, 2, 2, 1};
  uint64_t width = (uint64_t)head->size.width, height = (uint64_t)head->size.height;
  if (!head->is_interlaced) return bytes % row_bytes(head, width) == 0;
  for (int pass = 0; pass < 7; pass++) {
    if (width <= lefts[pass] || height <= tops[pass]) continue;
    uint64_t columns = (width - lefts[pass] + acrosses[pass] - 1) / acrosses[pass];
    uint64_t rows = (height - tops[pass] + downs[pass] - 1) / downs[pass];
    uint64_t row = row_bytes(head, columns);
    if (bytes <= rows * row) return bytes % row == 0;
    bytes -= rows * row;
  }
  return 1;
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

int ci_png_ends_between_rows(const uint8_t *bytes, size_t count, const png_head *head) {
  z_stream stream;
  memset(&stream, 0, sizeof stream);
  if (inflateInit(&stream) != Z_OK) return 0;
  int code = Z_OK;
  size_t place = head->pixels;
  while (count - place >= 8 && (code == Z_OK || code == Z_BUF_ERROR)) {
    size_t length = ci_png_number(bytes + place), rest = count - place - 8;
    // libpng and Pillow look no further: the chunks of pixels follow one another.
    if (memcmp(bytes + place + 4, "IDAT", 4) != 0) break;
    // The stream may end before the file does, and the file before the chunk.
    code = inflate_chunk(&stream, bytes + place + 8, length < rest ? length : rest);
    if (length > rest || rest - length < 4) break;
    place += length + 12;
  }
  uint64_t made = stream.total_out;
  inflateEnd(&stream);
  return code == Z_STREAM_END && made > 0 && ends_with_row(head, made);
}
