#include "bmp.h"

#include <stdlib.h>
#include <string.h>

static uint32_t number(const uint8_t *bytes, int count) {
  uint32_t value = 0;
  for (int i = count - 1; i >= 0; i--) value = value << 8 | bytes[i];
  return value;
}

/// Colour masks: of 32 and 24 bits one whole byte each, of 16 bits 565 or 555, as Pillow takes them.
static ci_status read_masks(const uint8_t *masks, bmp_header *header, ci_message *message) {
  uint32_t red = number(masks, 4), green = number(masks + 4, 4), blue = number(masks + 8, 4);
  if (header->bits == 16) {
    header->green = green == 0x7e0 ? 6 : 5;
    if (header->green == 6 && red == 0xf800 && blue == 0x1f) return CI_OK;
    if (green == 0x3e0 && red == 0x7c00 && blue == 0x1f) return CI_OK;
    return ci_fail(CI_UNSUPPORTED, message, "a BMP with unusual colour masks");
  }
  // Without masks, blue comes first.
  if (red == 0 && green == 0 && blue == 0) return CI_OK;
  const uint32_t all[3] = {red, green, blue};
  for (int i = 0; i < 3; i++) {
    int place = 0;
    while (place < header->bits / 8 && all[i] != 0xffu << (8 * place)) place++;
    if (place == header->bits / 8) {
      return ci_fail(CI_UNSUPPORTED, message, "a BMP with unusual colour masks");
    }
    header->places[i] = place;
  }
  return CI_OK;
}

/// Reads the colours, of which each has `step` bytes, as far as the file has them.
static void read_palette(
    bmp_header *header, const uint8_t *bytes, size_t count, size_t place, size_t colours,
    size_t step) {
  if (colours > 256) colours = 256;
  int is_ramp = 1;
  for (size_t i = 0; i < colours && place + 3 <= count; i++, place += step) {
    for (int channel = 0; channel < 3; channel++) {
      uint8_t value = bytes[place + 2 - (size_t)channel];
      header->palette.colours[i][channel] = value;
      if (value != i) is_ramp = 0;
    }
  }
  // Pillow takes such a table for grey, which goes on beyond the table's end.
  for (size_t i = colours; is_ramp && i < 256; i++) memset(header->palette.colours[i], (int)i, 3);
}

static ci_status check_kind(const bmp_header *header, ci_message *message) {
  int bits = header->bits;
  if (bits != 1 && bits != 4 && bits != 8 && bits != 16 && bits != 24 && bits != 32) {
    return ci_fail(CI_UNSUPPORTED, message, "a BMP of other than 1, 4, 8, 16, 24 or 32 bits a pixel");
  }
  switch (header->compression) {
  case BMP_RAW:
    return CI_OK;
  case BMP_RLE8:
  case BMP_RLE4:
    return bits <= 8 ? CI_OK : ci_fail(CI_UNSUPPORTED, message, "a BMP of coloured runs");
  case BMP_MASKS:
    return bits >= 16 ? CI_OK : ci_fail(CI_UNSUPPORTED, message, "a BMP with unusual colour masks");
  default:
    return ci_fail(CI_UNSUPPORTED, message, "a BMP that holds a JPEG, a PNG or a fax");
  }
}

/// Sources: BITMAPFILEHEADER, BITMAPCOREHEADER and BITMAPINFOHEADER of Windows GDI; Pillow's
/// BmpImagePlugin for the headers of OS/2 and for files that contradict themselves.
static ci_status read_whole_header(
    const uint8_t *bytes, size_t count, bmp_header *header, ci_message *message) {
  memset(header, 0, sizeof *header);
  if (count < 26) return CI_CUT_OFF;
  size_t length = number(bytes + 14, 4);
  int is_core = length == 12;
  if (!is_core && length != 40 && length != 52 && length != 56 && length != 64 && length != 108
      && length != 124) {
    return ci_fail(CI_UNSUPPORTED, message, "a BMP with an unknown header");
  }
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
  header->compression = is_core ? BMP_RAW : number(info + 16, 4);
  ci_status status = check_kind(header, message);
  if (status != CI_OK) return status;
  header->places[0] = 2;
  header->places[1] = 1;
  header->green = 5;
  size_t behind = 14 + length;
  if (header->compression == BMP_MASKS) {
    // They follow a header of 40 bytes, and are part of a longer one, at the same place.
    if (count < 14 + 40 + 12) return CI_CUT_OFF;
    status = read_masks(info + 40, header, message);
    if (status != CI_OK) return status;
    if (length == 40) behind += 12;
  }
  size_t step = is_core ? 3 : 4;
  size_t colours = is_core ? 0 : number(info + 32, 4);
  if (colours == 0) colours = (size_t)1 << (header->bits < 16 ? header->bits : 0);
  header->pixels = number(bytes + 10, 4);
  if (header->bits <= 8) {
    if (colours > 65536) return ci_fail(CI_DAMAGED, message, "its colour table is too large");
    read_palette(header, bytes, count, behind, colours, step);
    behind += step * colours;
    // Some files name the colour table as the place of their rows.
    if (header->pixels == 14 + length) header->pixels = behind;
  }
  if (header->pixels == 0) header->pixels = behind;
  return CI_OK;
}

