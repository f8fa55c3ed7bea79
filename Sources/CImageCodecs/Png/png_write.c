#include "codecs.h"

#include <png.h>
#include <string.h>

/// Everything one writing needs. A function that calls setjmp keeps it in memory, as its address is
/// given away, so its members are good after a longjmp; other locals don't change between.
typedef struct {
  png_structp png;
  png_infop info;
  uint8_t *output;
  /// Bytes of room.
  size_t count;
  size_t used;
  ci_status status;
  ci_message *message;
} coder;

static void on_error(png_structp png, png_const_charp text) {
  coder *self = png_get_error_ptr(png);
  // libpng's word for a malloc that failed.
  self->status =
      ci_fail(strstr(text, "Out of memory") ? CI_NO_MEMORY : CI_DAMAGED, self->message, text);
  png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp text) {
  (void)png;
  (void)text;
}

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
