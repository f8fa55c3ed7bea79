#include "CZlib.h"

#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

struct cz_stream {
  z_stream zlib;
  int has_ended;
};

cz_stream *cz_open(cz_format format) {
  cz_stream *stream = calloc(1, sizeof *stream);
  if (!stream) return NULL;
  // Negative: no wrapper; 16 more: gzip's.
  int window = format == CZ_RAW ? -MAX_WBITS : MAX_WBITS + 16;
  if (inflateInit2(&stream->zlib, window) != Z_OK) {
    free(stream);
    return NULL;
  }
  return stream;
}

void cz_close(cz_stream *stream) {
  inflateEnd(&stream->zlib);
  free(stream);
}

cz_state cz_inflate(cz_stream *stream, const uint8_t *in, size_t in_size, size_t *taken,
                    uint8_t *out, size_t out_size, size_t *made) {
  z_stream *zlib = &stream->zlib;
  *taken = *made = 0;
  if (stream->has_ended && inflateReset(zlib) != Z_OK) return CZ_DAMAGED;
  stream->has_ended = 0;
  // zlib counts in unsigned int.
  uInt in_now = in_size > UINT_MAX ? UINT_MAX : (uInt)in_size;
  uInt out_now = out_size > UINT_MAX ? UINT_MAX : (uInt)out_size;
  zlib->next_in = (Bytef *)in;
  zlib->avail_in = in_now;
  zlib->next_out = out;
  zlib->avail_out = out_now;
  int result = inflate(zlib, Z_NO_FLUSH);
  *taken = in_now - zlib->avail_in;
  *made = out_now - zlib->avail_out;
  switch (result) {
  case Z_OK:
  case Z_BUF_ERROR: return CZ_MORE;
  case Z_STREAM_END: stream->has_ended = 1; return CZ_END;
  case Z_MEM_ERROR: return CZ_MEMORY;
  default: return CZ_DAMAGED;
  }
}

uint32_t cz_crc32(uint32_t sum, const uint8_t *bytes, size_t count) {
  return (uint32_t)crc32_z(sum, bytes, count);
}
