// The nearest-neighbour affine warp; included once for each level.
//
// A block of pixels is made in two steps: first the offset of every pixel's source (taps.inc.h),
// then the pixels are fetched.
#include "taps.inc.h"
#include "rows.inc.h"

/// Pixels whose taps are kept at a time.
#define CK_TILE 256
/// The same where only offsets are kept: few, so that the next picture is asked for in small portions
/// between them.
#define CK_OFFSETS 128
/// The number of columns whose offsets are stored at a time, where all rows share them.
#define CK_COLUMNS 1024
/// Floats of the next picture that are fetched ahead, 384 kB.
#define CK_AHEAD 98304

CK_INLINE void fill_values(float *to, int64_t count, float value) {
  for (int64_t i = 0; i < count; i++) to[i] = value;
}

/// Three floats through a vector of four: the fourth is overwritten by the next pixel. `last` is
/// the offset of the picture's last pixel, where the fourth isn't there to be read. Holes take
/// `cval` without a branch, which would be mispredicted along the picture's edges.
CK_INLINE void move_three(const float *from, int32_t offset, int32_t last, float *to, float cval,
                          int holes) {
#ifdef CK_MASKED_LOADS
  (void)last;
  if (holes) {
    const __mmask8 mask = 7 & ~(offset >> 31);
    _mm_storeu_ps(to, _mm_mask_loadu_ps(_mm_set1_ps(cval), mask, from + offset));
  } else {
    _mm_storeu_ps(to, _mm_maskz_loadu_ps(7, from + offset));
  }
#else
  if (__builtin_expect(offset == last, 0)) {
    for (int k = 0; k < 3; k++) to[k] = from[offset + k];
  } else if (holes) {
    // With a single pixel there is no place to read four from; but then it is the last one.
    const int32_t hole = offset >> 31, place = offset & ~hole;
    const ck_i4 mask = {hole, hole, hole, hole};
    const ck_f4 outside = {cval, cval, cval, cval};
    const ck_f4 inside = place == last ? outside : *(const ck_f4 *)(from + place);
    *(ck_f4 *)to = (ck_f4)(((ck_i4)inside & ~mask) | ((ck_i4)outside & mask));
  } else {
    *(ck_f4 *)to = *(const ck_f4 *)(from + offset);
  }
#endif
}

