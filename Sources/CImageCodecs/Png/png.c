#include "png_head.h"

#include <png.h>
#include <stdlib.h>
#include <string.h>

/// Everything one reading needs. A function that calls setjmp keeps it in memory, as its address is
/// given away, so its members are good after a longjmp; other locals don't change between.
typedef struct {
  png_structp png;
  png_infop info;
  const uint8_t *input;
  size_t count;
  png_head head;
  /// Bytes that libpng has taken of those it is given before the pixels.
  size_t taken;
  /// The place of the next byte in the file.
  size_t used;
  /// One row of other values than the target's, or a whole interlaced picture of them; else NULL.
  uint8_t *scratch;
  /// Where the rows go: the target or the scratch. NULL before there are any.
  uint8_t *start;
  /// Bytes of a row and of a pixel of it.
  size_t row;
  size_t pixel;
  int passes;
  /// The pixel that stands for a missing one: 0, or in a palette its first colour.
  uint8_t missing[3];
  /// Rows of the current pass that are put away.
  size_t rows;
  /// The chunks of pixels, or the file, ended before the rows did.
  int is_short;
  ci_status status;
  ci_message *message;
} coder;

/// `png` is passed because the coder's pointer isn't set yet while libpng creates it.
_Noreturn static void leave(png_structp png, coder *self, ci_status status, const char *text) {
  self->status = ci_fail(status, self->message, text);
  png_longjmp(png, 1);
}

_Noreturn static void fail(coder *self, ci_status status, const char *text) {
  leave(self->png, self, status, text);
}

static void on_error(png_structp png, png_const_charp text) {
  coder *self = png_get_error_ptr(png);
  self->is_short =
      strcmp(text, "Not enough image data") == 0 || strstr(text, "invalid chunk type");
  // libpng's word for a malloc that failed.
  leave(png, self, strstr(text, "Out of memory") ? CI_NO_MEMORY : CI_DAMAGED, text);
}

/// Counts wrong checksums of the pixels and bytes too many, as in Pillow.
static void on_warning(png_structp png, png_const_charp text) {
  coder *self = png_get_error_ptr(png);
  if (strncmp(text, "IDAT", 4) == 0) self->message->warnings++;
}

static void take(png_structp png, png_bytep to, size_t count) {
  coder *self = png_get_io_ptr(png);
  size_t left = self->head.given_count - self->taken;
  size_t given = count < left ? count : left;
  memcpy(to, self->head.given + self->taken, given);
  self->taken += given;
  count -= given;
  if (count > self->count - self->used) {
    self->status = CI_CUT_OFF;
    png_longjmp(png, 1);
  }
  memcpy(to + given, self->input + self->used, count);
  self->used += count;
}

static ci_status begin(coder *self, const uint8_t *bytes, size_t count, ci_message *message) {
  memset(self, 0, sizeof *self);
  self->input = bytes;
  self->count = count;
  self->message = message;
  ci_status status = ci_png_read_head(bytes, count, &self->head, message);
  if (status != CI_OK) return status;
  self->used = self->head.pixels;
  self->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, self, on_error, on_warning);
  if (!self->png) return CI_NO_MEMORY;
  self->info = png_create_info_struct(self->png);
  if (!self->info) {
    png_destroy_read_struct(&self->png, NULL, NULL);
    return CI_NO_MEMORY;
  }
  return CI_OK;
}

static ci_status end(coder *self) {
  free(self->scratch);
  png_destroy_read_struct(&self->png, &self->info, NULL);
  return self->status;
}

static int is_grey16(const png_head *head) { return head->kind == 0 && head->depth == 16; }

