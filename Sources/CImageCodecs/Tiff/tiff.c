#include "tiff.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tiffio.h>

static tmsize_t take(thandle_t handle, void *to, tmsize_t wanted) {
  tiff_reader *self = handle;
  if (wanted < 0 || self->place > self->count) return 0;
  size_t count = self->count - self->place;
  if (count > (size_t)wanted) count = (size_t)wanted;
  memcpy(to, self->bytes + self->place, count);
  self->place += count;
  return (tmsize_t)count;
}

static tmsize_t put(thandle_t handle, void *from, tmsize_t count) {
  (void)handle, (void)from, (void)count;
  return 0;
}

static toff_t seek(thandle_t handle, toff_t offset, int whence) {
  tiff_reader *self = handle;
  switch (whence) {
  case SEEK_SET:
    self->place = (size_t)offset;
    break;
  case SEEK_CUR:
    self->place += (size_t)offset;
    break;
  default:
    self->place = self->count + (size_t)offset;
  }
  return (toff_t)self->place;
}

static int close_file(thandle_t handle) {
  (void)handle;
  return 0;
}

static toff_t length(thandle_t handle) { return ((tiff_reader *)handle)->count; }

static int map(thandle_t handle, void **start, toff_t *size) {
  tiff_reader *self = handle;
  *start = (void *)self->bytes;
  *size = self->count;
  return 1;
}

static void unmap(thandle_t handle, void *start, toff_t size) {
  (void)handle, (void)start, (void)size;
}

/// Keeps the first message, which names the cause.
static int on_error(
    TIFF *tiff, void *data, const char *module, const char *format, va_list arguments) {
  (void)tiff, (void)module;
  tiff_reader *self = data;
  if (!self->message->text[0]) {
    vsnprintf(self->message->text, sizeof self->message->text, format, arguments);
  }
  return 1;
}

/// Ignores warnings: they are about tags that libtiff doesn't know.
static int on_warning(
    TIFF *tiff, void *data, const char *module, const char *format, va_list arguments) {
  (void)tiff, (void)data, (void)module, (void)format, (void)arguments;
  return 1;
}

uint64_t ci_tiff_number(const uint8_t *bytes, int count, int is_big) {
  uint64_t value = 0;
  for (int i = 0; i < count; i++) value = value << 8 | bytes[is_big ? i : count - 1 - i];
  return value;
}

/// Tags without whose values there are no pixels; of a palette, libtiff would take the indices for
/// grey.
static int is_needed(uint64_t tag) {
  return tag == TIFFTAG_BITSPERSAMPLE || tag == TIFFTAG_COLORMAP || tag == TIFFTAG_JPEGTABLES
         || tag == TIFFTAG_STRIPOFFSETS || tag == TIFFTAG_STRIPBYTECOUNTS
         || tag == TIFFTAG_TILEOFFSETS || tag == TIFFTAG_TILEBYTECOUNTS;
}

/// Whether values that are needed end after the file does.
static int are_values_cut_off(
    const uint8_t *bytes, size_t count, uint64_t place, uint64_t entries, int is_big, int is_long) {
  // Bytes of a value, by its type.
  static const uint8_t sizes[19] = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8};
  int offset = is_long ? 8 : 4;
  for (; entries > 0; entries--, place += is_long ? 20 : 12) {
    const uint8_t *entry = bytes + place;
    uint64_t type = ci_tiff_number(entry + 2, 2, is_big), values = ci_tiff_number(entry + 4, offset, is_big);
    if (!is_needed(ci_tiff_number(entry, 2, is_big)) || type > 18 || sizes[type] == 0) continue;
    if (values <= (uint64_t)offset / sizes[type]) continue;
    uint64_t start = ci_tiff_number(entry + 4 + offset, offset, is_big);
    if (start > count || values > (count - start) / sizes[type]) return 1;
  }
  return 0;
}

