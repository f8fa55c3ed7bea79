#include "codecs.h"

#include <string.h>

static uint32_t number(const uint8_t *bytes, int count, int is_big) {
  uint32_t value = 0;
  for (int i = 0; i < count; i++) value = value << 8 | bytes[is_big ? i : count - 1 - i];
  return value;
}

enum { orientation_tag = 0x0112 };

/// The value of an entry whose type is a whole number of that count of bytes; 0 for other types.
static int value(const uint8_t *entry, int is_big) {
  uint32_t count = number(entry + 4, 4, is_big);
  if (count != 1) return 0;
  uint32_t found = 0;
  switch (number(entry + 2, 2, is_big)) {
  case 3:  // SHORT
  case 8:  // SSHORT
    found = number(entry + 8, 2, is_big);
    break;
  case 4:  // LONG
  case 9:  // SLONG
    found = number(entry + 8, 4, is_big);
    break;
  case 6:  // SBYTE
    found = entry[8];
    break;
  default:
    break;
  }
  return found >= 1 && found <= 8 ? (int)found : -1;
}

int ci_exif_orientation(const uint8_t *bytes, size_t count) {
  while (count >= 6 && memcmp(bytes, "Exif\0\0", 6) == 0) {
    bytes += 6;
    count -= 6;
  }
  if (count < 8) return 0;
  int is_big = memcmp(bytes, "MM\0*", 4) == 0;
  if (!is_big && memcmp(bytes, "II*\0", 4) != 0) return 0;
  size_t place = number(bytes + 4, 4, is_big);
  if (place > count || count - place < 2) return 0;
  size_t entries = number(bytes + place, 2, is_big);
  place += 2;
  int found = 0;
  // The last one of several counts, as in Pillow.
  for (size_t i = 0; i < entries && count - place >= 12; i++, place += 12) {
    if (number(bytes + place, 2, is_big) != orientation_tag) continue;
    int one = value(bytes + place, is_big);
    if (one != 0) found = one;
  }
  // A value that isn't one still keeps XMP from being asked.
  return found;
}

int ci_xmp_orientation(const uint8_t *bytes, size_t count) {
  static const char key[] = "tiff:Orientation";
  size_t length = sizeof key - 1;
  for (size_t start = 0; start + length + 3 <= count; start++) {
    const uint8_t *hit = memchr(bytes + start, key[0], count - length - 2 - start);
    if (!hit) return 0;
    start = (size_t)(hit - bytes);
    if (memcmp(hit, key, length) != 0) continue;
    const uint8_t *rest = hit + length;
    // tiff:Orientation="6" or <tiff:Orientation>6</tiff:Orientation>
    if (*rest == '>') {
      rest++;
    } else if (start + length + 3 <= count && rest[0] == '=' && rest[1] == '"') {
      rest += 2;
    } else {
      continue;
    }
    if (*rest >= '0' && *rest <= '9') return *rest - '0';
  }
  return 0;
}
