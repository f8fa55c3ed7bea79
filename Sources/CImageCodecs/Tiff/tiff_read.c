#include "tiff.h"

#include <stdlib.h>
#include <string.h>

/// The status of a strip or tile that can't be decoded: cut off where the file ends before it does.
static ci_status part_failure(const tiff_reader *self, uint32_t part) {
  uint64_t start = TIFFGetStrileOffset(self->tiff, part);
  uint64_t bytes = TIFFGetStrileByteCount(self->tiff, part);
  if (start > self->count || bytes > self->count - start) return CI_CUT_OFF;
  return ci_tiff_failure(self, CI_DAMAGED, "libtiff doesn't say why");
}

/// Bytes of `width` pixels in a row.
static size_t row_bytes(const tiff_reader *self, size_t width) {
  size_t samples = self->is_separate ? 1 : self->pixels.step;
  return (width * samples * (size_t)self->pixels.bits + 7) / 8;
}

/// Reads a row of a strip or tile that isn't compressed. As in Pillow, the number of bytes that the file
/// names for it doesn't matter, nor whether bytes that hold no pixel are there; to libtiff both do.
///
/// - stride: Bytes from one of its rows to the next.
/// - needed: Bytes of the row that hold pixels.
static ci_status read_plain_row(
    const tiff_reader *self, uint32_t part, uint32_t row, size_t stride, size_t needed,
    uint8_t *to) {
  uint64_t start = TIFFGetStrileOffset(self->tiff, part);
  if (start == 0 && TIFFGetStrileByteCount(self->tiff, part) == 0) {
    return ci_tiff_failure(self, CI_DAMAGED, "a part of its pixels has no place");
  }
  if (start > self->count) return CI_CUT_OFF;
  uint64_t rest = self->count - start;
  if (row > rest / stride || needed > rest - row * stride) return CI_CUT_OFF;
  memcpy(to, self->bytes + start + row * stride, needed);
  uint16_t order = FILLORDER_MSB2LSB;
  TIFFGetFieldDefaulted(self->tiff, TIFFTAG_FILLORDER, &order);
  if (order == FILLORDER_LSB2MSB) TIFFReverseBits(to, (tmsize_t)needed);
  if (!TIFFIsByteSwapped(self->tiff)) return CI_OK;
  if (self->pixels.bits == 16) TIFFSwabArrayOfShort((uint16_t *)to, (tmsize_t)needed / 2);
  if (self->pixels.bits == 32) TIFFSwabArrayOfLong((uint32_t *)to, (tmsize_t)needed / 4);
  return CI_OK;
}

/// Rows of strips. A strip is decoded row by row, so memory is one row's.
static ci_status read_strips(
    tiff_reader *self, uint16_t plane, void (*use)(void *, const uint8_t *, size_t, size_t, size_t),
    void *user) {
  size_t width = (size_t)self->size.width;
  tmsize_t room = TIFFScanlineSize(self->tiff);
  if (room < 1 || (size_t)room < row_bytes(self, width)) {
    return ci_tiff_failure(self, CI_DAMAGED, "its rows are too short");
  }
  uint32_t rows = 0;
  TIFFGetFieldDefaulted(self->tiff, TIFFTAG_ROWSPERSTRIP, &rows);
  if (rows < 1) return ci_tiff_failure(self, CI_DAMAGED, "its strips have no rows");
  uint8_t *row = malloc((size_t)room);
  if (!row) return CI_NO_MEMORY;
  ci_status status = CI_OK;
  for (uint32_t y = 0; status == CI_OK && y < (uint32_t)self->size.height; y++) {
    uint32_t strip = TIFFComputeStrip(self->tiff, y, plane);
    if (self->is_plain) {
      status = read_plain_row(self, strip, y % rows, (size_t)room, row_bytes(self, width), row);
    } else if (TIFFReadScanline(self->tiff, row, y, plane) != 1) {
      status = part_failure(self, strip);
    }
    if (status == CI_OK) use(user, row, y * width, width, plane);
  }
  free(row);
  return status;
}

/// A tile is decoded as a whole, so one far larger than the picture is refused.
static ci_status read_tiles(
    tiff_reader *self, uint16_t plane, void (*use)(void *, const uint8_t *, size_t, size_t, size_t),
    void *user) {
  uint32_t wide = 0, high = 0, width = (uint32_t)self->size.width;
  uint32_t height = (uint32_t)self->size.height;
  TIFFGetField(self->tiff, TIFFTAG_TILEWIDTH, &wide);
  TIFFGetField(self->tiff, TIFFTAG_TILELENGTH, &high);
  tmsize_t room = TIFFTileSize(self->tiff), row = TIFFTileRowSize(self->tiff);
  if (wide < 1 || high < 1 || room < 1 || row < 1 || (size_t)row < row_bytes(self, wide)
      || (uint64_t)row * high > (uint64_t)room) {
    return ci_tiff_failure(self, CI_DAMAGED, "its tiles have no size");
  }
  if ((uint64_t)wide * high > (uint64_t)CI_PIXEL_LIMIT / 16
      && (uint64_t)wide * high / 16 > (uint64_t)width * height) {
    return ci_fail(CI_DAMAGED, self->message, "its tiles are too large");
  }
  uint8_t *tile = malloc((size_t)room);
  if (!tile) return CI_NO_MEMORY;
  ci_status status = CI_OK;
  for (uint32_t top = 0; status == CI_OK && top < height; top += high) {
    uint32_t rows = high < height - top ? high : height - top;
    for (uint32_t left = 0; status == CI_OK && left < width; left += wide) {
      uint32_t columns = wide < width - left ? wide : width - left;
      uint32_t part = TIFFComputeTile(self->tiff, left, top, 0, plane);
      if (!self->is_plain && TIFFReadTile(self->tiff, tile, left, top, 0, plane) < 0) {
        status = part_failure(self, part);
      }
      for (uint32_t y = 0; status == CI_OK && y < rows; y++) {
        uint8_t *from = tile + (size_t)y * (size_t)row;
        if (self->is_plain) {
          status = read_plain_row(self, part, y, (size_t)row, row_bytes(self, columns), from);
        }
        if (status == CI_OK) use(user, from, (size_t)(top + y) * width + left, columns, plane);
      }
      if (wide > width - left) break;  // the sum could wrap around
    }
    if (high > height - top) break;
  }
  free(tile);
  return status;
}

