#include "tiff.h"

#include <stdlib.h>
#include <string.h>

/// An entry of the first directory, in a copy of the file.
typedef struct {
  uint8_t *bytes;
  size_t count;
  /// Where the entry begins.
  size_t place;
  int is_big;
  /// The file is a BigTIFF.
  int is_long;
} entry;

static void put(uint8_t *to, uint64_t value, int count, int is_big) {
  for (int i = 0; i < count; i++) to[is_big ? count - 1 - i : i] = (uint8_t)(value >> 8 * i);
}

static int offset_size(const entry *self) { return self->is_long ? 8 : 4; }

/// Whether a tag holds one number or some that say where the pixels are and what they mean.
static int is_mended(uint64_t tag) {
  static const uint16_t tags[] = {
      TIFFTAG_IMAGEWIDTH, TIFFTAG_IMAGELENGTH, TIFFTAG_BITSPERSAMPLE, TIFFTAG_COMPRESSION,
      TIFFTAG_PHOTOMETRIC, TIFFTAG_FILLORDER, TIFFTAG_STRIPOFFSETS, TIFFTAG_SAMPLESPERPIXEL,
      TIFFTAG_ROWSPERSTRIP, TIFFTAG_STRIPBYTECOUNTS, TIFFTAG_PLANARCONFIG, TIFFTAG_PREDICTOR,
      TIFFTAG_COLORMAP, TIFFTAG_TILEWIDTH, TIFFTAG_TILELENGTH, TIFFTAG_TILEOFFSETS,
      TIFFTAG_TILEBYTECOUNTS, TIFFTAG_EXTRASAMPLES, TIFFTAG_SAMPLEFORMAT, TIFFTAG_ORIENTATION};
  for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
    if (tags[i] == tag) return 1;
  }
  return 0;
}

/// The types of a value that libtiff doesn't take for a whole number, and Pillow does.
static int is_odd_type(uint64_t type) {
  return type == TIFF_RATIONAL || type == TIFF_SRATIONAL || type == TIFF_FLOAT
         || type == TIFF_DOUBLE || type == TIFF_IFD || type == TIFF_IFD8;
}

/// A value of such a type as a whole number; -1 where it is none of 32 bits.
static int64_t whole(const uint8_t *from, uint64_t type, int is_big) {
  uint64_t first = ci_tiff_number(from, 4, is_big);
  double value = 0;
  float real;
  if (type == TIFF_IFD) return (int64_t)first;
  if (type == TIFF_RATIONAL || type == TIFF_SRATIONAL) {
    uint64_t second = ci_tiff_number(from + 4, 4, is_big);
    int is_negative = type == TIFF_SRATIONAL && (first | second) > INT32_MAX;
    return second == 0 || is_negative ? -1 : (int64_t)(first / second);
  }
  if (type == TIFF_FLOAT) {
    uint32_t bits = (uint32_t)first;
    memcpy(&real, &bits, sizeof real);
    value = (double)real;
  } else {
    uint64_t bits = ci_tiff_number(from, 8, is_big);
    if (type == TIFF_IFD8) return bits > UINT32_MAX ? -1 : (int64_t)bits;
    memcpy(&value, &bits, sizeof value);
  }
  return value >= 0 && value <= UINT32_MAX ? (int64_t)value : -1;
}

/// Writes an entry's values as numbers of 32 bits in the place of the old ones, which are no shorter.
static void write_whole(entry *self, uint64_t type, uint64_t values) {
  int offset = offset_size(self);
  uint64_t size = type == TIFF_FLOAT || type == TIFF_IFD ? 4 : 8;
  size_t inside = self->place + 4 + (size_t)offset;
  size_t from = inside;
  if (values == 0 || values > self->count / size) return;
  if (values * size > (uint64_t)offset) {
    uint64_t start = ci_tiff_number(self->bytes + inside, offset, self->is_big);
    if (start > self->count || values * size > self->count - start) return;
    from = (size_t)start;
  }
  for (uint64_t i = 0; i < values; i++) {
    if (whole(self->bytes + from + i * size, type, self->is_big) < 0) return;
  }
  // Few values lie in the entry itself; the old ones are read before the offset to them goes.
  size_t to = values * 4 > (uint64_t)offset ? from : inside;
  for (uint64_t i = 0; i < values; i++) {
    int64_t value = whole(self->bytes + from + i * size, type, self->is_big);
    put(self->bytes + to + i * 4, (uint64_t)value, 4, self->is_big);
  }
  put(self->bytes + self->place + 2, TIFF_LONG, 2, self->is_big);
}

/// Whether a tag of one number has several in its entry: the first counts.
static int is_one_of_several(uint64_t tag, uint64_t type, uint64_t values, int offset) {
  int is_list = tag == TIFFTAG_BITSPERSAMPLE || tag == TIFFTAG_COLORMAP
                || tag == TIFFTAG_STRIPOFFSETS || tag == TIFFTAG_STRIPBYTECOUNTS
                || tag == TIFFTAG_TILEOFFSETS || tag == TIFFTAG_TILEBYTECOUNTS
                || tag == TIFFTAG_EXTRASAMPLES || tag == TIFFTAG_SAMPLEFORMAT;
  return !is_list && type == TIFF_SHORT && values > 1 && values <= (uint64_t)offset / 2;
}

/// Whether the entry needs it; mends it where the file is a copy that may be written to.
static int mend(entry *self, int is_copy) {
  const uint8_t *at = self->bytes + self->place;
  uint64_t tag = ci_tiff_number(at, 2, self->is_big);
  uint64_t type = ci_tiff_number(at + 2, 2, self->is_big);
  int offset = offset_size(self);
  uint64_t values = ci_tiff_number(at + 4, offset, self->is_big);
  if (!is_mended(tag)) return 0;
  if (is_one_of_several(tag, type, values, offset)) {
    if (is_copy) put(self->bytes + self->place + 4, 1, offset, self->is_big);
    return 1;
  }
  if (tag == TIFFTAG_PLANARCONFIG && (type == TIFF_UNDEFINED || type == TIFF_ASCII)) {
    // To Pillow everything but the number 2 is the usual order.
    if (!is_copy) return 1;
    put(self->bytes + self->place + 2, TIFF_SHORT, 2, self->is_big);
    put(self->bytes + self->place + 4, 1, offset, self->is_big);
    put(self->bytes + self->place + 4 + offset, PLANARCONFIG_CONTIG, 2, self->is_big);
    return 1;
  }
  if (!is_odd_type(type)) return 0;
  if (is_copy) write_whole(self, type, values);
  return 1;
}

uint8_t *ci_tiff_mended(
    const uint8_t *bytes, size_t count, size_t place, uint64_t entries, int is_big, int is_long) {
  entry one = {(uint8_t *)bytes, count, place, is_big, is_long};
  size_t step = is_long ? 20 : 12;
  uint64_t first = 0;
  while (first < entries && !mend(&one, 0)) {
    first++;
    one.place += step;
  }
  if (first == entries) return NULL;
  one.bytes = malloc(count);
  if (!one.bytes) return NULL;
  memcpy(one.bytes, bytes, count);
  for (; first < entries; first++, one.place += step) mend(&one, 1);
  return one.bytes;
}
