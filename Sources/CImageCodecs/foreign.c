#include "codecs.h"

#include <string.h>

/// Bytes at a place in a file and the format that has them there.
typedef struct {
  size_t offset;
  const char *magic;
  size_t length;
  const char *name;
} signature;

#define AT(offset, magic, name) {offset, magic, sizeof magic - 1, name}

/// Sources: the formats' own specifications; file(1)'s magic numbers.
static const signature signatures[] = {
    AT(0, "\0\0\0\x0cjP  \r\n\x87\n", "a JPEG 2000"),
    AT(0, "\xff\x4f\xff\x51", "a JPEG 2000"),
    AT(0, "\xff\x0a", "a JPEG XL"),
    AT(0, "\0\0\0\x0cJXL \r\n\x87\n", "a JPEG XL"),
    AT(4, "ftypavif", "an AVIF"),
    AT(4, "ftypavis", "an AVIF"),
    AT(4, "ftypheic", "a HEIC"),
    AT(4, "ftypheix", "a HEIC"),
    AT(4, "ftyphevc", "a HEIC"),
    AT(4, "ftyphevx", "a HEIC"),
    AT(4, "ftypheim", "a HEIC"),
    AT(4, "ftypheis", "a HEIC"),
    AT(4, "ftypmif1", "a HEIF"),
    AT(4, "ftypmsf1", "a HEIF"),
    AT(4, "ftypcrx ", "a raw photograph (CR3)"),
    AT(4, "ftyp", "a film (MP4 or QuickTime)"),
    AT(0, "II\xbc", "a JPEG XR"),
    AT(0, "8BPS", "a Photoshop file"),
    AT(0, "icns", "a macOS icon"),
    AT(0, "%PDF", "a PDF"),
    AT(0, "%!PS", "PostScript"),
    AT(0, "\xc5\xd0\xd3\xc6", "PostScript"),
    AT(0, "\0\0\x01\0", "a Windows icon"),
    AT(0, "\x8aMNG\r\n\x1a\n", "an MNG"),
    AT(0, "\x8bJNG\r\n\x1a\n", "a JNG"),
    AT(0, "qoif", "a QOI"),
    AT(0, "farbfeld", "a farbfeld"),
    AT(0, "BPG\xfb", "a BPG"),
    AT(0, "FLIF", "a FLIF"),
    AT(0, "DDS ", "a DDS texture"),
    AT(0, "v/1\x01", "an OpenEXR"),
    AT(0, "#?RADIANCE", "a Radiance HDR"),
    AT(0, "#?RGBE", "a Radiance HDR"),
    AT(0, "SIMPLE  =", "a FITS"),
    AT(0, "gimp xcf", "a GIMP file"),
    AT(0, "\x01\xda", "an SGI picture"),
    AT(0, "\x59\xa6\x6a\x95", "a Sun raster"),
    AT(0, "\x0a\x05\x01\x08", "a PCX"),
    AT(0, "\xd7\xcd\xc6\x9a", "a Windows metafile"),
    AT(0, "/* XPM */", "an XPM"),
    AT(0, "#define ", "an XBM or a C header"),
    AT(0, "IIRO", "a raw photograph (ORF)"),
    AT(0, "IIU\0", "a raw photograph (RW2)"),
    AT(0, "FUJIFILMCCD-RAW", "a raw photograph (RAF)"),
    AT(128, "DICM", "a DICOM"),
    AT(344, "n+1\0", "a NIfTI volume"),
    AT(0, "\x89HDF\r\n\x1a\n", "an HDF5 file"),
    AT(0, "\x93NUMPY", "a NumPy array"),
    AT(0, "\x1f\x8b", "gzip-compressed"),
    AT(0, "BZh", "bzip2-compressed"),
    AT(0, "\xfd" "7zXZ\0", "xz-compressed"),
    AT(0, "\x28\xb5\x2f\xfd", "zstd-compressed"),
    AT(0, "PK\x03\x04", "a zip archive"),
    AT(0, "7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    AT(0, "Rar!\x1a\x07", "a RAR archive"),
    AT(257, "ustar", "a tar archive"),
    AT(0, "\0\x05\x16\x07", "an AppleDouble file, which macOS writes next to the picture"),
    AT(0, "\0\0\0\x01" "Bud1", "a .DS_Store of macOS"),
    AT(0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Office document or a Thumbs.db"),
    AT(0, "version https://git-lfs.github.com/", "a Git LFS pointer, not the file itself"),
    AT(0, "RIFF", "a RIFF file (AVI, WAV)"),
    AT(0, "\x1a\x45\xdf\xa3", "a film (Matroska or WebM)"),
    AT(0, "\x7f" "ELF", "a program"),
    AT(0, "MZ", "a program of Windows"),
};

/// Whether the text, which is searched without regard to case, lies in the first bytes.
static int holds(const uint8_t *bytes, size_t count, const char *text) {
  size_t length = strlen(text);
  if (count > 1024) count = 1024;
  for (size_t start = 0; start + length <= count; start++) {
    size_t same = 0;
    while (same < length) {
      uint8_t letter = bytes[start + same];
      if (letter >= 'A' && letter <= 'Z') letter = (uint8_t)(letter + ('a' - 'A'));
      if (letter != (uint8_t)text[same]) break;
      same++;
    }
    if (same == length) return 1;
  }
  return 0;
}

/// TGA and Windows cursors: neither has a magic number, and a TGA of colours without an identifier begins
/// as a cursor does.
static const char *truevision(const uint8_t *bytes, size_t count) {
  if (count < 18) return NULL;
  int has_colour_map = bytes[1], kind = bytes[2] & ~8, depth = bytes[16];
  int is_cursor = memcmp(bytes, "\0\0\x02\0", 4) == 0 && (bytes[4] || bytes[5]);
  if (is_cursor) return "a Windows cursor";
  int has_sides = (bytes[12] || bytes[13]) && (bytes[14] || bytes[15]);
  int is_tga = has_colour_map <= 1 && kind >= 1 && kind <= 3 && (has_colour_map || kind != 1) && has_sides
               && (depth == 8 || depth == 15 || depth == 16 || depth == 24 || depth == 32);
  return is_tga ? "a TGA" : NULL;
}

/// Netpbm: P1 to P7, white space, a number or a comment.
static const char *netpbm(const uint8_t *bytes, size_t count) {
  static const char *const names[] = {
      "a PBM", "a PGM", "a PPM", "a PBM", "a PGM", "a PPM", "a PAM"};
  if (count < 3 || bytes[0] != 'P' || !strchr(" \t\r\n", bytes[2]) || bytes[2] == 0) return NULL;
  if (bytes[1] == 'F' || bytes[1] == 'f') return "a PFM";
  return bytes[1] >= '1' && bytes[1] <= '7' ? names[bytes[1] - '1'] : NULL;
}

static int is_text(const uint8_t *bytes, size_t count) {
  if (count > 512) count = 512;
  for (size_t i = 0; i < count; i++) {
    if (bytes[i] < 9 || (bytes[i] > 13 && bytes[i] < 32) || bytes[i] == 127) return 0;
  }
  return count > 0;
}

const char *ci_other_format(const uint8_t *bytes, size_t count) {
  for (size_t i = 0; i < sizeof signatures / sizeof *signatures; i++) {
    const signature *one = &signatures[i];
    if (count >= one->offset + one->length
        && memcmp(bytes + one->offset, one->magic, one->length) == 0) {
      return one->name;
    }
  }
  const char *name = netpbm(bytes, count);
  if (name) return name;
  size_t start = 0;
  if (count >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) start = 3;
  while (start < count && strchr(" \t\r\n", bytes[start]) && bytes[start]) start++;
  if (start < count && bytes[start] == '<') {
    if (holds(bytes, count, "<svg")) return "an SVG";
    if (holds(bytes, count, "<html") || holds(bytes, count, "<!doctype html")
        || holds(bytes, count, "<head") || holds(bytes, count, "<body")) {
      return "a web page";
    }
    return "XML or HTML";
  }
  if (start < count && (bytes[start] == '{' || bytes[start] == '[') && is_text(bytes, count)) {
    return "JSON";
  }
  for (size_t i = 0; i < count && i < 512; i++) {
    if (bytes[i]) return is_text(bytes, count) ? "text" : truevision(bytes, count);
  }
  return count > 0 ? "nothing but zeros" : NULL;
}
