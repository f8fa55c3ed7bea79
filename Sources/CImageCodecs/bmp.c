#include "codecs.h"

#include <string.h>

/// A BMP's header, as far as it matters for uncompressed pictures of 8, 24 and 32 bits.
typedef struct {
  ci_size size;
  /// Rows go from the top down instead of from the bottom up.
  int is_top_down;
  int bits;
  /// The colour table: blue, green, red and, except in the oldest headers, an unused byte.
  const uint8_t *palette;
  size_t palette_count;
  size_t palette_step;
  /// The first row in the file, and the bytes of each: padded to four.
  size_t pixels;
  size_t row;
  /// Where in a pixel red, green and blue lie.
  int places[3];
} bmp_header;

static uint32_t number(const uint8_t *bytes, int count) {
  uint32_t value = 0;
  for (int i = count - 1; i >= 0; i--) value = value << 8 | bytes[i];
  return value;
}

/// Colour masks of 32-bit pixels: one whole byte each, or the picture isn't read.
static ci_status read_masks(const uint8_t *masks, bmp_header *header, ci_message *message) {
  for (int i = 0; i < 3; i++) {
    uint32_t mask = number(masks + 4 * i, 4);
    int place = 0;
    while (place < 4 && mask != 0xffu << (8 * place)) place++;
    if (place == 4) return ci_fail(CI_UNSUPPORTED, message, "a BMP with unusual colour masks");
    header->places[i] = place;
  }
  return CI_OK;
}

/// Source: the structures BITMAPFILEHEADER, BITMAPCOREHEADER, BITMAPINFOHEADER of Windows GDI.
static ci_status read_header(
    const uint8_t *bytes, size_t count, bmp_header *header, ci_message *message) {
  memset(header, 0, sizeof *header);
  if (count < 26) return CI_CUT_OFF;
  size_t pixels = number(bytes + 10, 4);
  size_t length = number(bytes + 14, 4);
  int is_core = length == 12;
  if (!is_core && length < 40) return ci_fail(CI_UNSUPPORTED, message, "a BMP of OS/2");
  if (length > count - 14) return CI_CUT_OFF;
  const uint8_t *info = bytes + 14;
  int64_t height = is_core ? (int64_t)number(info + 6, 2) : (int32_t)number(info + 8, 4);
  header->is_top_down = height < 0;
  if (height < 0) height = -height;
  if (height > INT32_MAX) return ci_fail(CI_DAMAGED, message, "its height can't be");
  int32_t width = is_core ? (int32_t)number(info + 4, 2) : (int32_t)number(info + 4, 4);
  if (width < 0) return ci_fail(CI_DAMAGED, message, "its width is negative");
  header->size = (ci_size){width, (int32_t)height};
  header->bits = (int)number(info + (is_core ? 10 : 14), 2);
  uint32_t compression = is_core ? 0 : number(info + 16, 4);
  if (header->bits != 8 && header->bits != 24 && header->bits != 32) {
    return ci_fail(CI_UNSUPPORTED, message, "a BMP of other than 8, 24 or 32 bits a pixel");
  }
  header->places[0] = 2;
  header->places[1] = 1;
  header->places[2] = 0;
  // 3: the masks follow a header of 40 bytes, and are part of a longer one, at the same place.
  if (compression == 3 && header->bits == 32) {
    if (count < 14 + 40 + 12) return CI_CUT_OFF;
    ci_status status = read_masks(info + 40, header, message);
    if (status != CI_OK) return status;
  } else if (compression != 0) {
    return ci_fail(CI_UNSUPPORTED, message, "a compressed BMP");
  }
  header->row = ((size_t)width * (size_t)header->bits / 8 + 3) / 4 * 4;
  header->pixels = pixels;
  if (header->bits != 8) return CI_OK;
  header->palette = info + length;
  header->palette_step = is_core ? 3 : 4;
  size_t colours = is_core ? 0 : number(info + 32, 4);
  header->palette_count = colours == 0 || colours > 256 ? 256 : colours;
  if (header->palette_count * header->palette_step > count - 14 - length) return CI_CUT_OFF;
  return CI_OK;
}

static ci_status read_size(
    const uint8_t *bytes, size_t count, ci_size *size, ci_message *message) {
  bmp_header header;
  ci_status status = read_header(bytes, count, &header, message);
  *size = header.size;
  return status;
}

static ci_status decode(
    const uint8_t *bytes, size_t count, int channels, ci_size size, uint8_t *out,
    ci_message *message) {
  bmp_header header;
  ci_status status = read_header(bytes, count, &header, message);
  if (status != CI_OK) return status;
  if (header.size.width != size.width || header.size.height != size.height) return CI_OTHER_SIZE;
  size_t width = (size_t)size.width;
  size_t height = (size_t)size.height;
  // The last row's padding may be missing.
  size_t data = header.row * (height - 1) + width * (size_t)header.bits / 8;
  if (header.pixels > count || data > count - header.pixels) return CI_CUT_OFF;
  size_t step = (size_t)header.bits / 8;
  for (size_t y = 0; y < height; y++) {
    const uint8_t *from =
        bytes + header.pixels + (header.is_top_down ? y : height - 1 - y) * header.row;
    for (size_t x = 0; x < width; x++, from += step, out += channels) {
      const uint8_t *colour = from;
      if (header.palette) {
        if (*from >= header.palette_count) {
          return ci_fail(CI_DAMAGED, message, "a pixel is beyond the colour table");
        }
        colour = header.palette + *from * header.palette_step;
      }
      uint8_t red = colour[header.places[0]];
      uint8_t green = colour[header.places[1]];
      uint8_t blue = colour[header.places[2]];
      if (channels == 3) {
        out[0] = red;
        out[1] = green;
        out[2] = blue;
      } else {
        // A grey colour is itself: the weights add up to 65 536.
        out[0] = ci_grey(red, green, blue);
      }
    }
  }
  return CI_OK;
}

const ci_codec ci_bmp_codec = {read_size, decode};