static ci_status read_header(
    const uint8_t *bytes, size_t count, ci_header *found, ci_message *message) {
  bmp_header header;
  ci_status status = read_whole_header(bytes, count, &header, message);
  found->size = header.size;
  return status;
}

/// Indices of less than a byte, highest bits first, one to a byte.
static void unpack_indices(const uint8_t *from, int bits, uint8_t *to, size_t width) {
  size_t in_byte = 8 / (size_t)bits;
  for (size_t x = 0; x < width; x++) {
    int shift = (int)(8 - (size_t)bits * (x % in_byte + 1));
    to[x] = (uint8_t)(from[x / in_byte] >> shift & ((1 << bits) - 1));
  }
}

/// A value of 5 or 6 bits as one of 8.
static unsigned widened(unsigned value, int bits) {
  unsigned most = (1u << bits) - 1;
  return (value & most) * 255 / most;
}

static void put_row(
    const bmp_header *header, const uint8_t *from, uint8_t *indices, ci_target target, uint8_t *out) {
  size_t width = (size_t)target.size.width;
  if (header->bits <= 8) {
    if (header->bits < 8) {
      unpack_indices(from, header->bits, indices, width);
      from = indices;
    }
    ci_put_indices(from, width, &header->palette, target.channels, out);
    return;
  }
  for (size_t x = 0; x < width; x++, from += header->bits / 8) {
    if (header->bits == 16) {
      unsigned pixel = number(from, 2);
      out = ci_put(
          out, target.channels, widened(pixel >> (5 + header->green), 5),
          widened(pixel >> 5, header->green), widened(pixel, 5));
    } else {
      out = ci_put(
          out, target.channels, from[header->places[0]], from[header->places[1]],
          from[header->places[2]]);
    }
  }
}

static uint8_t *row_place(const bmp_header *header, ci_target target, size_t y) {
  size_t row = header->is_top_down ? y : (size_t)target.size.height - 1 - y;
  return target.out + row * (size_t)target.size.width * (size_t)target.channels;
}

static ci_status decode_runs(
    const bmp_header *header, const uint8_t *bytes, size_t count, ci_target target,
    ci_message *message) {
  size_t width = (size_t)target.size.width, height = (size_t)target.size.height;
  uint8_t *indices = malloc(width * height);
  if (!indices) return CI_NO_MEMORY;
  ci_status status = ci_bmp_read_runs(header, bytes, count, indices, message);
  for (size_t y = 0; status == CI_OK && y < height; y++) {
    ci_put_indices(
        indices + y * width, width, &header->palette, target.channels,
        row_place(header, target, y));
  }
  free(indices);
  return status;
}

static ci_status decode(
    const uint8_t *bytes, size_t count, ci_target target, ci_message *message) {
  bmp_header header;
  ci_status status = read_whole_header(bytes, count, &header, message);
  if (status != CI_OK) return status;
  if (header.size.width != target.size.width || header.size.height != target.size.height) {
    return CI_OTHER_SIZE;
  }
  if (header.compression == BMP_RLE8 || header.compression == BMP_RLE4) {
    return decode_runs(&header, bytes, count, target, message);
  }
  size_t width = (size_t)target.size.width, height = (size_t)target.size.height;
  size_t bits = width * (size_t)header.bits;
  size_t row = (bits + 31) / 32 * 4;
  // The last row's padding may be missing.
  size_t data = row * (height - 1) + (bits + 7) / 8;
  if (header.pixels > count || data > count - header.pixels) return CI_CUT_OFF;
  uint8_t *indices = header.bits < 8 ? malloc(width) : NULL;
  if (header.bits < 8 && !indices) return CI_NO_MEMORY;
  for (size_t y = 0; y < height; y++) {
    put_row(
        &header, bytes + header.pixels + y * row, indices, target, row_place(&header, target, y));
  }
  free(indices);
  return CI_OK;
}

const ci_codec ci_bmp_codec = {read_header, decode, NULL};