/// Fetches `count` > 0 pixels.
CK_INLINE void fetch(const float *restrict from, float *restrict to, const int32_t *offsets,
                     int32_t count, int32_t channels, int32_t last, float cval, int holes) {
  if (channels == 3) {
    for (int32_t i = 0; i < count - 1; i++)
      move_three(from, offsets[i], last, to + 3 * i, cval, holes);
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

static CK_APART void fetch_all(const float *restrict from, float *restrict to,
                               const int32_t *offsets, int32_t count, int32_t channels,
                               int32_t last) {
  fetch(from, to, offsets, count, channels, last, 0, 0);
}

static CK_APART void fetch_with_holes(const float *restrict from, float *restrict to,
                                      const int32_t *offsets, int32_t count, int32_t channels,
                                      int32_t last, float cval) {
  fetch(from, to, offsets, count, channels, last, cval, 1);
}

/// Asks for a row of floats, to be brought as far as a core's second cache: brought to the first one, a
/// row at once would keep the warp's own loads waiting.
CK_INLINE void ask_row(const float *row, int32_t stride) {
  const char *line = (const char *)row;
  for (int64_t byte = 0; byte < (int64_t)stride * 4; byte += 64) __builtin_prefetch(line + byte, 0, 2);
}

/// The part of the next picture that is asked for while a row is made. Pictures come in random
/// order from a set that no cache holds, so their first touch costs more than the warp; beyond
/// `most` floats the processor's own prefetching has found the stride.
CK_INLINE void fetch_ahead(const float *next, int32_t row, int32_t stride, int64_t most) {
  if (next && (int64_t)row * stride < most) ask_row(next + (int64_t)row * stride, stride);
}

/// Rows of the source that are asked for before the first pixel of theirs is shown.
#define CK_ROWS_AHEAD 6

/// Asks for the rows of a large picture that will be shown soon, in their own order, which the
/// processor can't guess from a slanted walk through them. `fetched` rows have been asked for.
CK_INLINE int32_t fetch_rows(const float *from, int32_t row, int32_t fetched, ck_shape shape,
                             const ck_map *map) {
  const int32_t stride = shape.width * shape.channels;
  const double reach = map->row_column > 0 ? map->row_column * (shape.width - 1) : 0;
  const double lowest =
      map->row_offset + (double)(row + CK_ROWS_AHEAD) * map->row_row + reach;
  const int32_t wanted = !(lowest > 0) ? 0 : lowest < shape.height ? (int32_t)lowest : shape.height;
  for (; fetched < wanted; fetched++) ask_row(from + (int64_t)fetched * stride, stride);
  return fetched;
}

/// The offsets of a block in any fill mode.
CK_INLINE void find_offsets(int32_t *offsets, int32_t row, int32_t rows, int32_t first,
                            int32_t count, const ck_map *map, ck_shape shape, ck_fill fill,
                            int mirrors) {
  switch (fill) {
    case CK_NEAREST: find_nearest(offsets, row, rows, first, count, map, shape, mirrors); break;
    case CK_CONSTANT: find_constant(offsets, row, rows, first, count, map, shape, mirrors); break;
    case CK_REFLECT:
      if (is_near(row, rows, first, count, map, shape, fill))
        find_reflect_near(offsets, row, rows, first, count, map, shape, mirrors);
      else
        find_reflect(offsets, row, rows, first, count, map, shape, mirrors);
      break;
    case CK_WRAP:
      if (is_near(row, rows, first, count, map, shape, fill))
        find_wrap_near(offsets, row, rows, first, count, map, shape, mirrors);
      else
        find_wrap(offsets, row, rows, first, count, map, shape, mirrors);
      break;
    case CK_REFLECT_2016:
      find_reflect_2016(offsets, row, rows, first, count, map, shape, mirrors);
      break;
  }
}

/// Any map: offsets, then pixels, block by block: whole rows, as many as there is room for, or
/// parts of one row. `mirrors` and `range` as in warp_bilinear.
static CK_APART void warp_general(const float *restrict from, float *restrict to, ck_shape shape,
                                  const ck_map *map, ck_fill fill, float cval, const float *next,
                                  int mirrors, float *range) {
  int32_t offsets[CK_OFFSETS + CK_LANES];
  const int32_t channels = shape.channels, stride = shape.width * channels;
  const int32_t last = shape.height * stride - channels;
  const int32_t most = shape.width < CK_OFFSETS ? CK_OFFSETS / shape.width : 1;
  int32_t fetched = next && stride > 0 ? CK_AHEAD / stride : 0;
  ck_extent extent = no_extent();
  for (int32_t row = 0; row < shape.height; row += most) {
    const int32_t left = shape.height - row, rows = left < most ? left : most;
    for (int32_t k = 0; k < rows; k++) fetch_ahead(next, row + k, stride, CK_AHEAD);
    fetched = fetch_rows(from, row, fetched, shape, map);
    for (int32_t first = 0; first < shape.width; first += CK_OFFSETS) {
      const int32_t rest = shape.width - first, count = rest < CK_OFFSETS ? rest : CK_OFFSETS;
      const int32_t source = mirrors ? rest - count : first, pixels = rows * count;
      find_offsets(offsets, row, rows, source, count, map, shape, fill, mirrors);
      float *block = to + (int64_t)row * stride + first * channels;
      if (has_holes(fill))
        fetch_with_holes(from, block, offsets, pixels, channels, last, cval);
      else
        fetch_all(from, block, offsets, pixels, channels, last);
      if (range) widen(&extent, block, (int64_t)pixels * channels);
    }
  }
  if (range) close_extent(&extent, &range[0], &range[1]);
}

/// One pixel `count` > 0 times, or cval where `offset` is a hole.
CK_INLINE void repeat(const float *restrict from, float *restrict to, int32_t offset,
                      int32_t count, int32_t channels, float cval) {
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

/// The columns of a map without shear or turn, where they are one unbroken run with clamped ends, as
/// after a shift: columns [0, run) repeat the first source, [run, tail) go on pixel by pixel,
/// [tail, count) repeat the last one.
typedef struct {
  int32_t first, last, run, tail, count;
  int is_unbroken;
} ck_run;

CK_INLINE ck_run find_unbroken(const int32_t *offsets, int32_t count, int32_t channels) {
  int32_t run = 0;
  while (run + 1 < count && offsets[run + 1] == offsets[0]) run++;
  if (offsets[run] == CK_HOLE && run + 1 < count) run++;
  int32_t tail = run + 1;
  while (tail < count && offsets[tail - 1] != CK_HOLE &&
         offsets[tail] == offsets[tail - 1] + channels)
    tail++;
  int32_t over = tail;
  while (over < count && offsets[over] == offsets[count - 1]) over++;
  const int is_unbroken = over == count && offsets[run] != CK_HOLE;
  return (ck_run){offsets[0], offsets[count - 1], run, tail, count, is_unbroken};
}

/// The repeated ends of a row.
CK_INLINE void repeat_ends(const float *restrict source, float *restrict line, const ck_run *run,
                           int32_t channels, float cval) {
  if (run->run > 0) repeat(source, line, run->first, run->run, channels, cval);
  if (run->tail < run->count)
    repeat(source, line + run->tail * channels, run->last, run->count - run->tail, channels, cval);
}

/// Rows [top, bottom] of a picture that was only shifted, whose sources adjoin: one copy from the first
/// pixel to the last, then the ends of the rows, which it has filled with their neighbours'.
static CK_APART void move_rows(const float *restrict source, float *restrict to, int32_t top,
                               int32_t bottom, const ck_run *run, int32_t middle, ck_shape shape,
                               int mirrors, const float *next, ck_extent *extent) {
  const int32_t channels = shape.channels, stride = shape.width * channels;
  float *line = to + (int64_t)top * stride;
  for (int32_t row = top; row <= bottom; row++, source += stride, line += stride) {
    fetch_ahead(next, row, stride, CK_AHEAD);
    // But for the last one, a whole row's length: its end goes on with the start of the next one.
    move(source + middle, line + run->run * channels,
         row < bottom ? stride : (int64_t)(run->tail - run->run) * channels);
    repeat_ends(source, line, run, channels, 0);
    if (extent) widen(extent, line, stride);
    // Turned two rows behind: at once, its loads would wait for the stores just made.
    if (mirrors && row > top + 1) turn_row(line - 2 * stride, shape.width, channels);
  }
  for (int32_t row = bottom - 1 < top ? top : bottom - 1; mirrors && row <= bottom; row++)
    turn_row(to + (int64_t)row * stride, shape.width, channels);
}

/// A picture that was only shifted, in `nearest`; returns 0 if it is not one.
CK_INLINE int warp_shifted(const float *restrict from, float *restrict to, ck_shape shape,
                           const ck_map *map, const ck_run *run, int32_t middle, int mirrors,
                           const float *next, ck_extent *extent) {
  if (!run->is_unbroken || run->count != shape.width || map->row_row != 1) return 0;
  const int32_t stride = shape.width * shape.channels;
  const double height = shape.height;
  int32_t top = 0, bottom = shape.height - 1;
  const int32_t above = tap(map->row_offset, height, CK_NEAREST);
  const int32_t below = tap(map->row_offset + (double)bottom * map->row_row, height, CK_NEAREST);
  while (top < bottom && tap(map->row_offset + (double)(top + 1), height, CK_NEAREST) == above) top++;
  while (bottom > top && tap(map->row_offset + (double)(bottom - 1), height, CK_NEAREST) == below)
    bottom--;
  if (below - above != bottom - top) return 0;
  move_rows(from + (int64_t)above * stride, to, top, bottom, run, middle, shape, mirrors, next,
            extent);
  for (int32_t row = 0; row < shape.height; row++) {
    if (row >= top && row <= bottom) continue;
    fetch_ahead(next, row, stride, CK_AHEAD);
    move(to + (int64_t)(row < top ? top : bottom) * stride, to + (int64_t)row * stride, stride);
  }
  return 1;
}

/// A map without shear or turn: rows and columns are found apart from each other, which gives the
/// same coordinates, because column * 0 adds nothing. Where the columns are one unbroken run, rows are
/// moved whole. `mirrors` and `range` as in warp_bilinear.
CK_INLINE void warp_separable(const float *restrict from, float *restrict to, ck_shape shape,
                              const ck_map *map, ck_fill fill, float cval, const float *next,
                              int mirrors, float *range) {
  int32_t offsets[CK_COLUMNS];
  const int32_t channels = shape.channels, stride = shape.width * channels;
  const int32_t end = shape.height * stride - channels;
  const double height = shape.height;
  // Parts of wider rows can't be turned one by one.
  const int turns = mirrors && shape.width <= CK_COLUMNS;
  ck_extent extent = no_extent();
  for (int32_t first = 0; first < shape.width; first += CK_COLUMNS) {
    const int32_t rest = shape.width - first, count = rest < CK_COLUMNS ? rest : CK_COLUMNS;
    find_columns(offsets, first, count, map, shape, fill);
    const ck_run run = find_unbroken(offsets, count, channels);
    const int32_t middle = offsets[run.run];
    if (fill == CK_NEAREST && warp_shifted(from, to, shape, map, &run, middle, turns, next,
                                           range ? &extent : 0))
      break;
    for (int32_t row = 0; row < shape.height; row++) {
      if (first == 0) fetch_ahead(next, row, stride, CK_AHEAD);
      const double v = map->row_offset + (double)row * map->row_row;
      float *line = to + (int64_t)row * stride + first * channels;
      if (has_holes(fill) && !inside(v, height, fill)) {
        fill_values(line, (int64_t)count * channels, cval);
        if (range) widen(&extent, line, (int64_t)count * channels);
        continue;
      }
      const int32_t start = tap(v, height, fill) * stride;
      const float *source = from + start;
      if (run.is_unbroken) {
        repeat_ends(source, line, &run, channels, cval);
        move(source + middle, line + run.run * channels,
             (int64_t)(run.tail - run.run) * channels);
      } else {
        fetch_with_holes(source, line, offsets, count, channels, end - start, cval);
      }
      if (turns) turn_row(line, count, channels);
      if (range) widen(&extent, line, (int64_t)count * channels);
    }
  }
  for (int32_t row = 0; mirrors && !turns && row < shape.height; row++)
    turn_row(to + (int64_t)row * stride, shape.width, channels);
  if (range) close_extent(&extent, &range[0], &range[1]);
}

#define CK_SEPARABLE(name, fill)                                                               \
  static CK_APART void name(const float *restrict from, float *restrict to, ck_shape shape,    \
                            const ck_map *map, float cval, const float *next, int mirrors,     \
                            float *range) {                                                    \
    warp_separable(from, to, shape, map, fill, cval, next, mirrors, range);                    \
  }
CK_SEPARABLE(separable_nearest, CK_NEAREST)
CK_SEPARABLE(separable_constant, CK_CONSTANT)
CK_SEPARABLE(separable_reflect, CK_REFLECT)
CK_SEPARABLE(separable_wrap, CK_WRAP)
CK_SEPARABLE(separable_reflect_2016, CK_REFLECT_2016)
#undef CK_SEPARABLE

static void warp_nearest(const float *from, float *to, ck_shape shape, const ck_map *map,
                         ck_fill fill, float cval, const float *next, int32_t mirrors,
                         float *range) {
  if (map->row_column != 0 || map->column_row != 0) {
    warp_general(from, to, shape, map, fill, cval, next, mirrors, range);
    return;
  }
  switch (fill) {
    case CK_NEAREST: separable_nearest(from, to, shape, map, cval, next, mirrors, range); break;
    case CK_CONSTANT: separable_constant(from, to, shape, map, cval, next, mirrors, range); break;
    case CK_REFLECT: separable_reflect(from, to, shape, map, cval, next, mirrors, range); break;
    case CK_WRAP: separable_wrap(from, to, shape, map, cval, next, mirrors, range); break;
    case CK_REFLECT_2016:
      separable_reflect_2016(from, to, shape, map, cval, next, mirrors, range);
      break;
  }
}
