// The nearest-neighbour affine warp; included once for each level.
//
// A row is made in two steps: first the offset of every pixel's source, which is arithmetic without
// branches, so the compiler makes vectors of it; then the pixels are fetched.
#include "vectors.inc.h"

/// Columns whose source offsets are kept at a time.
#define CK_TILE 512
/// Floats of the next picture that are fetched ahead, 64 kB.
#define CK_AHEAD 16384
/// The offset of a pixel that lies outside and takes cval.
#define CK_HOLE (-1)

/// Brings a coordinate outside [0, n-1] back, as SciPy's map_coordinate does. What is left outside
/// by rounding, by infinities and NaN is caught by tap().
CK_INLINE double fold(double v, double n, ck_fill fill) {
  const double last = n - 1;
  if (fill == CK_REFLECT) {
    const double period = 2 * n;
    const double below = v < -period ? period * __builtin_trunc(-v / period) + v : v;
    const double mirrored = (below > -1e-15 ? 1e-15 : -below) - 1;
    const double left = below < -n ? below + period : mirrored;
    const double above = v - period * __builtin_trunc(v / period);
    const double right = above >= n ? period - above - 1 : above;
    return v < 0 ? left : v > last ? right : v;
  }
  if (fill == CK_WRAP) {
    const double left = v + last * (__builtin_trunc(-v / last) + 1);
    const double right = v - last * __builtin_trunc(v / last);
    return v < 0 ? left : v > last ? right : v;
  }
  return v;
}

/// The nearest pixel, ties up, never outside 0...n-1: the comparisons also catch NaN.
CK_INLINE int32_t tap(double v, double n, ck_fill fill) {
  double u = fold(v, n, fill) + 0.5;
  u = u > 0 ? u : 0;
  u = u < n - 1 ? u : n - 1;
  return (int32_t)u;
}

/// `constant` has no margin: -0.0001 is outside already.
CK_INLINE int inside(double v, double n) { return (v >= 0) & (v <= n - 1); }

/// Source offsets of `count` pixels of one row, from column `first` on.
CK_INLINE void find_sources(int32_t *offsets, int32_t first, int32_t count, double row,
                            const ck_map *map, ck_shape shape, ck_fill fill) {
  const double height = shape.height, width = shape.width;
  const double base_row = map->row_offset + row * map->row_row;
  const double base_column = map->column_offset + row * map->column_row;
  const double step_row = map->row_column, step_column = map->column_column;
  const int32_t stride = shape.width * shape.channels, channels = shape.channels;
  for (int32_t i = 0; i < count; i++) {
    const double column = (double)(first + i);
    const double v = base_row + column * step_row;
    const double w = base_column + column * step_column;
    const int32_t offset = tap(v, height, fill) * stride + tap(w, width, fill) * channels;
    offsets[i] = fill != CK_CONSTANT || (inside(v, height) & inside(w, width)) ? offset : CK_HOLE;
  }
}

/// The same for one axis alone, in steps of `unit` floats.
CK_INLINE void find_columns(int32_t *offsets, int32_t first, int32_t count, const ck_map *map,
                            ck_shape shape, ck_fill fill) {
  const double width = shape.width, offset = map->column_offset, step = map->column_column;
  const int32_t channels = shape.channels;
  for (int32_t i = 0; i < count; i++) {
    const double v = offset + (double)(first + i) * step;
    const int32_t source = tap(v, width, fill) * channels;
    offsets[i] = fill != CK_CONSTANT || inside(v, width) ? source : CK_HOLE;
  }
}

CK_INLINE void fill_values(float *to, int64_t count, float value) {
  for (int64_t i = 0; i < count; i++) to[i] = value;
}

/// Three floats through a vector of four: the fourth is overwritten by the next pixel. `last` is
/// the offset of the picture's last pixel, where the fourth isn't there to be read.
CK_INLINE void move_three(const float *from, int32_t offset, int32_t last, float *to) {
#ifdef CK_MASKED_LOADS
  (void)last;
  _mm_storeu_ps(to, _mm_maskz_loadu_ps(7, from + offset));
#else
  if (__builtin_expect(offset == last, 0)) {
    for (int k = 0; k < 3; k++) to[k] = from[offset + k];
  } else {
    *(ck_f4 *)to = *(const ck_f4 *)(from + offset);
  }
#endif
}

/// Fetches `count` > 0 pixels.
CK_INLINE void fetch(const float *restrict from, float *restrict to, const int32_t *offsets, int32_t count,
                     int32_t channels, int32_t last, float cval, int holes) {
  if (channels == 3) {
    for (int32_t i = 0; i < count - 1; i++) {
      if (holes && offsets[i] == CK_HOLE) fill_values(to + 3 * i, 3, cval);
      else move_three(from, offsets[i], last, to + 3 * i);
    }
    // The last one writes no more than its own three.
    const int32_t offset = offsets[count - 1];
    for (int k = 0; k < 3; k++)
      to[3 * (count - 1) + k] = holes && offset == CK_HOLE ? cval : from[offset + k];
  } else if (channels == 1) {
    for (int32_t i = 0; i < count; i++)
      to[i] = holes && offsets[i] == CK_HOLE ? cval : from[offsets[i]];
  } else {
    for (int32_t i = 0; i < count; i++, to += channels) {
      if (holes && offsets[i] == CK_HOLE) fill_values(to, channels, cval);
      else move(from + offsets[i], to, channels);
    }
  }
}

