#include "jpeg.h"

#include <string.h>

#include <jerror.h>

/// Scans of a progressive picture: a small file of many thousand would keep a thread for minutes.
static const int scan_limit = 500;

_Noreturn void ci_jpeg_leave(ci_jpeg *self, ci_status status) {
  self->status = status;
  longjmp(self->exit, 1);
}

static ci_status meaning(int code) {
  switch (code) {
  case JERR_INPUT_EOF:
  case JERR_INPUT_EMPTY:
    return CI_CUT_OFF;
  case JERR_OUT_OF_MEMORY:
    return CI_NO_MEMORY;
  case JERR_BAD_PRECISION:
  case JERR_CONVERSION_NOTIMPL:
  case JERR_SOF_UNSUPPORTED:
  case JERR_NOT_COMPILED:
  case JERR_ARITH_NOTIMPL:
  case JERR_CCIR601_NOTIMPL:
  case JERR_FRACT_SAMPLE_NOTIMPL:
  case JERR_IMAGE_TOO_BIG:
    return CI_UNSUPPORTED;
  default:
    return CI_DAMAGED;
  }
}

/// The kinds of JPEG that libjpeg calls by a number: bytes behind 0xff that begin a frame.
static const char *kind(int frame) {
  switch (frame) {
  case 0xc3:
  case 0xcb:
    return "a lossless JPEG";
  case 0xf7:
    return "a JPEG-LS";
  default:
    return "a hierarchical JPEG";
  }
}

static void tell(ci_jpeg *self) {
  char text[JMSG_LENGTH_MAX];
  switch (self->errors.msg_code) {
  case JERR_SOF_UNSUPPORTED:
    ci_fail(CI_UNSUPPORTED, self->message, kind(self->errors.msg_parm.i[0]));
    return;
  case JERR_BAD_PRECISION:
    snprintf(text, sizeof text, "a JPEG of %d bits a value", self->errors.msg_parm.i[0]);
    break;
  default:
    self->errors.format_message((j_common_ptr)&self->jpeg, text);
  }
  ci_fail(CI_DAMAGED, self->message, text);
}

static void error_exit(j_common_ptr common) {
  ci_jpeg *self = common->client_data;
  tell(self);
  ci_jpeg_leave(self, meaning(common->err->msg_code));
}

/// Counts libjpeg's warnings: it left bytes out or made values up. Those about the kind of file don't
/// concern pixels.
static void emit_message(j_common_ptr common, int level) {
  ci_jpeg *self = common->client_data;
  int code = common->err->msg_code;
  if (level >= 0 || code == JWRN_ADOBE_XFORM || code == JWRN_JFIF_MAJOR) return;
  if (self->message->warnings < INT32_MAX) self->message->warnings++;
}

static void output_message(j_common_ptr common) { (void)common; }

static void check_scans(j_common_ptr common) {
  ci_jpeg *self = common->client_data;
  if (self->jpeg.input_scan_number <= scan_limit) return;
  ci_fail(CI_UNSUPPORTED, self->message, "a JPEG of more than 500 scans");
  ci_jpeg_leave(self, CI_UNSUPPORTED);
}

static void init_source(j_decompress_ptr jpeg) { (void)jpeg; }
static void term_source(j_decompress_ptr jpeg) { (void)jpeg; }

/// Called when all bytes are used up.
static boolean fill_input_buffer(j_decompress_ptr jpeg) {
  ci_jpeg_leave(jpeg->client_data, CI_CUT_OFF);
}

static void skip_input_data(j_decompress_ptr jpeg, long count) {
  if (count <= 0) return;
  if ((size_t)count > jpeg->src->bytes_in_buffer) ci_jpeg_leave(jpeg->client_data, CI_CUT_OFF);
  jpeg->src->next_input_byte += count;
  jpeg->src->bytes_in_buffer -= (size_t)count;
}

/// Sets everything up to read the header; `exit` must be set first.
static void begin(ci_jpeg *self, const uint8_t *bytes, size_t count) {
  jpeg_create_decompress(&self->jpeg);
  self->source.init_source = init_source;
  self->source.fill_input_buffer = fill_input_buffer;
  self->source.skip_input_data = skip_input_data;
  self->source.resync_to_restart = jpeg_resync_to_restart;
  self->source.term_source = term_source;
  self->source.next_input_byte = bytes;
  self->source.bytes_in_buffer = count;
  self->jpeg.src = &self->source;
  self->progress.progress_monitor = check_scans;
  self->jpeg.progress = &self->progress;
  jpeg_read_header(&self->jpeg, TRUE);
}

void ci_jpeg_prepare(ci_jpeg *self, ci_message *message) {
  memset(self, 0, sizeof *self);
  self->message = message;
  self->status = CI_OK;
  self->jpeg.err = jpeg_std_error(&self->errors);
  self->errors.error_exit = error_exit;
  self->errors.emit_message = emit_message;
  self->errors.output_message = output_message;
  self->jpeg.client_data = self;
}

static ci_status read_header(
    const uint8_t *bytes, size_t count, ci_header *header, ci_message *message) {
  ci_jpeg self;
  ci_jpeg_prepare(&self, message);
  if (!setjmp(self.exit)) {
    begin(&self, bytes, count);
    // JPEG's own limit is 65 500.
    header->size.width = (int32_t)self.jpeg.image_width;
    header->size.height = (int32_t)self.jpeg.image_height;
  }
  jpeg_destroy_decompress(&self.jpeg);
  return self.status;
}

