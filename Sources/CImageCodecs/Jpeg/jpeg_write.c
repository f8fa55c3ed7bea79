#include "codecs.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>

/// Everything one encoding needs, so that nothing local changes between setjmp and longjmp.
typedef struct {
  struct jpeg_compress_struct jpeg;
  struct jpeg_error_mgr errors;
  struct jpeg_destination_mgr target;
  jmp_buf exit;
  ci_status status;
  ci_message *message;
} encoder;

static void encoder_exit(j_common_ptr common) {
  encoder *self = common->client_data;
  char text[JMSG_LENGTH_MAX];
  self->errors.format_message(common, text);
  self->status = ci_fail(CI_UNSUPPORTED, self->message, text);
  longjmp(self->exit, 1);
}

static void output_message(j_common_ptr common) { (void)common; }

static void init_destination(j_compress_ptr jpeg) { (void)jpeg; }
static void term_destination(j_compress_ptr jpeg) { (void)jpeg; }

static boolean empty_output_buffer(j_compress_ptr jpeg) {
  encoder *self = jpeg->client_data;
  self->status = CI_NO_ROOM;
  longjmp(self->exit, 1);
}

static void encode(
    encoder *self, const uint8_t *pixels, int32_t width, int32_t height, int quality) {
  struct jpeg_compress_struct *jpeg = &self->jpeg;
  jpeg_create_compress(jpeg);
  jpeg->dest = &self->target;
  jpeg->image_width = (JDIMENSION)width;
  jpeg->image_height = (JDIMENSION)height;
  jpeg->input_components = 3;
  jpeg->in_color_space = JCS_RGB;
  // Colours at half the size in both directions, as libjpeg has it by itself.
  jpeg_set_defaults(jpeg);
  jpeg_set_quality(jpeg, quality, TRUE);
  jpeg_start_compress(jpeg, TRUE);
  while (jpeg->next_scanline < jpeg->image_height) {
    JSAMPROW row = (JSAMPROW)pixels + (size_t)jpeg->next_scanline * (size_t)width * 3;
    jpeg_write_scanlines(jpeg, &row, 1);
  }
  jpeg_finish_compress(jpeg);
}

ci_status ci_encode_jpeg(
    const uint8_t *pixels, int32_t width, int32_t height, int quality, uint8_t *out, size_t room,
    size_t *written, ci_message *message) {
  message->text[0] = 0;
  *written = 0;
  encoder self;
  memset(&self, 0, sizeof self);
  self.message = message;
  self.jpeg.err = jpeg_std_error(&self.errors);
  self.errors.error_exit = encoder_exit;
  self.errors.output_message = output_message;
  self.jpeg.client_data = &self;
  self.target.init_destination = init_destination;
  self.target.empty_output_buffer = empty_output_buffer;
  self.target.term_destination = term_destination;
  self.target.next_output_byte = out;
  self.target.free_in_buffer = room;
  if (!setjmp(self.exit)) {
    encode(&self, pixels, width, height, quality);
    *written = room - self.target.free_in_buffer;
  }
  jpeg_destroy_compress(&self.jpeg);
  return self.status;
}
