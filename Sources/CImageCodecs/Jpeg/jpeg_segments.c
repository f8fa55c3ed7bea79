#include "jpeg.h"

#include <string.h>

int ci_jpeg_orientation(const uint8_t *bytes, size_t count) {
  static const char xmp[] = "http://ns.adobe.com/xap/1.0/";
  // EXIF and XMP are in APP1.
  int exif = 0, other = 0;
  for (size_t place = 2; place + 4 <= count;) {
    if (bytes[place] != 0xff) {
      place++;  // stray bytes
      continue;
    }
    int marker = bytes[place + 1];
    if (marker == 0xff || marker == 0 || marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      place += marker == 0xff ? 1 : 2;
      continue;
    }
    size_t length = (size_t)bytes[place + 2] << 8 | bytes[place + 3];
    if (marker == 0xda || marker == 0xd9 || length < 2 || length > count - place - 2) break;
    const uint8_t *segment = bytes + place + 4;
    size_t size = length - 2;
    if (marker == 0xe1 && exif == 0 && size >= 6 && memcmp(segment, "Exif\0\0", 6) == 0) {
      exif = ci_exif_orientation(segment, size);
    } else if (marker == 0xe1 && size > sizeof xmp && memcmp(segment, xmp, sizeof xmp) == 0) {
      other = ci_xmp_orientation(segment + sizeof xmp, size - sizeof xmp);
    }
    place += 2 + length;
  }
  return exif != 0 ? exif : other;
}
