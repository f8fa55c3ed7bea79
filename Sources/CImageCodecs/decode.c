#include "codecs.h"

#include <stdio.h>
#include <string.h>

ci_status ci_fail(ci_status status, ci_message *message, const char *text) {
  snprintf(message->text, sizeof message->text, "%s", text);
  return status;
}

/// By its first bytes: names lie.
static const ci_codec *codec(const uint8_t *bytes, size_t count) {
  if (count >= 3 && memcmp(bytes, "\xff\xd8\xff", 3) == 0) return &ci_jpeg_codec;
  if (count >= 8 && memcmp(bytes, "\x89PNG\r\n\x1a\n", 8) == 0) return &ci_png_codec;
  if (count >= 2 && memcmp(bytes, "BM", 2) == 0) return &ci_bmp_codec;
  return NULL;
}

static ci_status check(ci_size size, ci_message *message) {
  if (size.width < 1 || size.height < 1) {
    return ci_fail(CI_DAMAGED, message, "its size is 0");
  }
  return (int64_t)size.width * size.height > CI_PIXEL_LIMIT ? CI_TOO_MANY_PIXELS : CI_OK;
}

ci_status ci_read_size(
    const uint8_t *bytes, size_t count, ci_size *size, ci_message *message) {
  message->text[0] = 0;
  *size = (ci_size){0, 0};
  const ci_codec *found = codec(bytes, count);
  if (!found) return CI_UNKNOWN;
  ci_status status = found->read_size(bytes, count, size, message);
  return status == CI_OK ? check(*size, message) : status;
}

ci_status ci_decode(
    const uint8_t *bytes, size_t count, int channels, ci_size size, uint8_t *out,
    ci_message *message) {
  message->text[0] = 0;
  const ci_codec *found = codec(bytes, count);
  if (!found) return CI_UNKNOWN;
  if (channels != 1 && channels != 3) {
    return ci_fail(CI_UNSUPPORTED, message, "pictures have 1 or 3 channels");
  }
  ci_status status = check(size, message);
  return status == CI_OK ? found->decode(bytes, count, channels, size, out, message) : status;
}
