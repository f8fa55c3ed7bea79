#include "codecs.h"

#include <gif_lib.h>
#include <stdlib.h>
#include <string.h>

/// Everything one reading needs.
typedef struct {
  GifFileType *gif;
  const uint8_t *bytes;
  size_t count;
  size_t used;
  /// Whether the bytes that come are blocks of the pixels, each behind its length.
  int is_in_pixels;
  int is_length_next;
  /// The file ended before a block of the pixels or in it: taken as the end of the blocks.
  int is_ended;
  /// The file ended elsewhere.
  int is_cut_off;
  /// The index outside the frame: the transparent one, if there is one.
  uint8_t background;
} reader;

static int take(GifFileType *gif, GifByteType *to, int wanted) {
  reader *self = gif->UserData;
  if (wanted < 0) return 0;
  size_t count = (size_t)wanted;
  size_t rest = self->count - self->used;
  // Of a block that is cut off Pillow takes nothing, and misses it only if pixels are missing.
  if (self->is_in_pixels && self->is_length_next
      && (rest < 1 || self->bytes[self->used] > rest - 1)) {
    self->is_ended = 1;
    *to = 0;
    return wanted;
  }
  if (count > rest) {
    self->is_cut_off = 1;
    return 0;
  }
  memcpy(to, self->bytes + self->used, count);
  self->used += count;
  if (self->is_in_pixels) self->is_length_next = !self->is_length_next || *to == 0;
  return wanted;
}

static ci_status failure(const reader *self, int code, ci_message *message) {
  if (self->is_cut_off || self->is_ended) return CI_CUT_OFF;
  if (code == D_GIF_ERR_NOT_ENOUGH_MEM) return CI_NO_MEMORY;
  const char *text = GifErrorString(code);
  return ci_fail(CI_DAMAGED, message, text ? text : "giflib doesn't say why");
}

/// Goes over an extension; a graphic control block names the transparent index.
static int skip_extension(reader *self) {
  int code;
  GifByteType *block;
  if (DGifGetExtension(self->gif, &code, &block) == GIF_ERROR) return GIF_ERROR;
  if (code == GRAPHICS_EXT_FUNC_CODE && block && block[0] >= 4 && block[1] & 1) {
    self->background = block[4];
  }
  while (block) {
    if (DGifGetExtensionNext(self->gif, &block) == GIF_ERROR) return GIF_ERROR;
  }
  return GIF_OK;
}

/// Reads everything before the first frame's pixels.
static ci_status begin(
    reader *self, const uint8_t *bytes, size_t count, ci_size *size, ci_message *message) {
  memset(self, 0, sizeof *self);
  self->bytes = bytes;
  self->count = count;
  int code = D_GIF_SUCCEEDED;
  self->gif = DGifOpen(self, take, &code);
  if (!self->gif) return failure(self, code, message);
  for (;;) {
    GifRecordType type;
    if (DGifGetRecordType(self->gif, &type) == GIF_ERROR) {
      if (self->gif->Error != D_GIF_ERR_WRONG_RECORD) break;
      // A stray byte, which Pillow goes over, too.
      message->warnings++;
      continue;
    }
    if (type == TERMINATE_RECORD_TYPE) {
      return ci_fail(CI_DAMAGED, message, "it holds no picture");
    }
    if (type == EXTENSION_RECORD_TYPE) {
      if (skip_extension(self) == GIF_ERROR) break;
      continue;
    }
    if (DGifGetImageDesc(self->gif) == GIF_ERROR) break;
    self->is_in_pixels = 1;
    self->is_length_next = 1;
    // A frame beyond the canvas widens it, as in Pillow.
    const GifImageDesc *frame = &self->gif->Image;
    int32_t right = frame->Left + frame->Width, bottom = frame->Top + frame->Height;
    size->width = right > self->gif->SWidth ? right : self->gif->SWidth;
    size->height = bottom > self->gif->SHeight ? bottom : self->gif->SHeight;
    if (frame->Width < 1 || frame->Height < 1) {
      return ci_fail(CI_DAMAGED, message, "its first frame is empty");
    }
    return CI_OK;
  }
  return failure(self, self->gif->Error, message);
}

static void end(reader *self) {
  if (self->gif) DGifCloseFile(self->gif, NULL);
}

static ci_status read_header(
    const uint8_t *bytes, size_t count, ci_header *header, ci_message *message) {
  reader self;
  ci_status status = begin(&self, bytes, count, &header->size, message);
  end(&self);
  return status;
}

