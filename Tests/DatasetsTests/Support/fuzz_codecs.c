// Fuzzes the picture decoders with libFuzzer, guided by the coverage of CImageCodecs, under the
// address and undefined-behaviour sanitizers. From the top of the checkout:
//
//     mkdir -p .build-fuzz/corpus
//     clang -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined
//       -I Sources/CImageCodecs/include -I Sources/CImageCodecs -o .build-fuzz/codecs
//       Tests/DatasetsTests/Support/fuzz_codecs.c Sources/CImageCodecs/*.c Sources/CImageCodecs/*/*.c
//       -ljpeg -lpng -lgif -ltiff -lwebp -lwebpdemux -lz
//     .build-fuzz/codecs -runs=1000000 -timeout=20 -rss_limit_mb=2048 -max_len=8192
//       .build-fuzz/corpus Tests/DatasetsTests/Pictures
//
// CODEC=GIF (BMP, JPEG, PNG, TIFF, WEBP) looks at files of that format alone, so that each gets its
// share of the inputs; give each a corpus of its own. CODEC=EXIF takes each input for an EXIF block and
// for XMP, and looks for the orientation in a file of each format around it. Every JPEG is decoded with both Huffman decoders, and
// has to give the same status, message, warnings and pixels.
#include "CImageCodecs.h"
#include "codecs.h"

#include <stdlib.h>
#include <string.h>

// Larger ones only take time: that is enough to write where it mustn't.
enum { most_pixels = 1 << 18 };

// Numbers that depend on the file alone, so that a crash comes again.
static uint32_t next(uint32_t *state) {
  *state = *state * 1664525u + 1013904223u;
  return *state >> 8;
}

/// One of the ways to decode.
typedef struct {
  const uint8_t *data;
  size_t count;
  int channels;
  ci_turning turning;
  ci_size size;
  /// 0 is the whole picture.
  int reduction;
  ci_part part;
} way;

static ci_status decode(const way *way, uint8_t *out, ci_message *message) {
  if (way->reduction == 0) {
    return ci_decode(
        way->data, way->count, way->channels, way->turning, way->size, out, message);
  }
  return ci_decode_jpeg_part(
      way->data, way->count, way->channels, way->size, way->reduction, way->part, out, message);
}

static void decode_both(const way *way, size_t bytes) {
  uint8_t *out[2] = {calloc(bytes, 1), calloc(bytes, 1)};
  ci_message message[2];
  ci_status status[2];
  ci_set_huffman(CI_HUFFMAN_NONE);
  status[0] = decode(way, out[0], &message[0]);
  ci_set_huffman(CI_HUFFMAN_PLACES);
  status[1] = decode(way, out[1], &message[1]);
  if (status[0] != status[1] || message[0].warnings != message[1].warnings
      || strcmp(message[0].text, message[1].text) != 0
      || (status[0] == CI_OK && memcmp(out[0], out[1], bytes) != 0)) {
    abort();
  }
  free(out[0]);
  free(out[1]);
}

static void decode_part(way way, uint32_t state) {
  way.reduction = 1 << next(&state) % 4;
  way.channels = next(&state) % 2 ? 3 : 1;
  int32_t height = (way.size.height + way.reduction - 1) / way.reduction;
  int32_t width = (way.size.width + way.reduction - 1) / way.reduction;
  ci_part *part = &way.part;
  part->top = (int32_t)(next(&state) % (uint32_t)height);
  part->left = (int32_t)(next(&state) % (uint32_t)width);
  part->size.height = 1 + (int32_t)(next(&state) % (uint32_t)(height - part->top));
  part->size.width = 1 + (int32_t)(next(&state) % (uint32_t)(width - part->left));
  decode_both(&way, (size_t)part->size.height * (size_t)part->size.width * (size_t)way.channels);
}

/// The input as EXIF and as XMP, and in all formats' chunks.
static void look_for_orientation(const uint8_t *data, size_t count) {
  ci_exif_orientation(data, count);
  ci_xmp_orientation(data, count);
  ci_jpeg_codec.orientation(data, count);
  ci_png_codec.orientation(data, count);
  ci_webp_codec.orientation(data, count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t count);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t count) {
  static const char *const names[] = {"JPEG", "PNG", "BMP", "GIF", "TIFF", "WEBP"};
  ci_header header;
  ci_message message;
  const char *wanted = getenv("CODEC");
  if (wanted && strcmp(wanted, "EXIF") == 0) {
    look_for_orientation(data, count);
    return 0;
  }
  ci_turning turning = count % 2 ? CI_UPRIGHT : CI_AS_STORED;
  ci_status status = ci_read_header(data, count, turning, &header, &message);
  // -1: an input that isn't worth keeping.
  if (wanted && (status == CI_UNKNOWN || strcmp(wanted, names[header.format]) != 0)) return -1;
  if (status != CI_OK) return 0;
  ci_size size = header.size;
  if ((int64_t)size.height * size.width > most_pixels) return 0;
  uint32_t state = (uint32_t)count;
  for (size_t i = 0; i < count; i++) state = state * 31 + data[i];
  way whole = {data, count, next(&state) % 2 ? 3 : 1, turning, size, 0, {0, 0, size}};
  decode_both(&whole, (size_t)size.height * (size_t)size.width * (size_t)whole.channels);
  if (header.is_grey16) {
    uint16_t *grey = malloc((size_t)size.height * (size_t)size.width * sizeof *grey);
    ci_decode_grey16(data, count, turning, size, grey, &message);
    free(grey);
  }
  if (header.format != CI_JPEG || header.orientation != 1) return 0;
  // Several parts of a file: each finds the places that those before it have kept.
  for (uint32_t i = 0; i < 4; i++) decode_part(whole, state + i * 7919);
  return 0;
}