/// Whether the first directory ends after the file does; else mends its entries.
static int is_directory_cut_off(tiff_reader *self) {
  const uint8_t *bytes = self->bytes;
  size_t count = self->count;
  int is_big = bytes[0] == 'M', is_long = bytes[is_big ? 3 : 2] == 43;
  if (count < (is_long ? 16u : 8u)) return 1;
  int offset = is_long ? 8 : 4;
  uint64_t place = ci_tiff_number(bytes + offset, offset, is_big);
  size_t head = is_long ? 8 : 2;
  if (place > count || count - place < head) return 1;
  uint64_t entries = ci_tiff_number(bytes + place, (int)head, is_big);
  if (entries > (count - place - head) / (is_long ? 20 : 12)
      || are_values_cut_off(bytes, count, place + head, entries, is_big, is_long)) {
    return 1;
  }
  self->mended = ci_tiff_mended(bytes, count, place + head, entries, is_big, is_long);
  if (self->mended) self->bytes = self->mended;
  return 0;
}

ci_status ci_tiff_failure(const tiff_reader *self, ci_status status, const char *text) {
  if (!self->message->text[0]) ci_fail(status, self->message, text);
  return status;
}

/// Opens the file and reads its first directory.
static ci_status begin(
    tiff_reader *self, const uint8_t *bytes, size_t count, ci_message *message) {
  memset(self, 0, sizeof *self);
  self->bytes = bytes;
  self->count = count;
  self->message = message;
  if (is_directory_cut_off(self)) return CI_CUT_OFF;
  TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
  if (!options) return CI_NO_MEMORY;
  TIFFOpenOptionsSetErrorHandlerExtR(options, on_error, self);
  TIFFOpenOptionsSetWarningHandlerExtR(options, on_warning, self);
  // No more than the largest picture of four samples of 16 bits.
  TIFFOpenOptionsSetMaxSingleMemAlloc(options, (tmsize_t)CI_PIXEL_LIMIT * 8);
  // C: strips as they are in the file.
  self->tiff = TIFFClientOpenExt(
      "", "rC", self, take, put, seek, close_file, length, map, unmap, options);
  TIFFOpenOptionsFree(options);
  return self->tiff ? CI_OK : ci_tiff_failure(self, CI_DAMAGED, "libtiff doesn't say why");
}

static void end(tiff_reader *self) {
  if (self->tiff) TIFFClose(self->tiff);
  free(self->mended);
}

static ci_status read_header(
    const uint8_t *bytes, size_t count, ci_header *header, ci_message *message) {
  tiff_reader self;
  ci_status status = begin(&self, bytes, count, message);
  if (status == CI_OK) status = ci_tiff_read_size(&self);
  header->size = self.size;
  if (status == CI_OK) status = ci_tiff_read_kind(&self);
  header->is_grey16 = self.pixels.kind == TIFF_GREY16;
  end(&self);
  return status;
}

static ci_status decode(
    const uint8_t *bytes, size_t count, ci_target target, ci_message *message) {
  tiff_reader self;
  ci_status status = begin(&self, bytes, count, message);
  if (status == CI_OK) status = ci_tiff_read_size(&self);
  if (status == CI_OK
      && (self.size.width != target.size.width || self.size.height != target.size.height)) {
    status = CI_OTHER_SIZE;
  }
  if (status == CI_OK) status = ci_tiff_read_kind(&self);
  if (status == CI_OK) status = ci_tiff_decode(&self, target);
  end(&self);
  if (status == CI_OK) message->text[0] = 0;
  return status;
}

static int orientation(const uint8_t *bytes, size_t count) {
  tiff_reader self;
  ci_message message = {"", 0};
  uint16_t found = 0;
  int xmp = 0;
  if (begin(&self, bytes, count, &message) == CI_OK
      && !TIFFGetField(self.tiff, TIFFTAG_ORIENTATION, &found)) {
    uint32_t length = 0;
    void *text = NULL;
    if (TIFFGetField(self.tiff, TIFFTAG_XMLPACKET, &length, &text)) {
      xmp = ci_xmp_orientation(text, length);
    }
  }
  end(&self);
  return found ? found : xmp;
}

const ci_codec ci_tiff_codec = {read_header, decode, orientation};