static void read_info(coder *self) {
  // The pixel limit speaks of both sides together; libpng's own, of a million each, would call a
  // picture of 30 000 × 2 000 000 damaged, so it stands aside.
  png_set_user_limits(self->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_crc_action(self->png, PNG_CRC_WARN_USE, PNG_CRC_WARN_DISCARD);
  png_set_read_fn(self->png, self, take);
  png_read_info(self->png, self->info);
}

static ci_status read_header(
    const uint8_t *bytes, size_t count, ci_header *header, ci_message *message) {
  png_head head;
  ci_status status = ci_png_read_head(bytes, count, &head, message);
  header->size = head.size;
  header->is_grey16 = is_grey16(&head);
  return status;
}

/// Asks libpng for grey or RGB of 8 bits, or for 16-bit grey; returns the bytes of a pixel.
static size_t choose_colours(coder *self, ci_target target) {
  int type = self->head.kind, depth = self->head.depth;
  if (target.grey16 && !is_grey16(&self->head)) {
    fail(self, CI_UNSUPPORTED, "a PNG without 16-bit grey");
  }
  if (is_grey16(&self->head)) {
    png_set_swap(self->png);
    return 2;
  }
  if (depth == 16) png_set_strip_16(self->png);
  if (type == PNG_COLOR_TYPE_PALETTE) {
    png_colorp colours = NULL;
    int count = 0;
    png_get_PLTE(self->png, self->info, &colours, &count);
    if (count > 0) ci_put(self->missing, 3, colours->red, colours->green, colours->blue);
    png_set_palette_to_rgb(self->png);
  }
  if (type == PNG_COLOR_TYPE_GRAY && depth < 8) png_set_expand_gray_1_2_4_to_8(self->png);
  png_set_strip_alpha(self->png);
  int is_grey = !(type & PNG_COLOR_MASK_COLOR);
  if (is_grey && target.channels == 3) png_set_gray_to_rgb(self->png);
  return is_grey && target.channels == 1 ? 1 : 3;
}

/// A row as libpng gave it to the target's.
static void put_row(const uint8_t *from, ci_target target, size_t pixel, size_t y) {
  size_t width = (size_t)target.size.width;
  uint8_t *out = target.out + y * width * (size_t)target.channels;
  if (pixel == 3) {
    ci_grey_row(from, out, width);
    return;
  }
  for (size_t x = 0; x < width; x++) {
    uint16_t value;
    memcpy(&value, from + 2 * x, 2);
    unsigned limited = value < 255 ? value : 255;
    out = ci_put(out, target.channels, limited, limited, limited);
  }
}

/// Fills pixels that the file doesn't have.
static void fill(const coder *self, uint8_t *rows, size_t count) {
  const uint8_t *missing = self->missing;
  if (missing[0] == 0 && missing[1] == 0 && missing[2] == 0) {
    memset(rows, 0, count * self->pixel);
    return;
  }
  for (size_t i = 0; i < count; i++) ci_put(rows + i * 3, 3, missing[0], missing[1], missing[2]);
}

static void prepare(coder *self, ci_target target) {
  size_t width = (size_t)target.size.width, height = (size_t)target.size.height;
  self->pixel = choose_colours(self, target);
  self->passes = png_set_interlace_handling(self->png);
  // Before libpng expands them; deflate makes at most 1032 of 1.
  if (ci_is_too_small(
          self->count, (uint64_t)png_get_rowbytes(self->png, self->info) * height, 1032)) {
    fail(self, CI_DAMAGED, "so small a file can't hold so many pixels");
  }
  png_read_update_info(self->png, self->info);
  self->row = width * self->pixel;
  if (png_get_rowbytes(self->png, self->info) != self->row) fail(self, CI_DAMAGED, "odd rows");
  // A target of 16 bits takes such values as they are.
  if (target.grey16 || self->pixel == (size_t)target.channels) {
    self->start = target.grey16 ? (uint8_t *)target.grey16 : target.out;
  } else {
    self->scratch = malloc(self->passes == 1 ? self->row : self->row * height);
    if (!self->scratch) fail(self, CI_NO_MEMORY, "");
    self->start = self->scratch;
  }
  // Each pass writes its own pixels; those of a pass that is missing stay.
  if (self->passes > 1) fill(self, self->start, width * height);
}

/// Whether one row takes the place of the last, and has to be put away before the next comes.
static int is_row_by_row(const coder *self) { return self->passes == 1 && self->scratch; }

static void read_rows(coder *self, ci_target target) {
  size_t height = (size_t)target.size.height;
  for (int pass = 0; pass < self->passes; pass++) {
    for (self->rows = 0; self->rows < height; self->rows++) {
      size_t step = is_row_by_row(self) ? 0 : self->row;
      png_read_row(self->png, self->start + self->rows * step, NULL);
      if (is_row_by_row(self)) put_row(self->scratch, target, self->pixel, self->rows);
    }
  }
}

/// Whether libpng has handed out the last row. It looks on for the end of the pixels' data then, and
/// may find a fault there; Pillow doesn't look.
static int is_whole(const coder *self, ci_target target) {
  return self->passes > 1
             ? png_get_current_pass_number(self->png) >= 7
             : png_get_current_row_number(self->png) >= (png_uint_32)target.size.height;
}

/// Whether only the last rows are missing, and in a way that Pillow takes for no fault: it refuses a
/// picture without any row, one whose last row isn't whole, and a stream that is torn.
static int lacks_rows(const coder *self) {
  return self->is_short && ci_png_ends_between_rows(self->input, self->count, &self->head);
}

/// Overcomes a fault: puts away the last row, or fills what is missing.
static void mend(coder *self, ci_target target) {
  size_t width = (size_t)target.size.width, height = (size_t)target.size.height;
  self->message->warnings++;
  self->status = ci_fail(CI_OK, self->message, "");
  if (self->passes > 1) return;
  int is_complete = is_whole(self, target);
  if (!self->scratch) {
    if (is_complete) return;
    fill(self, self->start + self->rows * self->row, (height - self->rows) * width);
    return;
  }
  if (!is_complete) fill(self, self->scratch, width);
  for (; self->rows < height; self->rows++) {
    put_row(self->scratch, target, self->pixel, self->rows);
  }
}

/// - step: The bytes that libpng takes at a time.
static ci_status decode_in_steps(
    const uint8_t *bytes, size_t count, ci_target target, size_t step, ci_message *message) {
  coder self;
  message->warnings = 0;
  ci_status status = begin(&self, bytes, count, message);
  if (status != CI_OK) return status;
  png_set_compression_buffer_size(self.png, step);
  if (!setjmp(png_jmpbuf(self.png))) {
    read_info(&self);
    ci_size size = self.head.size;
    if (size.width != target.size.width || size.height != target.size.height) {
      fail(&self, CI_OTHER_SIZE, "");
    }
    prepare(&self, target);
    read_rows(&self, target);
  }
  // Taken byte by byte, all rows that are in the file have come before it ends.
  if (self.status == CI_CUT_OFF && step == 1) self.is_short = 1;
  if (self.start && self.status != CI_OK && (lacks_rows(&self) || is_whole(&self, target))) {
    mend(&self, target);
  }
  if (self.status == CI_OK && self.passes > 1 && self.scratch) {
    for (size_t y = 0; y < (size_t)target.size.height; y++) {
      put_row(self.scratch + y * self.row, target, self.pixel, y);
    }
  }
  return end(&self);
}

static ci_status decode(
    const uint8_t *bytes, size_t count, ci_target target, ci_message *message) {
  ci_status status = decode_in_steps(bytes, count, target, 8192, message);
  // A file that ends in one of the steps may still have all pixels.
  return status == CI_CUT_OFF ? decode_in_steps(bytes, count, target, 1, message) : status;
}

const ci_codec ci_png_codec = {read_header, decode, ci_png_orientation};