/// Whether a table counts 0, 1, 2, ..., as one that is missing does.
static int is_ramp(const ColorMapObject *map) {
  for (int i = 0; map && i < map->ColorCount; i++) {
    const GifColorType *colour = &map->Colors[i];
    if (colour->Red != i || colour->Green != i || colour->Blue != i) return 0;
  }
  return 1;
}

/// The frame's own colours, else the file's. Pillow takes a table that counts for none: greys go on
/// beyond its end, and a frame of such greys in a file of colours gets the colours in RGB.
static void read_palette(const reader *self, int channels, ci_palette *palette) {
  const ColorMapObject *map = self->gif->Image.ColorMap;
  if (!map || (channels == 3 && is_ramp(map))) map = self->gif->SColorMap;
  int count = map ? map->ColorCount : 0;
  int is_grey = is_ramp(map);
  for (int i = 0; i < 256; i++) {
    uint8_t *to = palette->colours[i];
    if (is_grey) {
      to[0] = to[1] = to[2] = (uint8_t)i;
    } else if (i < count) {
      to[0] = map->Colors[i].Red;
      to[1] = map->Colors[i].Green;
      to[2] = map->Colors[i].Blue;
    } else {
      to[0] = to[1] = to[2] = 0;
    }
  }
}

/// Fills rows with the index outside the frame.
static void fill(
    const reader *self, const ci_palette *palette, ci_target target, size_t first, size_t behind) {
  const uint8_t *colour = palette->colours[self->background];
  size_t row = (size_t)target.size.width;
  uint8_t *out = target.out + first * row * (size_t)target.channels;
  for (size_t i = 0; i < (behind - first) * row; i++) {
    out = ci_put(out, target.channels, colour[0], colour[1], colour[2]);
  }
}

/// Decodes the frame's rows, in their order in the file; of an interlaced one it is every eighth, the
/// ones halfway between, and so on.
static ci_status read_rows(
    reader *self, const ci_palette *palette, ci_target target, uint8_t *indices,
    ci_message *message) {
  static const size_t starts[] = {0, 4, 2, 1}, steps[] = {8, 8, 4, 2};
  const GifImageDesc *frame = &self->gif->Image;
  size_t width = (size_t)frame->Width, height = (size_t)frame->Height;
  for (int pass = 0; pass < (frame->Interlace ? 4 : 1); pass++) {
    size_t step = frame->Interlace ? steps[pass] : 1;
    for (size_t y = frame->Interlace ? starts[pass] : 0; y < height; y += step) {
      memset(indices, self->background, width);
      int is_read = DGifGetLine(self->gif, indices, (int)width) != GIF_ERROR;
      // The end mark before the last pixel: what is there is taken, as in Pillow.
      int is_early = !is_read && self->gif->Error == D_GIF_ERR_EOF_TOO_SOON;
      if (!is_read && (!is_early || self->is_ended || self->is_cut_off)) {
        return failure(self, self->gif->Error, message);
      }
      size_t place = ((size_t)frame->Top + y) * (size_t)target.size.width + (size_t)frame->Left;
      ci_put_indices(
          indices, width, palette, target.channels,
          target.out + place * (size_t)target.channels);
      if (is_early) {
        message->warnings++;
        return CI_OK;
      }
    }
  }
  return CI_OK;
}

static ci_status decode_frame(reader *self, ci_target target, ci_message *message) {
  const GifImageDesc *frame = &self->gif->Image;
  ci_palette palette;
  read_palette(self, target.channels, &palette);
  // Rows of an interlaced frame come in no order, and the last may be missing.
  fill(self, &palette, target, 0, (size_t)target.size.height);
  uint8_t *indices = malloc((size_t)frame->Width);
  if (!indices) return CI_NO_MEMORY;
  ci_status status = read_rows(self, &palette, target, indices, message);
  free(indices);
  return status;
}

static ci_status decode(
    const uint8_t *bytes, size_t count, ci_target target, ci_message *message) {
  reader self;
  ci_size size = {0, 0};
  ci_status status = begin(&self, bytes, count, &size, message);
  if (status == CI_OK) {
    status = size.width == target.size.width && size.height == target.size.height
                 ? decode_frame(&self, target, message)
                 : CI_OTHER_SIZE;
  }
  end(&self);
  return status;
}

const ci_codec ci_gif_codec = {read_header, decode, NULL};