static ci_status read_plane(
    tiff_reader *self, uint16_t plane, void (*use)(void *, const uint8_t *, size_t, size_t, size_t),
    void *user) {
  return TIFFIsTiled(self->tiff) ? read_tiles(self, plane, use, user)
                                 : read_strips(self, plane, use, user);
}

/// Pixels whose samples lie together.
typedef struct {
  const tiff_pixels *pixels;
  ci_target target;
} whole;

static void use_pixels(void *user, const uint8_t *from, size_t place, size_t count, size_t plane) {
  (void)plane;
  const whole *self = user;
  ci_tiff_put(self->pixels, from, count, self->target, place);
}

/// Samples that are collected from their planes.
typedef struct {
  int bits;
  size_t step;
  uint8_t *samples;
} collection;

static void use_samples(void *user, const uint8_t *from, size_t place, size_t count, size_t plane) {
  const collection *self = user;
  uint8_t *to = self->samples + place * self->step + plane;
  for (size_t x = 0; x < count; x++, to += self->step) {
    uint16_t wide;
    if (self->bits == 8) {
      *to = from[x];
    } else {
      memcpy(&wide, from + 2 * x, 2);
      *to = (uint8_t)(wide >> 8);
    }
  }
}

static ci_status decode_planes(tiff_reader *self, ci_target target) {
  tiff_pixels *pixels = &self->pixels;
  size_t count = (size_t)target.size.width * (size_t)target.size.height;
  size_t step = pixels->kind == TIFF_CMYK || pixels->is_premultiplied ? 4 : 3;
  collection all = {pixels->bits, step, malloc(count * step)};
  if (!all.samples) return CI_NO_MEMORY;
  ci_status status = CI_OK;
  for (uint16_t plane = 0; status == CI_OK && plane < step; plane++) {
    status = read_plane(self, plane, use_samples, &all);
  }
  if (status == CI_OK) {
    pixels->bits = 8;
    pixels->step = step;
    ci_tiff_put(pixels, all.samples, count, target, 0);
  }
  free(all.samples);
  return status;
}

/// A row of libtiff's RGBA.
static void put_rgba(const uint32_t *from, size_t count, ci_target target, size_t place) {
  uint8_t *out = target.out + place * (size_t)target.channels;
  for (size_t x = 0; x < count; x++) {
    out = ci_put(
        out, target.channels, TIFFGetR(from[x]), TIFFGetG(from[x]), TIFFGetB(from[x]));
  }
}

/// Lets libtiff make RGBA of a strip's or a tile's rows at a time, as Pillow does.
static ci_status decode_rgba(tiff_reader *self, ci_target target) {
  char text[1024] = "";
  TIFFRGBAImage image;
  if (!TIFFRGBAImageOK(self->tiff, text)) {
    return ci_fail(CI_UNSUPPORTED, self->message, "a TIFF of unusual YCbCr");
  }
  if (!TIFFRGBAImageBegin(&image, self->tiff, 0, text)) {
    return ci_tiff_failure(self, CI_DAMAGED, text);
  }
  image.orientation = image.req_orientation = ORIENTATION_TOPLEFT;
  uint32_t width = (uint32_t)target.size.width, height = (uint32_t)target.size.height;
  uint32_t step = 0;
  TIFFGetFieldDefaulted(
      self->tiff, TIFFIsTiled(self->tiff) ? TIFFTAG_TILELENGTH : TIFFTAG_ROWSPERSTRIP, &step);
  if (step < 1 || step > height) step = height;
  ci_status status = CI_OK;
  uint32_t *rows = malloc((size_t)step * width * sizeof *rows);
  if (!rows) status = CI_NO_MEMORY;
  for (uint32_t top = 0; status == CI_OK && top < height; top += step) {
    uint32_t count = step < height - top ? step : height - top;
    image.row_offset = (int)top;
    if (!TIFFRGBAImageGet(&image, rows, width, count)) {
      status = part_failure(self, TIFFIsTiled(self->tiff)
                                      ? TIFFComputeTile(self->tiff, 0, top, 0, 0)
                                      : TIFFComputeStrip(self->tiff, top, 0));
      break;
    }
    put_rgba(rows, (size_t)count * width, target, (size_t)top * width);
  }
  free(rows);
  TIFFRGBAImageEnd(&image);
  return status;
}

ci_status ci_tiff_decode(tiff_reader *self, ci_target target) {
  if (target.grey16 && self->pixels.kind != TIFF_GREY16) {
    return ci_fail(CI_UNSUPPORTED, self->message, "a TIFF without 16-bit grey");
  }
  if (self->pixels.kind == TIFF_BY_LIBTIFF) return decode_rgba(self, target);
  if (self->is_separate && self->pixels.step > 1) return decode_planes(self, target);
  whole all = {&self->pixels, target};
  return read_plane(self, 0, use_pixels, &all);
}
