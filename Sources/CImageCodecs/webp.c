#include "codecs.h"

#include <stdlib.h>
#include <string.h>
#include <webp/decode.h>
#include <webp/demux.h>

static ci_status read_header(
    const uint8_t *bytes, size_t count, ci_header *header, ci_message *message) {
  WebPData data = {bytes, count};
  WebPDemuxState state;
  WebPDemuxer *demuxer = WebPDemuxPartial(&data, &state);
  if (!demuxer) {
    return state == WEBP_DEMUX_PARSE_ERROR
               ? ci_fail(CI_DAMAGED, message, "its parts contradict each other")
               : CI_CUT_OFF;
  }
  uint32_t width = WebPDemuxGetI(demuxer, WEBP_FF_CANVAS_WIDTH);
  uint32_t height = WebPDemuxGetI(demuxer, WEBP_FF_CANVAS_HEIGHT);
  WebPDemuxDelete(demuxer);
  if (state < WEBP_DEMUX_PARSED_HEADER) return CI_CUT_OFF;
  // Canvas sides have 24 bits.
  header->size = (ci_size){(int32_t)width, (int32_t)height};
  return CI_OK;
}

static ci_status meaning(VP8StatusCode code, ci_message *message) {
  switch (code) {
  case VP8_STATUS_OK:
    return CI_OK;
  case VP8_STATUS_OUT_OF_MEMORY:
    return CI_NO_MEMORY;
  case VP8_STATUS_UNSUPPORTED_FEATURE:
    return ci_fail(CI_UNSUPPORTED, message, "a WebP with an unknown feature");
  default:
    return ci_fail(CI_DAMAGED, message, "its pixels can't be decoded");
  }
}

/// Decodes a frame to red, green, blue, rows of `stride` bytes.
static ci_status decode_frame(
    const WebPIterator *frame, uint8_t *out, size_t stride, ci_message *message) {
  WebPDecoderConfig config;
  if (!WebPInitDecoderConfig(&config)) {
    return ci_fail(CI_UNSUPPORTED, message, "libwebp has another version than its headers");
  }
  config.output.colorspace = MODE_RGB;
  config.output.is_external_memory = 1;
  config.output.u.RGBA.rgba = out;
  config.output.u.RGBA.stride = (int)stride;
  config.output.u.RGBA.size = stride * ((size_t)frame->height - 1) + (size_t)frame->width * 3;
  ci_status status =
      meaning(WebPDecode(frame->fragment.bytes, frame->fragment.size, &config), message);
  WebPFreeDecBuffer(&config.output);
  return status;
}

/// Decodes the first frame onto the canvas, which is black where the frame doesn't lie.
static ci_status decode_canvas(
    const WebPIterator *frame, ci_target target, ci_message *message) {
  size_t width = (size_t)target.size.width, height = (size_t)target.size.height;
  size_t left = (size_t)frame->x_offset, top = (size_t)frame->y_offset;
  size_t columns = (size_t)frame->width, rows = (size_t)frame->height;
  if (frame->x_offset < 0 || frame->y_offset < 0 || frame->width < 1 || frame->height < 1
      || left + columns > width || top + rows > height) {
    return ci_fail(CI_DAMAGED, message, "its first frame lies outside its canvas");
  }
  if (columns < width || rows < height) {
    memset(target.out, 0, width * height * (size_t)target.channels);
  }
  size_t first = top * width + left;
  if (target.channels == 3) return decode_frame(frame, target.out + first * 3, width * 3, message);
  uint8_t *colours = malloc(columns * rows * 3);
  if (!colours) return CI_NO_MEMORY;
  ci_status status = decode_frame(frame, colours, columns * 3, message);
  for (size_t y = 0; status == CI_OK && y < rows; y++) {
    ci_grey_row(colours + y * columns * 3, target.out + first + y * width, columns);
  }
  free(colours);
  return status;
}

static ci_status decode(
    const uint8_t *bytes, size_t count, ci_target target, ci_message *message) {
  ci_header header;
  ci_status status = read_header(bytes, count, &header, message);
  if (status != CI_OK) return status;
  if (header.size.width != target.size.width || header.size.height != target.size.height) {
    return CI_OTHER_SIZE;
  }
  WebPData data = {bytes, count};
  WebPDemuxState state;
  WebPDemuxer *demuxer = WebPDemuxPartial(&data, &state);
  if (!demuxer) return CI_NO_MEMORY;
  WebPIterator frame;
  memset(&frame, 0, sizeof frame);
  if (state != WEBP_DEMUX_DONE || !WebPDemuxGetFrame(demuxer, 1, &frame)) {
    status = CI_CUT_OFF;
  } else {
    status = decode_canvas(&frame, target, message);
    WebPDemuxReleaseIterator(&frame);
  }
  WebPDemuxDelete(demuxer);
  return status;
}

static int orientation(const uint8_t *bytes, size_t count) {
  WebPData data = {bytes, count};
  WebPDemuxer *demuxer = WebPDemux(&data);
  if (!demuxer) return 1;
  int found = 0;
  WebPChunkIterator chunk;
  if (WebPDemuxGetChunk(demuxer, "EXIF", 1, &chunk)) {
    found = ci_exif_orientation(chunk.chunk.bytes, chunk.chunk.size);
    WebPDemuxReleaseChunkIterator(&chunk);
  }
  if (found == 0 && WebPDemuxGetChunk(demuxer, "XMP ", 1, &chunk)) {
    found = ci_xmp_orientation(chunk.chunk.bytes, chunk.chunk.size);
    WebPDemuxReleaseChunkIterator(&chunk);
  }
  WebPDemuxDelete(demuxer);
  return found;
}

const ci_codec ci_webp_codec = {read_header, decode, orientation};
