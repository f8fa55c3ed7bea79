#include "tiff.h"

#include <stdio.h>

static ci_status unsupported(const tiff_reader *self, const char *text) {
  return ci_fail(CI_UNSUPPORTED, self->message, text);
}

static uint16_t field(const tiff_reader *self, uint32_t tag, uint16_t missing) {
  uint16_t value = missing;
  return TIFFGetFieldDefaulted(self->tiff, tag, &value) ? value : missing;
}

/// Colours of a palette: the high bytes.
static ci_status read_palette(tiff_reader *self) {
  uint16_t *red, *green, *blue;
  if (!TIFFGetField(self->tiff, TIFFTAG_COLORMAP, &red, &green, &blue)) {
    return ci_fail(CI_DAMAGED, self->message, "it has no colour table");
  }
  for (int i = 0; i < 1 << self->pixels.bits; i++) {
    self->pixels.palette.colours[i][0] = (uint8_t)(red[i] >> 8);
    self->pixels.palette.colours[i][1] = (uint8_t)(green[i] >> 8);
    self->pixels.palette.colours[i][2] = (uint8_t)(blue[i] >> 8);
  }
  return CI_OK;
}

/// Whether the first of the samples beyond the colours is alpha by which they are multiplied.
static int is_premultiplied(const tiff_reader *self) {
  uint16_t extra = 0, *kinds = NULL;
  TIFFGetFieldDefaulted(self->tiff, TIFFTAG_EXTRASAMPLES, &extra, &kinds);
  return extra > 0 && kinds[0] == EXTRASAMPLE_ASSOCALPHA;
}

static int is_few_bits(int bits) { return bits == 1 || bits == 2 || bits == 4 || bits == 8; }

static ci_status read_grey_kind(tiff_reader *self, uint16_t photometric, uint16_t format) {
  tiff_pixels *pixels = &self->pixels;
  int bits = pixels->bits, is_whole = format == SAMPLEFORMAT_UINT || format == SAMPLEFORMAT_VOID;
  pixels->is_inverted = photometric == PHOTOMETRIC_MINISWHITE;
  if (is_few_bits(bits) && (is_whole || (bits == 8 && format == SAMPLEFORMAT_INT))) {
    pixels->kind = TIFF_GREY;
    pixels->is_premultiplied = bits == 8 && pixels->step > 1 && is_premultiplied(self);
  } else if ((bits == 16 || (bits == 12 && pixels->step == 1)) && is_whole) {
    // Like Pillow, whatever the photometric interpretation.
    pixels->kind = TIFF_GREY16;
  } else if (bits == 16 && format == SAMPLEFORMAT_INT) {
    pixels->kind = TIFF_INT16;
  } else if (bits == 32 && format == SAMPLEFORMAT_IEEEFP) {
    pixels->kind = TIFF_FLOAT32;
  } else if (bits == 32 && (is_whole || format == SAMPLEFORMAT_INT)) {
    pixels->kind = TIFF_INT32;
  } else {
    char text[100];
    snprintf(text, sizeof text, "a TIFF of %d-bit %s grey", bits,
             format == SAMPLEFORMAT_IEEEFP ? "floating-point" : is_whole ? "unsigned" : "signed");
    return unsupported(self, text);
  }
  return bits < 8 && pixels->step > 1
             ? unsupported(self, "a TIFF of several channels of less than 8 bits")
             : CI_OK;
}

static ci_status read_colour_kind(
    tiff_reader *self, uint16_t photometric, uint16_t samples, uint16_t format) {
  tiff_pixels *pixels = &self->pixels;
  int is_rgb = photometric == PHOTOMETRIC_RGB;
  if (samples < (is_rgb ? 3 : 4)) {
    return ci_fail(CI_DAMAGED, self->message, "it has too few channels for its colours");
  }
  if ((pixels->bits != 8 && pixels->bits != 16) || format == SAMPLEFORMAT_IEEEFP) {
    return unsupported(self, "a TIFF of colours of other than 8 or 16 bits a channel");
  }
  pixels->kind = is_rgb ? TIFF_RGB : TIFF_CMYK;
  pixels->is_premultiplied = is_rgb && samples > 3 && is_premultiplied(self);
  return CI_OK;
}