/// The part of the next picture that is asked for while a row is made. Pictures come in random order
/// from a set that no cache holds, so their first touch costs more than the whole warp; beyond
/// CK_AHEAD floats the processor's own prefetching has found the stride.
CK_INLINE void fetch_ahead(const float *next, int32_t row, int32_t stride) {
  if (!next || (int64_t)row * stride >= CK_AHEAD) return;
  const char *line = (const char *)(next + (int64_t)row * stride);
  for (int64_t byte = 0; byte < (int64_t)stride * 4; byte += 64) __builtin_prefetch(line + byte);
}

/// Any map: offsets row by row.
CK_INLINE void warp_general(const float *restrict from, float *restrict to, ck_shape shape, const ck_map *map,
                            ck_fill fill, float cval, const float *next) {
  int32_t offsets[CK_TILE];
  const int32_t stride = shape.width * shape.channels;
  const int32_t last = shape.height * stride - shape.channels;
  for (int32_t row = 0; row < shape.height; row++) {
    fetch_ahead(next, row, stride);
    for (int32_t first = 0; first < shape.width; first += CK_TILE) {
      const int32_t rest = shape.width - first, count = rest < CK_TILE ? rest : CK_TILE;
      find_sources(offsets, first, count, row, map, shape, fill);
      fetch(from, to + (int64_t)row * stride + first * shape.channels, offsets, count,
            shape.channels, last, cval, fill == CK_CONSTANT);
    }
  }
}

/// One pixel `count` > 0 times, or cval where `offset` is a hole.
CK_INLINE void repeat(const float *restrict from, float *restrict to, int32_t offset, int32_t count,
                      int32_t channels, float cval) {
  if (channels == 3) {
    const float *pixel = from + offset;
    const ck_f4 value = offset == CK_HOLE ? (ck_f4){cval, cval, cval, cval}
                                          : (ck_f4){pixel[0], pixel[1], pixel[2], 0};
#pragma clang loop vectorize(disable) unroll(disable)
    for (int32_t i = 0; i < count - 1; i++, to += 3) *(ck_f4 *)to = value;
    to[0] = value[0], to[1] = value[1], to[2] = value[2];
    return;
  }
  for (int32_t i = 0; i < count; i++, to += channels) {
#pragma clang loop vectorize(disable) unroll(disable)
    for (int32_t k = 0; k < channels; k++) to[k] = offset == CK_HOLE ? cval : from[offset + k];
  }
}

/// A map without shear or turn: rows and columns are found apart from each other, which gives the
/// same coordinates, because column * 0 adds nothing. Where the columns are one unbroken run with
/// clamped ends, as after a shift, rows are moved whole.
CK_INLINE void warp_separable(const float *restrict from, float *restrict to, ck_shape shape, const ck_map *map,
                              ck_fill fill, float cval, const float *next) {
  int32_t offsets[CK_TILE];
  const int32_t channels = shape.channels, stride = shape.width * channels;
  const int32_t end = shape.height * stride - channels;
  const double height = shape.height;
  for (int32_t first = 0; first < shape.width; first += CK_TILE) {
    const int32_t rest = shape.width - first, count = rest < CK_TILE ? rest : CK_TILE;
    find_columns(offsets, first, count, map, shape, fill);

    // Columns [0, run) repeat the first source, [run, tail) go on pixel by pixel, [tail, count)
    // repeat the last one; if that leaves nothing over, rows can be moved.
    int32_t run = 0;
    while (run + 1 < count && offsets[run + 1] == offsets[0]) run++;
    if (offsets[run] == CK_HOLE && run + 1 < count) run++;
    int32_t tail = run + 1;
    while (tail < count && offsets[tail - 1] != CK_HOLE &&
           offsets[tail] == offsets[tail - 1] + channels)
      tail++;
    int32_t over = tail;
    while (over < count && offsets[over] == offsets[count - 1]) over++;
    const int unbroken = over == count && offsets[run] != CK_HOLE;

    for (int32_t row = 0; row < shape.height; row++) {
      if (first == 0) fetch_ahead(next, row, stride);
      const double v = map->row_offset + (double)row * map->row_row;
      float *line = to + (int64_t)row * stride + first * channels;
      if (fill == CK_CONSTANT && !inside(v, height)) {
        fill_values(line, (int64_t)count * channels, cval);
        continue;
      }
      const int32_t start = tap(v, height, fill) * stride;
      const float *source = from + start;
      if (unbroken) {
        if (run > 0) repeat(source, line, offsets[0], run, channels, cval);
        move(source + offsets[run], line + run * channels, (int64_t)(tail - run) * channels);
        if (tail < count)
          repeat(source, line + tail * channels, offsets[count - 1], count - tail, channels, cval);
      } else {
        fetch(source, line, offsets, count, channels, end - start, cval, fill == CK_CONSTANT);
      }
    }
  }
}

CK_INLINE void warp_with(const float *restrict from, float *restrict to, ck_shape shape, const ck_map *map,
                         ck_fill fill, float cval, const float *next) {
  if (map->row_column == 0 && map->column_row == 0)
    warp_separable(from, to, shape, map, fill, cval, next);
  else
    warp_general(from, to, shape, map, fill, cval, next);
}

static void warp_nearest(const float *restrict from, float *restrict to, ck_shape shape, const ck_map *map,
                         ck_fill fill, float cval, const float *next) {
  switch (fill) {
    case CK_NEAREST: warp_with(from, to, shape, map, CK_NEAREST, cval, next); break;
    case CK_CONSTANT: warp_with(from, to, shape, map, CK_CONSTANT, cval, next); break;
    case CK_REFLECT: warp_with(from, to, shape, map, CK_REFLECT, cval, next); break;
    case CK_WRAP: warp_with(from, to, shape, map, CK_WRAP, cval, next); break;
  }
}