void ci_jpeg_cmyk_row(const uint8_t *from, uint8_t *to, size_t width) {
  for (size_t x = 0; x < width; x++, from += 4) {
    to = ci_put_cmyk(to, 3, 255u - from[0], 255u - from[1], 255u - from[2], from[3]);
  }
}

/// Refuses a size that the file can't hold: a block takes two bits at the least, with arithmetic
/// coding some hundredths of one.
static void check_room(ci_jpeg *self, size_t count) {
  const struct jpeg_decompress_struct *jpeg = &self->jpeg;
  uint64_t blocks = ((uint64_t)jpeg->image_width + 7) / 8 * ((jpeg->image_height + 7) / 8);
  if (!ci_is_too_small(count, blocks, jpeg->arith_code ? 1024 : 8)) return;
  ci_fail(CI_DAMAGED, self->message, "so small a file can't hold so many pixels");
  ci_jpeg_leave(self, CI_DAMAGED);
}

/// Chooses what libjpeg turns the pixels into: grey, RGB or CMYK.
static void choose_colours(ci_jpeg *self, int channels) {
  struct jpeg_decompress_struct *jpeg = &self->jpeg;
  switch (jpeg->jpeg_color_space) {
  case JCS_GRAYSCALE:
    jpeg->out_color_space = channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    return;
  case JCS_YCbCr:
  case JCS_RGB:
    jpeg->out_color_space = JCS_RGB;
    return;
  case JCS_CMYK:
  case JCS_YCCK:
    jpeg->out_color_space = JCS_CMYK;
    return;
  default:
    ci_fail(CI_UNSUPPORTED, self->message, "a JPEG of 2 or of more than 4 channels");
    ci_jpeg_leave(self, CI_UNSUPPORTED);
  }
}

static void decode_rows(ci_jpeg *self, int channels, uint8_t *out) {
  struct jpeg_decompress_struct *jpeg = &self->jpeg;
  size_t width = jpeg->output_width;
  int found = jpeg->output_components;
  JSAMPARRAY scratch = jpeg->mem->alloc_sarray(
      (j_common_ptr)jpeg, JPOOL_IMAGE, jpeg->output_width * 4, 1);
  while (jpeg->output_scanline < jpeg->output_height) {
    JSAMPROW row = out + (size_t)jpeg->output_scanline * width * (size_t)channels;
    JSAMPROW target = found == channels ? row : scratch[0];
    if (jpeg_read_scanlines(jpeg, &target, 1) != 1) ci_jpeg_leave(self, CI_CUT_OFF);
    if (found == channels) continue;
    if (found == 4) ci_jpeg_cmyk_row(target, channels == 3 ? row : target, width);
    if (channels == 1) ci_grey_row(target, row, width);
  }
}

void ci_jpeg_begin(
    ci_jpeg *self, const uint8_t *bytes, size_t count, int channels, ci_size size) {
  self->file = (ci_whole_file){bytes, count};
  begin(self, bytes, count);
  if (self->jpeg.image_width != (JDIMENSION)size.width
      || self->jpeg.image_height != (JDIMENSION)size.height) {
    ci_jpeg_leave(self, CI_OTHER_SIZE);
  }
  check_room(self, count);
  choose_colours(self, channels);
}

ci_status ci_jpeg_run(
    ci_huffman *huffman, ci_jpeg_work work, const void *request, ci_message *message) {
  ci_jpeg self;
  ci_jpeg_prepare(&self, message);
  self.huffman = huffman;
  if (!setjmp(self.exit)) work(&self, request);
  jpeg_destroy_decompress(&self.jpeg);
  if (!self.has_taken_over) return self.status;
  if (self.status == CI_OK) {
    if (self.is_indexed) ci_huffman_keep(huffman);
    return CI_OK;
  }
  message->text[0] = 0;
  message->warnings = 0;
  return ci_jpeg_run(NULL, work, request, message);
}

void ci_jpeg_take_over(ci_jpeg *self, JDIMENSION left, JDIMENSION right, int is_part) {
  self->is_indexed = is_part && ci_keeps_places();
  self->has_taken_over = ci_huffman_take_over(
      self->huffman, &self->jpeg, self->is_indexed ? &self->file : NULL, left, right);
}

typedef struct {
  const uint8_t *bytes;
  size_t count;
  int channels;
  ci_size size;
  uint8_t *out;
} whole;

static void decode_whole(ci_jpeg *self, const void *request) {
  const whole *wanted = request;
  ci_jpeg_begin(self, wanted->bytes, wanted->count, wanted->channels, wanted->size);
  jpeg_start_decompress(&self->jpeg);
  ci_jpeg_take_over(self, 0, self->jpeg.output_width, 0);
  // The end isn't looked for: like Pillow, which takes a picture whose rows are all there.
  decode_rows(self, wanted->channels, wanted->out);
}

ci_status ci_jpeg_decode_by(
    ci_huffman *huffman, const uint8_t *bytes, size_t count, int channels, ci_size size, uint8_t *out,
    ci_message *message) {
  whole wanted = {bytes, count, channels, size, out};
  return ci_jpeg_run(huffman, decode_whole, &wanted, message);
}

static ci_status decode(
    const uint8_t *bytes, size_t count, ci_target target, ci_message *message) {
  return ci_jpeg_decode_by(
      ci_huffman_of_thread(), bytes, count, target.channels, target.size, target.out, message);
}

const ci_codec ci_jpeg_codec = {read_header, decode, ci_jpeg_orientation};
