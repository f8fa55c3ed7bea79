// Declarations shared by the codecs; not imported into Swift.
#ifndef CODECS_H
#define CODECS_H

#include "CImageCodecs.h"

/// One of the formats; `read_size` and `decode` are as in CImageCodecs.h, the size they are given
/// within the limits.
typedef struct {
  ci_status (*read_size)(const uint8_t *, size_t, ci_size *, ci_message *);
  ci_status (*decode)(const uint8_t *, size_t, int, ci_size, uint8_t *, ci_message *);
} ci_codec;

extern const ci_codec ci_jpeg_codec;
extern const ci_codec ci_png_codec;
extern const ci_codec ci_bmp_codec;

/// Sets the message and hands the status back.
ci_status ci_fail(ci_status status, ci_message *message, const char *text);

/// Grey of a colour, as Pillow's `convert("L")` rounds it.
static inline uint8_t ci_grey(unsigned red, unsigned green, unsigned blue) {
  return (uint8_t)((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16);
}

/// A row of RGB to grey; `to` may be `from`.
static inline void ci_grey_row(const uint8_t *from, uint8_t *to, size_t width) {
  for (size_t x = 0; x < width; x++) {
    to[x] = ci_grey(from[3 * x], from[3 * x + 1], from[3 * x + 2]);
  }
}

#endif
