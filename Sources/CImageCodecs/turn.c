#include "codecs.h"

int ci_swaps_sides(int orientation) { return orientation >= 5 && orientation <= 8; }

/// Where a pixel of the turned picture lies in the one that is turned, and the steps to the next one in
/// its row and in its column.
typedef struct {
  ptrdiff_t start;
  ptrdiff_t across;
  ptrdiff_t down;
} walk;

/// - Source: EXIF 2.3, tag 0x0112; Pillow's ImageOps.exif_transpose.
static walk find_walk(ptrdiff_t height, ptrdiff_t width, int orientation) {
  ptrdiff_t last_row = (height - 1) * width, last_column = width - 1;
  switch (orientation) {
  case 2:
    return (walk){last_column, -1, width};
  case 3:
    return (walk){last_row + last_column, -1, -width};
  case 4:
    return (walk){last_row, 1, -width};
  case 5:
    return (walk){0, width, 1};
  case 6:
    return (walk){last_row, -width, 1};
  case 7:
    return (walk){last_row + last_column, -width, -1};
  case 8:
    return (walk){last_column, width, -1};
  default:
    return (walk){0, 1, width};
  }
}

void ci_turn(const void *from, ci_size size, int bytes, int orientation, void *to) {
  walk path = find_walk(size.height, size.width, orientation);
  int is_swapped = ci_swaps_sides(orientation);
  size_t height = (size_t)(is_swapped ? size.width : size.height);
  size_t width = (size_t)(is_swapped ? size.height : size.width);
  const uint8_t *pixels = from;
  uint8_t *out = to;
  for (size_t y = 0; y < height; y++) {
    const uint8_t *pixel = pixels + (path.start + (ptrdiff_t)y * path.down) * bytes;
    for (size_t x = 0; x < width; x++, out += bytes, pixel += path.across * bytes) {
      for (int byte = 0; byte < bytes; byte++) out[byte] = pixel[byte];
    }
  }
}
