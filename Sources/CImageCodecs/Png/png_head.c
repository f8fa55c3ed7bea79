#include "png_head.h"

#include <string.h>
#include <zlib.h>

enum { kind_rgb = 2, kind_palette = 3, most_colours = 256 };

static void put_number(uint8_t *to, uint32_t value) {
  for (int i = 0; i < 4; i++) to[i] = (uint8_t)(value >> (24 - 8 * i));
}

/// Appends a chunk whose contents lie where they come to stand.
static void end_chunk(png_head *head, const char *name, size_t length) {
  uint8_t *chunk = head->given + head->given_count;
  put_number(chunk, (uint32_t)length);
  memcpy(chunk + 4, name, 4);
  put_number(chunk + 8 + length, (uint32_t)crc32(0, chunk + 4, (uInt)length + 4));
  head->given_count += length + 12;
}

static int is_name(const uint8_t *name) {
  for (int i = 0; i < 4; i++) {
    uint8_t letter = name[i];
    int is_letter = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
    if (!is_letter && !(letter >= '0' && letter <= '9') && letter != '_') return 0;
  }
  return 1;
}

/// Whether PNG has such samples. - Source: PNG specification, 11.2.2.
static int is_known(int depth, int kind) {
  int is_few = depth == 1 || depth == 2 || depth == 4;
  switch (kind) {
  case 0:
    return is_few || depth == 8 || depth == 16;
  case kind_palette:
    return is_few || depth == 8;
  case kind_rgb:
  case 4:
  case 6:
    return depth == 8 || depth == 16;
  default:
    return 0;
  }
}

static ci_status read_header(
    const uint8_t *data, size_t length, png_head *head, ci_message *message) {
  if (length < 13) return ci_fail(CI_DAMAGED, message, "its header is too short");
  if (data[11] != 0) return ci_fail(CI_DAMAGED, message, "its rows have an unknown filter method");
  uint32_t width = ci_png_number(data), height = ci_png_number(data + 4);
  if (width > INT32_MAX || height > INT32_MAX) {
    return ci_fail(CI_DAMAGED, message, "its size can't be");
  }
  head->size = (ci_size){(int32_t)width, (int32_t)height};
  if (is_known(data[8], data[9])) {
    head->depth = data[8];
    head->kind = data[9];
  }
  if (data[12] != 0) head->is_interlaced = 1;
  return CI_OK;
}

/// Writes what libpng is given. Colours beyond the palette's end are black.
static ci_status give(png_head *head, const uint8_t *palette, size_t length, ci_message *message) {
  memcpy(head->given, "\x89PNG\r\n\x1a\n", 8);
  head->given_count = 8;
  uint8_t *data = head->given + 16;
  put_number(data, (uint32_t)head->size.width);
  put_number(data + 4, (uint32_t)head->size.height);
  data[8] = (uint8_t)head->depth;
  data[9] = (uint8_t)head->kind;
  data[12] = (uint8_t)head->is_interlaced;
  end_chunk(head, "IHDR", 13);
  if (head->kind != kind_palette) return CI_OK;
  if (length / 3 > most_colours) {
    return ci_fail(CI_DAMAGED, message, "its palette has more than 256 colours");
  }
  size_t colours = (size_t)1 << head->depth;
  size_t kept = length / 3 < colours ? length / 3 : colours;
  if (kept > 0) memcpy(head->given + head->given_count + 8, palette, kept * 3);
  end_chunk(head, "PLTE", colours * 3);
  return CI_OK;
}

static int is_chunk(const uint8_t *chunk, const char *name) {
  return memcmp(chunk + 4, name, 4) == 0;
}

ci_status ci_png_read_head(
    const uint8_t *bytes, size_t count, png_head *head, ci_message *message) {
  memset(head, 0, sizeof *head);
  const uint8_t *palette = NULL;
  size_t place = 8, palette_length = 0;
  for (;;) {
    if (count < place || count - place < 8) return CI_CUT_OFF;
    const uint8_t *chunk = bytes + place;
    size_t length = ci_png_number(chunk);
    if (!is_name(chunk + 4)) return ci_fail(CI_DAMAGED, message, "a chunk has no name");
    if (is_chunk(chunk, "IDAT") && head->depth != 0) break;
    if (is_chunk(chunk, "IEND")) return ci_fail(CI_DAMAGED, message, "it holds no pixels");
    if (length > count - place - 8 || count - place - 8 - length < 4) return CI_CUT_OFF;
    const uint8_t *data = chunk + 8;
    int is_header = is_chunk(chunk, "IHDR"), is_palette = is_chunk(chunk, "PLTE");
    if ((is_header || is_palette)
        && crc32(0, chunk + 4, (uInt)length + 4) != ci_png_number(data + length)) {
      return ci_fail(CI_DAMAGED, message, is_header ? "IHDR: CRC error" : "PLTE: CRC error");
    }
    if (is_header) {
      ci_status status = read_header(data, length, head, message);
      if (status != CI_OK) return status;
    } else if (is_palette && head->kind == kind_palette) {
      palette = data;
      palette_length = length;
    }
    place += length + 12;
  }
  head->pixels = place;
  return give(head, palette, palette_length, message);
}
