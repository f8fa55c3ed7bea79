// JPEG (libjpeg-turbo), PNG (libpng), BMP, GIF (giflib), TIFF (libtiff) and WebP (libwebp) in memory,
// behind plain functions: nothing here exits, prints or touches a file, and whatever the bytes are,
// nothing outside the given buffers is read or written. All functions may be called from several
// threads at once.
//
// Names begin with ci_ (CI_), so that they meet no other library's.
#ifndef CIMAGECODECS_H
#define CIMAGECODECS_H

#include <stddef.h>
#include <stdint.h>

typedef enum {
  CI_OK,
  /// None of the formats; the message names the one it is, if its first bytes are known.
  CI_UNKNOWN,
  /// A variant of a known format that isn't decoded; the message names it.
  CI_UNSUPPORTED,
  /// The file ends before the picture does.
  CI_CUT_OFF,
  /// The file is inconsistent; the message names the place.
  CI_DAMAGED,
  /// More pixels than CI_PIXEL_LIMIT.
  CI_TOO_MANY_PIXELS,
  /// The picture isn't of the size the caller expects.
  CI_OTHER_SIZE,
  /// The caller's buffer is too small.
  CI_NO_ROOM,
  CI_NO_MEMORY,
} ci_status;

/// More pixels than these are worth a warning: a quarter of a gigabyte of RGB.
/// Source: Pillow's Image.MAX_IMAGE_PIXELS.
#define CI_MANY_PIXELS 89478485

/// The most pixels that are decoded. Source: Pillow refuses more than twice its MAX_IMAGE_PIXELS.
#define CI_PIXEL_LIMIT (2 * CI_MANY_PIXELS)

typedef enum { CI_JPEG, CI_PNG, CI_BMP, CI_GIF, CI_TIFF, CI_WEBP } ci_format;

/// Whether a picture is turned as its EXIF orientation says. One in a TIFF always is: Pillow turns it
/// when it loads it.
typedef enum { CI_AS_STORED, CI_UPRIGHT } ci_turning;

/// Columns and rows.
typedef struct {
  int32_t width;
  int32_t height;
} ci_size;

/// The contents of a header.
typedef struct {
  /// The size after the turning.
  ci_size size;
  ci_format format;
  /// Whether the picture is grey of 9 to 16 bits a value, which `ci_decode_grey16` keeps.
  int is_grey16;
  /// How the picture as it lies in the file has to be turned to get that size, 1 to 8 as in EXIF; 1 is
  /// not at all.
  int orientation;
} ci_header;

/// A decoder's remarks.
typedef struct {
  /// Details of a failure; empty where the status alone describes it.
  char text[160];
  /// Faults of the file that were overcome: bytes left out, checksums that are wrong, and values made
  /// up where the file has none.
  int32_t warnings;
} ci_message;

/// Reads the header. With CI_TOO_MANY_PIXELS the size is set too.
///
/// A header that is fine doesn't promise that the picture can be decoded. The orientation is read from
/// EXIF and, where that has none, from XMP; in PNG and WebP it may lie behind the pixels.
ci_status ci_read_header(
    const uint8_t *bytes, size_t count, ci_turning turning, ci_header *header,
    ci_message *message);

/// Turns a picture as an EXIF orientation says. The sides are swapped from 5 on.
///
/// - size: The picture's before it is turned.
/// - bytes: Bytes of a pixel.
/// - to: Room for as many; not overlapping `from`.
void ci_turn(const void *from, ci_size size, int bytes, int orientation, void *to);

/// Decodes to rows of 8-bit values, without padding: `channels` is 3 (red, green, blue) or 1 (grey).
///
/// Gives what Pillow's `convert("RGB")` and `convert("L")` give, and CI_UPRIGHT what they give after
/// `ImageOps.exif_transpose`: alpha and transparency are dropped without blending, grey is (19595 r + 38470 g + 7471 b + 32768) / 65536,
/// of 16-bit colours the high byte counts, 16-bit grey is limited to 0...255, gamma and profiles are
/// left alone. CMYK in a JPEG is taken as inverted (as Adobe writes it). Of an animation it is the
/// first frame on its whole canvas, of a TIFF the first page. An index beyond a palette is black.
///
/// As in Pillow, a JPEG whose scan ends early or holds bytes that don't belong there, and a PNG with a
/// wrong checksum or without its last rows, are decoded as far as they go, with warnings; the rest
/// is what libjpeg makes up, or 0. So are a GIF and runs of a BMP that end with a mark of their own before
/// the last pixel, which Pillow refuses. A file that just ends is CI_CUT_OFF.
///
/// - size: The result of `ci_read_header`; a picture of another size is CI_OTHER_SIZE.
/// - out: Room for height × width × channels values; its contents are undefined after a fault.
ci_status ci_decode(
    const uint8_t *bytes, size_t count, int channels, ci_turning turning, ci_size size,
    uint8_t *out, ci_message *message);

