// A part of a picture brought to a size; included once for each level.

/// Where a row or column of the result lies in the picture.
CK_INLINE double resized_place(int32_t index, double start, double part, double ratio) {
  double place = ((double)index + 0.5) * ratio - 0.5;
  place = place > 0 ? place : 0;
  place = place < part - 1 ? place : part - 1;
  return start + place;
}

static CK_APART void place_resized(ck_corners *restrict corners, int32_t row, int32_t rows,
                                   int32_t first, int32_t count, ck_box box, double row_ratio,
                                   double column_ratio, ck_shape shape) {
  int64_t start = 0;
  for (int32_t end = row + rows; row < end; row++, start += count) {
    const double v = resized_place(row, box.top, box.height, row_ratio);
#pragma clang loop vectorize(assume_safety) vectorize_width(8) interleave_count(1)
    for (int32_t i = 0; i < count; i++) {
      const double w = resized_place(first + i, box.left, box.width, column_ratio);
      set_corner(corners, start + i, v, w, shape, CK_NEAREST);
    }
  }
}

static void resize(const float *from, ck_shape shape, ck_box box, float *to, int32_t height,
                   int32_t width) {
  ck_corners corners;
  const int32_t channels = shape.channels;
  const int32_t last = (shape.height * shape.width - 1) * channels;
  const double row_ratio = (double)box.height / height, column_ratio = (double)box.width / width;
  const int32_t most = width < CK_TILE ? CK_TILE / width : 1;
  for (int32_t row = 0; row < height; row += most) {
    const int32_t over = height - row, rows = over < most ? over : most;
    for (int32_t first = 0; first < width; first += CK_TILE) {
      const int32_t ahead = width - first, count = ahead < CK_TILE ? ahead : CK_TILE;
      place_resized(&corners, row, rows, first, count, box, row_ratio, column_ratio, shape);
      float *block = to + ((int64_t)row * width + first) * channels;
      if (channels == 3) blend_threes_all(from, block, &corners, rows * count, last);
      else blend_any(from, block, &corners, rows * count, channels, 0);
    }
  }
}

/// The tap and the second one's weight on one axis of a part.
CK_INLINE int32_t resized_tap(int32_t index, int32_t part, double ratio, float *weight) {
  const double place = resized_place(index, 0, part, ratio);
  const int32_t tap = (int32_t)place;
  *weight = (float)(place - (double)tap);
  return tap;
}

/// A row of the part between two of the picture's.
static CK_APART void blend_byte_rows(const uint8_t *upper, const uint8_t *lower, float *to,
                                     int32_t count, float weight) {
  const float rest = 1 - weight;
#pragma clang loop vectorize(assume_safety)
  for (int32_t i = 0; i < count; i++) to[i] = (float)upper[i] * rest + (float)lower[i] * weight;
}

#include "resize_columns.inc.h"

static void resize_bytes(const uint8_t *from, ck_shape shape, ck_box box, float *to,
                         int32_t height, int32_t width, float *room) {
  const int32_t channels = shape.channels, last = box.width - 1, count = width * channels;
  const double row_ratio = (double)box.height / height, column_ratio = (double)box.width / width;
  const int64_t stride = (int64_t)shape.width * channels;
  float *weights = room, *line = room + 2 * (int64_t)width;
  int32_t *taps = (int32_t *)(room + width);
  ck_planned *plan = (ck_planned *)(line + (int64_t)box.width * channels + CK_BEHIND);
  for (int32_t i = 0; i < width; i++)
    taps[i] = resized_tap(i, box.width, column_ratio, &weights[i]);
  for (int k = 0; k < CK_BEHIND; k++) line[box.width * channels + k] = 0;
  if (channels == 3) plan_row(plan, taps, weights, count, last);
  const uint8_t *part = from + box.top * stride + (int64_t)box.left * channels;
  for (int32_t row = 0; row < height; row++) {
    float weight;
    const int32_t tap = resized_tap(row, box.height, row_ratio, &weight);
    const uint8_t *upper = part + tap * stride;
    blend_byte_rows(upper, tap + 1 < box.height ? upper + stride : upper, line,
                    box.width * channels, weight);
    float *result = to + (int64_t)row * count;
    if (channels == 3) blend_planned(line, result, plan, count);
    else blend_columns(line, result, taps, weights, width, channels, last);
  }
}
