// zlib behind plain functions, without the macros and structures of its header.
//
// Names begin with cz_ (CZ_), so that they meet no other library's.
#ifndef CZLIB_H
#define CZLIB_H

#include <stddef.h>
#include <stdint.h>

/// How a compressed stream is wrapped.
typedef enum {
  /// Deflate alone, as in a zip file.
  CZ_RAW = 0,
  /// A gzip file: one member or several, one after the other.
  CZ_GZIP = 1,
} cz_format;

/// The state of a stream after a call.
typedef enum {
  /// It goes on.
  CZ_MORE = 0,
  /// It is at its end; its sums were right.
  CZ_END = 1,
  /// It isn't such a stream, or is damaged.
  CZ_DAMAGED = 2,
  /// No memory.
  CZ_MEMORY = 3,
} cz_state;

typedef struct cz_stream cz_stream;

/// Begins a stream; NULL without memory.
cz_stream *cz_open(cz_format format);
void cz_close(cz_stream *stream);
/// Unpacks from `in` as much as fits into `out`. `*taken` and `*made` are the bytes used of each.
/// CZ_MORE with neither means that the input has ended too early. After CZ_END of CZ_GZIP, another call
/// begins the next member.
cz_state cz_inflate(cz_stream *stream, const uint8_t *in, size_t in_size, size_t *taken,
                    uint8_t *out, size_t out_size, size_t *made);
/// The CRC-32 of more bytes; 0 at the start.
uint32_t cz_crc32(uint32_t sum, const uint8_t *bytes, size_t count);

#endif
