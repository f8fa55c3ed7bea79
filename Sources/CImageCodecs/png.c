#include "codecs.h"

#include <png.h>
#include <stdlib.h>
#include <string.h>

/// Everything one reading or writing needs. A function that calls setjmp keeps it in memory, as its
/// address is given away, so its members are good after a longjmp; other locals don't change between.
typedef struct {
  png_structp png;
  png_infop info;
  const uint8_t *input;
  uint8_t *output;
  /// Bytes of the input, or of the output's room.
  size_t count;
  size_t used;
  /// One row of RGB, for output in grey.
  uint8_t *scratch;
  ci_status status;
  ci_message *message;
} coder;

/// `png` is passed because the coder's pointer isn't set yet while libpng creates it.
_Noreturn static void leave(png_structp png, coder *self, ci_status status, const char *text) {
  self->status = status;
  ci_fail(status, self->message, text);
  png_longjmp(png, 1);
}

_Noreturn static void fail(coder *self, ci_status status, const char *text) {
  leave(self->png, self, status, text);
}

static void on_error(png_structp png, png_const_charp text) {
  coder *self = png_get_error_ptr(png);
  // libpng's word for a malloc that failed.
  leave(png, self, strstr(text, "Out of memory") ? CI_NO_MEMORY : CI_DAMAGED, text);
}

/// Ignores warnings, which concern other chunks than the pixels': profiles, times, texts.
static void on_warning(png_structp png, png_const_charp text) {
  (void)png;
  (void)text;
}

static void take(png_structp png, png_bytep to, size_t count) {
  coder *self = png_get_io_ptr(png);
  if (count > self->count - self->used) {
    self->status = CI_CUT_OFF;
    png_longjmp(png, 1);
  }
  memcpy(to, self->input + self->used, count);
  self->used += count;
}

static ci_status begin(coder *self, const uint8_t *bytes, size_t count, ci_message *message) {
  memset(self, 0, sizeof *self);
  self->input = bytes;
  self->count = count;
  self->message = message;
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

static void read_header(coder *self, ci_size *size) {
  // The pixel limit speaks of both sides together; libpng's own, of a million each, would call a
  // picture of 30 000 × 2 000 000 damaged, so it stands aside.
  png_set_user_limits(self->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_read_fn(self->png, self, take);
  png_read_info(self->png, self->info);
  if (png_get_color_type(self->png, self->info) == PNG_COLOR_TYPE_GRAY &&
      png_get_bit_depth(self->png, self->info) == 16) {
    fail(self, CI_UNSUPPORTED, "a PNG of 16-bit grey");
  }
  size->width = (int32_t)png_get_image_width(self->png, self->info);
  size->height = (int32_t)png_get_image_height(self->png, self->info);
}

static ci_status read_size(
    const uint8_t *bytes, size_t count, ci_size *size, ci_message *message) {
  coder self;
  ci_status status = begin(&self, bytes, count, message);
  if (status != CI_OK) return status;
  if (!setjmp(png_jmpbuf(self.png))) read_header(&self, size);
  return end(&self);
}

/// Asks libpng for 8-bit grey or RGB; 1 or 3.
static int choose_colours(coder *self, int channels) {
  int type = png_get_color_type(self->png, self->info);
  int depth = png_get_bit_depth(self->png, self->info);
  if (depth == 16) png_set_strip_16(self->png);
  if (type == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(self->png);
  if (type == PNG_COLOR_TYPE_GRAY && depth < 8) png_set_expand_gray_1_2_4_to_8(self->png);
  png_set_strip_alpha(self->png);
  int isGrey = !(type & PNG_COLOR_MASK_COLOR);
  if (isGrey && channels == 3) png_set_gray_to_rgb(self->png);
  return isGrey ? channels : 3;
}

/// Interlaced rows are filled in over seven passes, so a row must keep its place until the last;
/// grey of colour is made in a second picture.
static void decode_rows(coder *self, int found, int channels, ci_size size, uint8_t *out) {
  int passes = png_set_interlace_handling(self->png);
  png_read_update_info(self->png, self->info);
  size_t row = (size_t)size.width * (size_t)found;
  if (png_get_rowbytes(self->png, self->info) != row) fail(self, CI_DAMAGED, "odd rows");
  if (found != channels) {
    self->scratch = malloc(passes == 1 ? row : row * (size_t)size.height);
    if (!self->scratch) fail(self, CI_NO_MEMORY, "");
  }
  for (int pass = 0; pass < passes; pass++) {
    for (size_t y = 0; y < (size_t)size.height; y++) {
      uint8_t *target = found == channels ? out + y * row
                        : passes == 1     ? self->scratch
                                          : self->scratch + y * row;
      png_read_row(self->png, target, NULL);
      if (found != channels && pass == passes - 1) {
        ci_grey_row(target, out + y * (size_t)size.width, (size_t)size.width);
      }
    }
  }
  png_read_end(self->png, NULL);
}

static ci_status decode(
    const uint8_t *bytes, size_t count, int channels, ci_size size, uint8_t *out,
    ci_message *message) {
  coder self;
  ci_status status = begin(&self, bytes, count, message);
  if (status != CI_OK) return status;
  if (!setjmp(png_jmpbuf(self.png))) {
    ci_size again;
    read_header(&self, &again);
    if (again.width != size.width || again.height != size.height) {
      fail(&self, CI_OTHER_SIZE, "");
    }
    decode_rows(&self, choose_colours(&self, channels), channels, size, out);
  }
  return end(&self);
}

const ci_codec ci_png_codec = {read_size, decode};

size_t ci_png_bound(int32_t width, int32_t height, int channels) {
  // A filter byte a row; deflate's stored blocks and libpng's chunks of 8 kB add under 1 %.
  size_t raw = ((size_t)width * (size_t)channels + 1) * (size_t)height;
  return raw + raw / 100 + 4096;
}

static void put(png_structp png, png_bytep from, size_t count) {
  coder *self = png_get_io_ptr(png);
  if (count > self->count - self->used) {
    self->status = CI_NO_ROOM;
    png_longjmp(png, 1);
  }
  memcpy(self->output + self->used, from, count);
  self->used += count;
}

static void flush(png_structp png) { (void)png; }

static void encode_rows(
    coder *self, const uint8_t *pixels, int32_t width, int32_t height, int channels) {
  png_set_write_fn(self->png, self, put, flush);
  png_set_user_limits(self->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_IHDR(
      self->png, self->info, (png_uint_32)width, (png_uint_32)height, 8,
      channels == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
      PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(self->png, self->info);
  for (size_t y = 0; y < (size_t)height; y++) {
    png_write_row(self->png, pixels + y * (size_t)width * (size_t)channels);
  }
  png_write_end(self->png, self->info);
}

ci_status ci_encode_png(
    const uint8_t *pixels, int32_t width, int32_t height, int channels, uint8_t *out, size_t room,
    size_t *written, ci_message *message) {
  message->text[0] = 0;
  *written = 0;
  if (width < 1 || height < 1 || (channels != 1 && channels != 3)) {
    return ci_fail(CI_UNSUPPORTED, message, "PNG is written of pictures with 1 or 3 channels");
  }
  coder self = {.output = out, .count = room, .message = message};
  self.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &self, on_error, on_warning);
  if (!self.png) return CI_NO_MEMORY;
  self.info = png_create_info_struct(self.png);
  if (!self.info) self.status = CI_NO_MEMORY;
  if (self.info && !setjmp(png_jmpbuf(self.png))) {
    encode_rows(&self, pixels, width, height, channels);
    *written = self.used;
  }
  png_destroy_write_struct(&self.png, &self.info);
  return self.status;
}
