#include "jpeg.h"

#include <string.h>

/// Columns decoded on each side of a part and thrown away: at the edges of what it decodes, libjpeg's
/// smooth upsampling of the colours lacks the neighbours it has in the whole picture.
static const JDIMENSION margin = 8;

/// Skips the columns left and right of the part and the rows above it; returns what is decoded with
/// it.
static ci_around go_to_part(ci_jpeg *self, ci_part part) {
  struct jpeg_decompress_struct *jpeg = &self->jpeg;
  JDIMENSION right = (JDIMENSION)(part.left + part.size.width) + margin;
  JDIMENSION left = (JDIMENSION)part.left > margin ? (JDIMENSION)part.left - margin : 0;
  if (right > jpeg->output_width) right = jpeg->output_width;
  JDIMENSION columns = right - left;
  // Moves `left` further left, to where a block begins.
  jpeg_crop_scanline(jpeg, &left, &columns);
  ci_jpeg_take_over(self, left, left + columns, 1);
  if (part.top > 0 && jpeg_skip_scanlines(jpeg, (JDIMENSION)part.top) != (JDIMENSION)part.top) {
    ci_jpeg_leave(self, CI_CUT_OFF);
  }
  return (ci_around){part.left - (int32_t)left, (int32_t)columns};
}

/// Decodes the part's rows; what lies below is left unread.
static void decode_part(ci_jpeg *self, int channels, ci_part part, uint8_t *out) {
  struct jpeg_decompress_struct *jpeg = &self->jpeg;
  size_t before = (size_t)go_to_part(self, part).left;
  size_t width = (size_t)part.size.width;
  size_t components = (size_t)jpeg->output_components;
  JSAMPARRAY scratch = jpeg->mem->alloc_sarray(
      (j_common_ptr)jpeg, JPOOL_IMAGE, jpeg->output_width * (JDIMENSION)components, 1);
  for (int32_t y = 0; y < part.size.height; y++, out += width * (size_t)channels) {
    if (jpeg_read_scanlines(jpeg, scratch, 1) != 1) ci_jpeg_leave(self, CI_CUT_OFF);
    uint8_t *row = scratch[0] + before * components;
    if (components == 4) ci_jpeg_cmyk_row(row, row, width);
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
static void decode_around(ci_jpeg *self, ci_part part, uint8_t *out, size_t room, ci_around *around) {
  struct jpeg_decompress_struct *jpeg = &self->jpeg;
  *around = go_to_part(self, part);
  size_t stride = (size_t)around->width * (size_t)jpeg->output_components;
  size_t height = (size_t)part.size.height;
  if (stride * height > room) ci_jpeg_leave(self, CI_NO_ROOM);
  for (size_t y = 0; y < height;) {
    JSAMPROW rows[rows_at_once];
    JDIMENSION count = 0;
    for (; count < rows_at_once && y + count < height; count++) {
      rows[count] = out + (y + count) * stride;
    }
    JDIMENSION found = jpeg_read_scanlines(jpeg, rows, count);
    if (found < 1) ci_jpeg_leave(self, CI_CUT_OFF);
    y += found;
  }
}

/// Source and target of a part's decoding; `around` and `room` serve the columns around it.
typedef struct {
  const uint8_t *bytes;
  size_t count;
  int channels;
  ci_size size;
  int reduction;
  ci_part part;
  uint8_t *out;
  size_t room;
  ci_around *around;
} wanted_part;

/// Checks the header and begins to decode at a fraction of the size.
static void start_part(ci_jpeg *self, const wanted_part *wanted) {
  ci_part part = wanted->part;
  ci_jpeg_begin(self, wanted->bytes, wanted->count, wanted->channels, wanted->size);
  self->jpeg.scale_num = 1;
  self->jpeg.scale_denom = (unsigned)wanted->reduction;
  jpeg_start_decompress(&self->jpeg);
  if (part.left < 0 || part.top < 0 || part.size.width < 1 || part.size.height < 1
      || (JDIMENSION)part.left + (JDIMENSION)part.size.width > self->jpeg.output_width
      || (JDIMENSION)part.top + (JDIMENSION)part.size.height > self->jpeg.output_height) {
    ci_jpeg_leave(self, CI_NO_ROOM);
  }
}

static void work_around(ci_jpeg *self, const void *request) {
  const wanted_part *wanted = request;
  start_part(self, wanted);
  // CMYK would be four values a pixel; whoever gets a width of 0 takes the other way.
  if (self->jpeg.output_components != 3) return;
  decode_around(self, wanted->part, wanted->out, wanted->room, wanted->around);
}

static void work_part(ci_jpeg *self, const void *request) {
  const wanted_part *wanted = request;
  start_part(self, wanted);
  decode_part(self, wanted->channels, wanted->part, wanted->out);
}

static ci_status run_part(ci_jpeg_work work, const wanted_part *wanted, ci_message *message) {
  message->text[0] = 0;
  message->warnings = 0;
  if (wanted->count < 3 || memcmp(wanted->bytes, "\xff\xd8\xff", 3) != 0) return CI_UNKNOWN;
  return ci_jpeg_run(ci_huffman_of_thread(), work, wanted, message);
}

ci_status ci_decode_jpeg_around(
    const uint8_t *bytes, size_t count, ci_size size, int reduction, ci_part part, uint8_t *out,
    size_t room, ci_around *around, ci_message *message) {
  *around = (ci_around){0, 0};
  wanted_part wanted = {bytes, count, 3, size, reduction, part, out, room, around};
  return run_part(work_around, &wanted, message);
}

ci_status ci_decode_jpeg_part(
    const uint8_t *bytes, size_t count, int channels, ci_size size, int reduction, ci_part part,
    uint8_t *out, ci_message *message) {
  wanted_part wanted = {bytes, count, channels, size, reduction, part, out, 0, NULL};
  return run_part(work_part, &wanted, message);
}
