#include "codecs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

ci_status ci_fail(ci_status status, ci_message *message, const char *text) {
  snprintf(message->text, sizeof message->text, "%s", text);
  return status;
}

static int begins(const uint8_t *bytes, size_t count, const char *magic, size_t length) {
  return count >= length && memcmp(bytes, magic, length) == 0;
}

/// By the first bytes: names lie.
static const ci_codec *codec(const uint8_t *bytes, size_t count, ci_format *format) {
  if (begins(bytes, count, "\xff\xd8\xff", 3)) {
    *format = CI_JPEG;
    return &ci_jpeg_codec;
  }
  if (begins(bytes, count, "\x89PNG\r\n\x1a\n", 8)) {
    *format = CI_PNG;
    return &ci_png_codec;
  }
  if (begins(bytes, count, "BM", 2)) {
    *format = CI_BMP;
    return &ci_bmp_codec;
  }
  if (begins(bytes, count, "GIF87a", 6) || begins(bytes, count, "GIF89a", 6)) {
    *format = CI_GIF;
    return &ci_gif_codec;
  }
  // 42 for TIFF, 43 for BigTIFF.
  if (begins(bytes, count, "II*\0", 4) || begins(bytes, count, "II+\0", 4)
      || begins(bytes, count, "MM\0*", 4) || begins(bytes, count, "MM\0+", 4)) {
    *format = CI_TIFF;
    return &ci_tiff_codec;
  }
  if (count >= 12 && memcmp(bytes, "RIFF", 4) == 0 && memcmp(bytes + 8, "WEBP", 4) == 0) {
    *format = CI_WEBP;
    return &ci_webp_codec;
  }
  return NULL;
}

static void clear(ci_message *message) {
  message->text[0] = 0;
  message->warnings = 0;
}

static ci_status unknown(const uint8_t *bytes, size_t count, ci_message *message) {
  const char *name = ci_other_format(bytes, count);
  return ci_fail(CI_UNKNOWN, message, name ? name : "");
}

static ci_status check(ci_size size, ci_message *message) {
  if (size.width < 1 || size.height < 1) {
    return ci_fail(CI_DAMAGED, message, "its size is 0");
  }
  return (int64_t)size.width * size.height > CI_PIXEL_LIMIT ? CI_TOO_MANY_PIXELS : CI_OK;
}

static ci_size turned(ci_size size, int orientation) {
  return ci_swaps_sides(orientation) ? (ci_size){size.height, size.width} : size;
}

ci_status ci_read_header(
    const uint8_t *bytes, size_t count, ci_turning turning, ci_header *header,
    ci_message *message) {
  clear(message);
  memset(header, 0, sizeof *header);
  header->orientation = 1;
  const ci_codec *found = codec(bytes, count, &header->format);
  if (!found) return unknown(bytes, count, message);
  ci_status status = found->read_header(bytes, count, header, message);
  if (status != CI_OK) return status;
  if (found->orientation && (turning == CI_UPRIGHT || header->format == CI_TIFF)) {
    int orientation = found->orientation(bytes, count);
    if (orientation >= 1 && orientation <= 8) header->orientation = orientation;
    header->size = turned(header->size, header->orientation);
  }
  return check(header->size, message);
}

/// Decodes into memory of its own and turns the picture into the target.
static ci_status decode_turned(
    const ci_codec *codec, const uint8_t *bytes, size_t count, ci_target target, int orientation,
    ci_message *message) {
  int pixel = target.grey16 ? 2 : target.channels;
  void *room = malloc((size_t)target.size.width * (size_t)target.size.height * (size_t)pixel);
  if (!room) return CI_NO_MEMORY;
  ci_target stored = target;
  stored.size = turned(target.size, orientation);
  if (target.grey16) {
    stored.grey16 = room;
  } else {
    stored.out = room;
  }
  ci_status status = codec->decode(bytes, count, stored, message);
  if (status == CI_OK) {
    void *out = target.grey16 ? (void *)target.grey16 : (void *)target.out;
    ci_turn(room, stored.size, pixel, orientation, out);
  }
  free(room);
  return status;
}

static ci_status decode(
    const uint8_t *bytes, size_t count, ci_turning turning, ci_target target,
    ci_message *message) {
  clear(message);
  ci_format format = CI_JPEG;
  const ci_codec *found = codec(bytes, count, &format);
  if (!found) return unknown(bytes, count, message);
  if (target.grey16 && format != CI_PNG && format != CI_TIFF) {
    return ci_fail(CI_UNSUPPORTED, message, "a picture without 16-bit grey");
  }
  ci_status status = check(target.size, message);
  if (status != CI_OK) return status;
  int orientation = found->orientation && (turning == CI_UPRIGHT || format == CI_TIFF)
                        ? found->orientation(bytes, count)
                        : 1;
  return orientation >= 2 && orientation <= 8
             ? decode_turned(found, bytes, count, target, orientation, message)
             : found->decode(bytes, count, target, message);
}

ci_status ci_decode(
    const uint8_t *bytes, size_t count, int channels, ci_turning turning, ci_size size,
    uint8_t *out, ci_message *message) {
  if (channels != 1 && channels != 3) {
    clear(message);
    return ci_fail(CI_UNSUPPORTED, message, "pictures have 1 or 3 channels");
  }
  return decode(bytes, count, turning, (ci_target){size, channels, out, NULL}, message);
}

ci_status ci_decode_grey16(
    const uint8_t *bytes, size_t count, ci_turning turning, ci_size size, uint16_t *out,
    ci_message *message) {
  return decode(bytes, count, turning, (ci_target){size, 1, NULL, out}, message);
}
