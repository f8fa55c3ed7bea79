#include "codecs.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>

#include <jerror.h>

/// Scans of a progressive picture: a small file of many thousand would keep a thread for minutes.
static const int scan_limit = 500;

/// Everything one decoding needs. A function that calls setjmp keeps it in memory, as its address is
/// given away, so its members are good after a longjmp; other locals don't change between.
typedef struct {
  struct jpeg_decompress_struct jpeg;
  struct jpeg_error_mgr errors;
  struct jpeg_source_mgr source;
  struct jpeg_progress_mgr progress;
  jmp_buf exit;
  ci_status status;
  ci_message *message;
} decoder;

_Noreturn static void leave(decoder *self, ci_status status) {
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

static void tell(decoder *self) {
  char text[JMSG_LENGTH_MAX];
  self->errors.format_message((j_common_ptr)&self->jpeg, text);
  ci_fail(CI_DAMAGED, self->message, text);
}

static void error_exit(j_common_ptr common) {
  decoder *self = common->client_data;
  tell(self);
  leave(self, meaning(common->err->msg_code));
}

/// libjpeg warns where it invents values; only the warnings listed here don't concern pixels.
static void emit_message(j_common_ptr common, int level) {
  if (level >= 0) return;
  switch (common->err->msg_code) {
  case JWRN_EXTRANEOUS_DATA:
  case JWRN_ADOBE_XFORM:
  case JWRN_JFIF_MAJOR:
    return;
  default:
    tell(common->client_data);
    leave(common->client_data, CI_DAMAGED);
  }
}

static void output_message(j_common_ptr common) { (void)common; }

static void check_scans(j_common_ptr common) {
  decoder *self = common->client_data;
  if (self->jpeg.input_scan_number <= scan_limit) return;
  ci_fail(CI_UNSUPPORTED, self->message, "a JPEG of more than 500 scans");
  leave(self, CI_UNSUPPORTED);
}

static void init_source(j_decompress_ptr jpeg) { (void)jpeg; }
static void term_source(j_decompress_ptr jpeg) { (void)jpeg; }

/// Called when all bytes are used up.
static boolean fill_input_buffer(j_decompress_ptr jpeg) {
  leave(jpeg->client_data, CI_CUT_OFF);
}

static void skip_input_data(j_decompress_ptr jpeg, long count) {
  if (count <= 0) return;
  if ((size_t)count > jpeg->src->bytes_in_buffer) leave(jpeg->client_data, CI_CUT_OFF);
  jpeg->src->next_input_byte += count;
  jpeg->src->bytes_in_buffer -= (size_t)count;
}

/// Sets everything up to read the header; `exit` must be set first.
static void begin(decoder *self, const uint8_t *bytes, size_t count) {
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

static void prepare(decoder *self, ci_message *message) {
  memset(self, 0, sizeof *self);
  self->message = message;
  self->status = CI_OK;
  self->jpeg.err = jpeg_std_error(&self->errors);
  self->errors.error_exit = error_exit;
  self->errors.emit_message = emit_message;
  self->errors.output_message = output_message;
  self->jpeg.client_data = self;
}

static ci_status read_size(
    const uint8_t *bytes, size_t count, ci_size *size, ci_message *message) {
  decoder self;
  prepare(&self, message);
  if (!setjmp(self.exit)) {
    begin(&self, bytes, count);
    // JPEG's own limit is 65 500.
    size->width = (int32_t)self.jpeg.image_width;
    size->height = (int32_t)self.jpeg.image_height;
  }
  jpeg_destroy_decompress(&self.jpeg);
  return self.status;
}

/// a × b / 255, rounded as Pillow rounds it.
static unsigned times(unsigned a, unsigned b) {
  unsigned product = a * b + 128;
  return ((product >> 8) + product) >> 8;
}

/// Inverted CMYK to RGB, as Pillow does it: r = (255 - k) - c (255 - k) / 255.
static void cmyk_row(const uint8_t *from, uint8_t *to, size_t width) {
  for (size_t x = 0; x < width; x++, from += 4, to += 3) {
    unsigned white = from[3];
    for (int i = 0; i < 3; i++) to[i] = (uint8_t)(white - times(255u - from[i], white));
  }
}

/// Chooses what libjpeg turns the pixels into: grey, RGB or CMYK.
static void choose_colours(decoder *self, int channels) {
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
    leave(self, CI_UNSUPPORTED);
  }
}

static void decode_rows(decoder *self, int channels, uint8_t *out) {
  struct jpeg_decompress_struct *jpeg = &self->jpeg;
  size_t width = jpeg->output_width;
  int found = jpeg->output_components;
  JSAMPARRAY scratch = jpeg->mem->alloc_sarray(
      (j_common_ptr)jpeg, JPOOL_IMAGE, jpeg->output_width * 4, 1);
  while (jpeg->output_scanline < jpeg->output_height) {
    JSAMPROW row = out + (size_t)jpeg->output_scanline * width * (size_t)channels;
    JSAMPROW target = found == channels ? row : scratch[0];
    if (jpeg_read_scanlines(jpeg, &target, 1) != 1) leave(self, CI_CUT_OFF);
    if (found == channels) continue;
    if (found == 4) cmyk_row(target, channels == 3 ? row : target, width);
    if (channels == 1) ci_grey_row(target, row, width);
  }
}

static ci_status decode(
    const uint8_t *bytes, size_t count, int channels, ci_size size, uint8_t *out,
    ci_message *message) {
  decoder self;
  prepare(&self, message);
  if (!setjmp(self.exit)) {
    begin(&self, bytes, count);
    if (self.jpeg.image_width != (JDIMENSION)size.width
        || self.jpeg.image_height != (JDIMENSION)size.height) {
      leave(&self, CI_OTHER_SIZE);
    }
    choose_colours(&self, channels);
    jpeg_start_decompress(&self.jpeg);
    decode_rows(&self, channels, out);
    jpeg_finish_decompress(&self.jpeg);
  }
  jpeg_destroy_decompress(&self.jpeg);
  return self.status;
}

/// Columns decoded on each side of a part and thrown away: at the edges of what it decodes, libjpeg's
/// smooth upsampling of the colours lacks the neighbours it has in the whole picture.
static const JDIMENSION margin = 8;

/// Skips the columns left and right of the part and the rows above it; returns what is decoded with
/// it.
static ci_around go_to_part(decoder *self, ci_part part) {
  struct jpeg_decompress_struct *jpeg = &self->jpeg;
  JDIMENSION right = (JDIMENSION)(part.left + part.size.width) + margin;
  JDIMENSION left = (JDIMENSION)part.left > margin ? (JDIMENSION)part.left - margin : 0;
  if (right > jpeg->output_width) right = jpeg->output_width;
  JDIMENSION columns = right - left;
  // Moves `left` further left, to where a block begins.
  jpeg_crop_scanline(jpeg, &left, &columns);
  if (part.top > 0 && jpeg_skip_scanlines(jpeg, (JDIMENSION)part.top) != (JDIMENSION)part.top) {
    leave(self, CI_CUT_OFF);
  }
  return (ci_around){part.left - (int32_t)left, (int32_t)columns};
}

/// Decodes the part's rows; what lies below is left unread.
static void decode_part(decoder *self, int channels, ci_part part, uint8_t *out) {
  struct jpeg_decompress_struct *jpeg = &self->jpeg;
  size_t before = (size_t)go_to_part(self, part).left;
  size_t width = (size_t)part.size.width;
  size_t components = (size_t)jpeg->output_components;
  JSAMPARRAY scratch = jpeg->mem->alloc_sarray(
      (j_common_ptr)jpeg, JPOOL_IMAGE, jpeg->output_width * (JDIMENSION)components, 1);
  for (int32_t y = 0; y < part.size.height; y++, out += width * (size_t)channels) {
    if (jpeg_read_scanlines(jpeg, scratch, 1) != 1) leave(self, CI_CUT_OFF);
    uint8_t *row = scratch[0] + before * components;
    if (components == 4) cmyk_row(row, row, width);
    if (channels == 1 && components != 1) {
      ci_grey_row(row, out, width);
    } else {
      memcpy(out, row, width * (size_t)channels);
    }
  }
}

/// Rows asked for at a time; libjpeg hands out two at most.
enum { rows_at_once = 2 };

/// Decodes the part's rows with the extra columns that libjpeg decodes; doesn't read the rows
/// below.
static void decode_around(decoder *self, ci_part part, uint8_t *out, size_t room, ci_around *around) {
  struct jpeg_decompress_struct *jpeg = &self->jpeg;
  *around = go_to_part(self, part);
  size_t stride = (size_t)around->width * (size_t)jpeg->output_components;
  size_t height = (size_t)part.size.height;
  if (stride * height > room) leave(self, CI_NO_ROOM);
  for (size_t y = 0; y < height;) {
    JSAMPROW rows[rows_at_once];
    JDIMENSION count = 0;
    for (; count < rows_at_once && y + count < height; count++) {
      rows[count] = out + (y + count) * stride;
    }
    JDIMENSION found = jpeg_read_scanlines(jpeg, rows, count);
    if (found < 1) leave(self, CI_CUT_OFF);
    y += found;
  }
}

/// Checks the header and begins to decode at a fraction of the size.
static void start_part(
    decoder *self, const uint8_t *bytes, size_t count, int channels, ci_size size, int reduction,
    ci_part part) {
  begin(self, bytes, count);
  if (self->jpeg.image_width != (JDIMENSION)size.width
      || self->jpeg.image_height != (JDIMENSION)size.height) {
    leave(self, CI_OTHER_SIZE);
  }
  choose_colours(self, channels);
  self->jpeg.scale_num = 1;
  self->jpeg.scale_denom = (unsigned)reduction;
  jpeg_start_decompress(&self->jpeg);
  if (part.left < 0 || part.top < 0 || part.size.width < 1 || part.size.height < 1
      || (JDIMENSION)part.left + (JDIMENSION)part.size.width > self->jpeg.output_width
      || (JDIMENSION)part.top + (JDIMENSION)part.size.height > self->jpeg.output_height) {
    leave(self, CI_NO_ROOM);
  }
}

ci_status ci_decode_jpeg_around(
    const uint8_t *bytes, size_t count, ci_size size, int reduction, ci_part part, uint8_t *out,
    size_t room, ci_around *around, ci_message *message) {
  message->text[0] = 0;
  *around = (ci_around){0, 0};
  if (count < 3 || memcmp(bytes, "\xff\xd8\xff", 3) != 0) return CI_UNKNOWN;
  decoder self;
  prepare(&self, message);
  if (!setjmp(self.exit)) {
    start_part(&self, bytes, count, 3, size, reduction, part);
    // CMYK would be four values a pixel; whoever gets a width of 0 takes the other way.
    if (self.jpeg.output_components == 3) decode_around(&self, part, out, room, around);
  }
  jpeg_destroy_decompress(&self.jpeg);
  return self.status;
}

ci_status ci_decode_jpeg_part(
    const uint8_t *bytes, size_t count, int channels, ci_size size, int reduction, ci_part part,
    uint8_t *out, ci_message *message) {
  message->text[0] = 0;
  if (count < 3 || memcmp(bytes, "\xff\xd8\xff", 3) != 0) return CI_UNKNOWN;
  decoder self;
  prepare(&self, message);
  if (!setjmp(self.exit)) {
    start_part(&self, bytes, count, channels, size, reduction, part);
    decode_part(&self, channels, part, out);
  }
  jpeg_destroy_decompress(&self.jpeg);
  return self.status;
}

const ci_codec ci_jpeg_codec = {read_size, decode};