/// - Source: the table OPEN_INFO in Pillow's TiffImagePlugin.
ci_status ci_tiff_read_kind(tiff_reader *self) {
  TIFF *tiff = self->tiff;
  tiff_pixels *pixels = &self->pixels;
  uint16_t compression = field(self, TIFFTAG_COMPRESSION, COMPRESSION_NONE);
  if (!TIFFIsCODECConfigured(compression)) {
    char text[100];
    snprintf(text, sizeof text, "a TIFF of compression %u", compression);
    return unsupported(self, text);
  }
  uint16_t photometric = field(self, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISWHITE);
  uint16_t samples = field(self, TIFFTAG_SAMPLESPERPIXEL, 1);
  uint16_t format = field(self, TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_UINT);
  self->is_separate =
      samples > 1 && field(self, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG) == PLANARCONFIG_SEPARATE;
  self->is_plain = compression == COMPRESSION_NONE;
  pixels->bits = field(self, TIFFTAG_BITSPERSAMPLE, 1);
  pixels->step = samples;
  if (compression == COMPRESSION_OJPEG) photometric = PHOTOMETRIC_YCBCR;
  if (samples < 1) return ci_fail(CI_DAMAGED, self->message, "it has no channels");
  // Pillow's limit; a row of many thousand would cost gigabytes.
  if (samples > 6) return ci_fail(CI_UNSUPPORTED, self->message, "a TIFF of more than 6 channels");
  switch (photometric) {
  case PHOTOMETRIC_MINISWHITE:
  case PHOTOMETRIC_MINISBLACK:
    if (self->is_separate) pixels->step = 1;
    return read_grey_kind(self, photometric, format);
  case PHOTOMETRIC_PALETTE:
    if (self->is_separate) pixels->step = 1;
    if (!is_few_bits(pixels->bits) || (pixels->bits < 8 && pixels->step > 1)) {
      return unsupported(self, "a TIFF with a palette of more than 256 colours");
    }
    pixels->kind = TIFF_INDICES;
    return read_palette(self);
  case PHOTOMETRIC_RGB:
  case PHOTOMETRIC_SEPARATED:
    return read_colour_kind(self, photometric, samples, format);
  case PHOTOMETRIC_YCBCR:
    if (pixels->bits != 8) return unsupported(self, "a TIFF of YCbCr of other than 8 bits");
    if (samples == 1) {
      pixels->kind = TIFF_GREY;
      return CI_OK;
    }
    pixels->kind = TIFF_BY_LIBTIFF;
    if (compression == COMPRESSION_NONE && !self->is_separate && samples == 3) {
      uint16_t across = 2, down = 2;
      TIFFGetFieldDefaulted(tiff, TIFFTAG_YCBCRSUBSAMPLING, &across, &down);
      // Pillow converts these by itself.
      if (across == 1 && down == 1) pixels->kind = TIFF_YCBCR;
      return CI_OK;
    }
    if (compression != COMPRESSION_JPEG || self->is_separate || samples != 3) return CI_OK;
    // libjpeg converts more finely than libtiff, and Pillow lets it.
    TIFFSetField(tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
    pixels->kind = TIFF_RGB;
    return CI_OK;
  case PHOTOMETRIC_CIELAB:
  case PHOTOMETRIC_ICCLAB:
  case PHOTOMETRIC_ITULAB:
    return unsupported(self, "a TIFF of CIE L*a*b* colours");
  case PHOTOMETRIC_LOGL:
  case PHOTOMETRIC_LOGLUV:
    return unsupported(self, "a TIFF of logarithmic colours");
  case PHOTOMETRIC_CFA:
    return unsupported(self, "a raw photograph (DNG)");
  default:
    return unsupported(self, "a TIFF of an unknown kind of colours");
  }
}

ci_status ci_tiff_read_size(tiff_reader *self) {
  uint32_t width = 0, height = 0;
  TIFFGetField(self->tiff, TIFFTAG_IMAGEWIDTH, &width);
  TIFFGetField(self->tiff, TIFFTAG_IMAGELENGTH, &height);
  if (width > INT32_MAX || height > INT32_MAX) {
    return ci_fail(CI_DAMAGED, self->message, "its size can't be");
  }
  self->size = (ci_size){(int32_t)width, (int32_t)height};
  return CI_OK;
}