/// Decodes a picture of 16-bit grey to its own values, or fails with CI_UNSUPPORTED where the header
/// isn't `is_grey16`. Otherwise as `ci_decode`.
ci_status ci_decode_grey16(
    const uint8_t *bytes, size_t count, ci_turning turning, ci_size size, uint16_t *out,
    ci_message *message);

/// A rectangle of a picture.
typedef struct {
  int32_t top;
  int32_t left;
  ci_size size;
} ci_part;

/// Decodes a part of a JPEG, as `ci_decode` decodes it, at 1, 1/2, 1/4 or 1/8 of its size.
///
/// Rows above the part are entropy-decoded only, rows below aren't looked at, blocks left and right
/// not transformed; a reduced picture's blocks are transformed to 4×4, 2×2 or 1×1 pixels. Without
/// reduction every value is the one in the whole picture.
///
/// - size: The result of `ci_read_header`; a picture of another size is CI_OTHER_SIZE.
/// - reduction: 1, 2, 4 or 8: the reduced picture has size / reduction pixels, rounded up.
/// - part: Within the reduced picture, or CI_NO_ROOM.
/// - out: Room for the part's height × width × channels values.
ci_status ci_decode_jpeg_part(
    const uint8_t *bytes, size_t count, int channels, ci_size size, int reduction, ci_part part,
    uint8_t *out, ci_message *message);

/// Where a part lies in what was decoded around it: rows of `width` pixels, the part's first at
/// `left`. The rows are the part's own.
typedef struct {
  int32_t left;
  int32_t width;
} ci_around;

/// As `ci_decode_jpeg_part`, to red, green, blue, with the extra columns that libjpeg decodes, so
/// that no row has to be copied. `around->width` is 0 where the file has other colours (CMYK) and
/// nothing was decoded.
///
/// - room: Bytes at `out`; the part's height × (its width + 48) × 3 are enough.
ci_status ci_decode_jpeg_around(
    const uint8_t *bytes, size_t count, ci_size size, int reduction, ci_part part, uint8_t *out,
    size_t room, ci_around *around, ci_message *message);

/// Encodes rows of red, green, blue as JPEG, 4:2:0; `quality` is libjpeg's, 1 to 100. CI_NO_ROOM where
/// `room` bytes aren't enough.
ci_status ci_encode_jpeg(
    const uint8_t *pixels, int32_t width, int32_t height, int quality, uint8_t *out, size_t room,
    size_t *written, ci_message *message);

/// Whether baseline JPEGs are decoded by the Huffman decoder here, and if not, why libjpeg's own does it.
typedef enum {
  CI_HUFFMAN_USED,
  /// libjpeg-turbo has another version than the one that the decoder was tested with.
  CI_HUFFMAN_OTHER_VERSION,
  /// On a small picture, whole and damaged, it gave other pixels or messages than libjpeg.
  CI_HUFFMAN_DIFFERS,
  /// The environment has AUGTOP_HUFFMAN=libjpeg.
  CI_HUFFMAN_UNWANTED,
} ci_huffman_use;

/// Compares both decoders on a small picture when it is first called; both give the same pixels, or
/// libjpeg's is used.
ci_huffman_use ci_find_huffman(void);

/// Whether places are kept; they aren't where the environment or `ci_set_huffman` says so.
int ci_keeps_places(void);

/// How much of the Huffman decoder is used.
typedef enum {
  /// Nothing: libjpeg decodes.
  CI_HUFFMAN_NONE,
  /// The decoder, without places kept from visit to visit; AUGTOP_HUFFMAN=no-places does the same.
  CI_HUFFMAN_CODES,
  /// The decoder, and for parts of pictures the places in the file at which decoding can begin: what a
  /// part doesn't need is passed over from the second visit on. 64 MB at the most.
  CI_HUFFMAN_PLACES,
} ci_huffman_level;

/// Sets the level from now on, in all threads, to compare them in one process; at first it is the highest.
void ci_set_huffman(ci_huffman_level to);

/// A buffer of this size holds any PNG of such a picture.
size_t ci_png_bound(int32_t width, int32_t height, int channels);

/// Encodes rows of 8-bit values as PNG; `channels` is 3 (RGB) or 1 (grey).
ci_status ci_encode_png(
    const uint8_t *pixels, int32_t width, int32_t height, int channels, uint8_t *out, size_t room,
    size_t *written, ci_message *message);

#endif
