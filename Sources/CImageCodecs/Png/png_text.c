#include "codecs.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

// EXIF and XMP in a PNG's chunks, before or behind its pixels.

/// The most that a compressed text is made of: EXIF has at most 64 kB, XMP some more.
enum { most_text = 1 << 20 };

/// Inflates into memory of its own, as far as that goes; NULL where nothing comes out.
static uint8_t *inflated(const uint8_t *bytes, size_t count, size_t *found) {
  uint8_t *out = malloc(most_text);
  if (!out) return NULL;
  z_stream stream;
  memset(&stream, 0, sizeof stream);
  if (inflateInit(&stream) != Z_OK) {
    free(out);
    return NULL;
  }
  stream.next_in = (Bytef *)bytes;
  stream.avail_in = (uInt)count;
  stream.next_out = out;
  stream.avail_out = most_text;
  inflate(&stream, Z_FINISH);
  *found = most_text - stream.avail_out;
  inflateEnd(&stream);
  if (*found > 0) return out;
  free(out);
  return NULL;
}

static int digit(uint8_t letter) {
  if (letter >= '0' && letter <= '9') return letter - '0';
  if (letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
  return letter >= 'A' && letter <= 'F' ? letter - 'A' + 10 : -1;
}

/// ImageMagick's "Raw profile type exif": a line feed, a name, a length, and the bytes in hexadecimal.
static int raw_profile_orientation(const uint8_t *text, size_t count) {
  size_t place = 0;
  for (int lines = 0; lines < 3; lines++) {
    while (place < count && text[place] != '\n') place++;
    if (place == count) return 0;
    place++;
  }
  uint8_t *bytes = malloc((count - place) / 2 + 1);
  if (!bytes) return 0;
  size_t found = 0;
  int high = -1;
  for (; place < count; place++) {
    int one = digit(text[place]);
    if (one < 0) continue;
    if (high < 0) {
      high = one;
    } else {
      bytes[found++] = (uint8_t)(high << 4 | one);
      high = -1;
    }
  }
  int orientation = ci_exif_orientation(bytes, found);
  free(bytes);
  return orientation;
}

/// The orientation in the text chunks, one member for each form.
typedef struct {
  int exif;
  int raw_profile;
  int xmp;
} found;

/// The place behind the next 0, or `count`.
static size_t behind_zero(const uint8_t *bytes, size_t place, size_t count) {
  const uint8_t *zero = place < count ? memchr(bytes + place, 0, count - place) : NULL;
  return zero ? (size_t)(zero - bytes) + 1 : count;
}

static void read_text(
    const uint8_t *chunk, size_t count, int is_compressed, int (*read)(const uint8_t *, size_t),
    int *orientation) {
  if (!is_compressed) {
    *orientation = read(chunk, count);
    return;
  }
  size_t length = 0;
  uint8_t *text = inflated(chunk, count, &length);
  if (!text) return;
  *orientation = read(text, length);
  free(text);
}

/// - Source: PNG specification, 11.3.3 (tEXt, zTXt, iTXt) and 11.3.2.6 (eXIf).
static void read_chunk(const uint8_t *name, const uint8_t *chunk, size_t count, found *all) {
  static const char profile[] = "Raw profile type exif", xmp[] = "XML:com.adobe.xmp";
  if (memcmp(name, "eXIf", 4) == 0) {
    all->exif = ci_exif_orientation(chunk, count);
  } else if (memcmp(name, "tEXt", 4) == 0 && count > sizeof profile
             && memcmp(chunk, profile, sizeof profile) == 0) {
    read_text(
        chunk + sizeof profile, count - sizeof profile, 0, raw_profile_orientation,
        &all->raw_profile);
  } else if (memcmp(name, "zTXt", 4) == 0 && count > sizeof profile + 1
             && memcmp(chunk, profile, sizeof profile) == 0) {
    // A byte for the method, of which there is one.
    read_text(
        chunk + sizeof profile + 1, count - sizeof profile - 1, 1, raw_profile_orientation,
        &all->raw_profile);
  } else if (memcmp(name, "iTXt", 4) == 0 && count > sizeof xmp + 2
             && memcmp(chunk, xmp, sizeof xmp) == 0) {
    // Whether it is compressed, the method, the language and the translated name.
    int is_compressed = chunk[sizeof xmp] == 1;
    size_t text = behind_zero(chunk, behind_zero(chunk, sizeof xmp + 2, count), count);
    read_text(chunk + text, count - text, is_compressed, ci_xmp_orientation, &all->xmp);
  }
}

int ci_png_orientation(const uint8_t *bytes, size_t count) {
  found all = {0, 0, 0};
  for (size_t place = 8; place <= count && count - place >= 12;) {
    size_t length = (size_t)bytes[place] << 24 | (size_t)bytes[place + 1] << 16
                    | (size_t)bytes[place + 2] << 8 | bytes[place + 3];
    const uint8_t *name = bytes + place + 4;
    if (length > count - place - 12 || memcmp(name, "IEND", 4) == 0) break;
    read_chunk(name, bytes + place + 8, length, &all);
    place += length + 12;
  }
  // The order in which Pillow asks.
  if (all.exif != 0) return all.exif;
  return all.raw_profile != 0 ? all.raw_profile : all.xmp;
}
