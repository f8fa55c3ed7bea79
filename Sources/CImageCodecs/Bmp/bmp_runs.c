#include "bmp.h"

#include <string.h>

/// The indices that are made, one after the other through all rows.
typedef struct {
  uint8_t *indices;
  size_t count;
  size_t room;
  size_t width;
  /// Pixels in the current row, as far as runs count; Pillow's own count, which absolute stretches may
  /// carry beyond the row.
  size_t x;
} writer;

static void put(writer *self, size_t count, uint8_t even, uint8_t odd) {
  if (count > self->room - self->count) count = self->room - self->count;
  uint8_t *to = self->indices + self->count;
  if (even == odd) {
    memset(to, even, count);
  } else {
    for (size_t i = 0; i < count; i++) to[i] = i % 2 == 0 ? even : odd;
  }
  self->count += count;
}

/// A run of one index, or of two in turn.
static void put_run(writer *self, size_t count, uint8_t byte, int is_half) {
  size_t left = self->x < self->width ? self->width - self->x : 0;
  if (count > left) count = left;
  put(self, count, is_half ? byte >> 4 : byte, is_half ? byte & 15 : byte);
  self->x += count;
}

/// Indices as they are; returns the bytes used, or 0 where the file ends before them.
static size_t put_indices(
    writer *self, size_t count, const uint8_t *from, size_t rest, int is_half) {
  if (count > self->room - self->count) count = self->room - self->count;
  size_t bytes = is_half ? (count + 1) / 2 : count;
  if (bytes > rest) return 0;
  for (size_t i = 0; i < count; i++) {
    uint8_t byte = from[is_half ? i / 2 : i];
    self->indices[self->count++] = !is_half ? byte : i % 2 == 0 ? byte >> 4 : byte & 15;
  }
  return bytes;
}

/// - Source: Pillow's BmpRleDecoder, for files that contradict themselves, too.
ci_status ci_bmp_read_runs(
    const bmp_header *header, const uint8_t *bytes, size_t count, uint8_t *room,
    ci_message *message) {
  size_t width = (size_t)header->size.width;
  writer self = {room, 0, width * (size_t)header->size.height, width, 0};
  int is_half = header->compression == BMP_RLE4;
  size_t place = header->pixels;
  while (self.count < self.room) {
    if (place > count || count - place < 2) return CI_CUT_OFF;
    uint8_t length = bytes[place], byte = bytes[place + 1];
    place += 2;
    if (length > 0) {
      put_run(&self, length, byte, is_half);
    } else if (byte == 0) {  // the end of a row
      if (self.count % width > 0) put(&self, width - self.count % width, 0, 0);
      self.x = 0;
    } else if (byte == 1) {  // the end of the picture
      break;
    } else if (byte == 2) {  // a jump: right, down
      if (count - place < 2) return CI_CUT_OFF;
      put(&self, bytes[place] + bytes[place + 1] * width, 0, 0);
      place += 2;
      self.x = self.count % width;
    } else {
      size_t used = put_indices(&self, byte, bytes + place, count - place, is_half);
      if (used == 0) return CI_CUT_OFF;
      place += used;
      self.x += byte;
      if (place % 2 == 1) place++;
    }
  }
  // Pillow refuses a picture that ends early; here its rest is 0, as after a jump.
  if (self.count < self.room) message->warnings++;
  memset(room + self.count, 0, self.room - self.count);
  return CI_OK;
}
