// Prefetching of the bilinear warp; included once for each level.
//
// It prefetches the rows of the picture that will be scanned (plain.inc.h), in their order, then
// the start of the next picture.

/// Bytes that are asked for with each pixel: a third more than a source pixel has, so that at the end
/// of a picture some is left for the next one.
#define CK_ASKED 16
/// Floats of the next picture that are asked for: those that are looked through at its very start.
#define CK_START 24576
/// How many floats ahead of those that are made the result's memory is asked for.
#define CK_WRITTEN_AHEAD 2048

/// The next bytes of this picture and of the next one that haven't been asked for, and the ends.
typedef struct {
  const char *here, *end, *next, *next_end;
} ck_ahead;

/// One past the lowest row that a map takes from.
CK_INLINE int32_t lowest_row(const ck_map *map, ck_shape shape) {
  const double down = map->row_row * (shape.height - 1);
  const double across = map->row_column * (shape.width - 1);
  const double lowest =
      map->row_offset + (down > 0 ? down : 0) + (across > 0 ? across : 0) + 2;
  return lowest > 0 && lowest < shape.height ? (int32_t)lowest : shape.height;
}

CK_INLINE ck_ahead ahead_of(const float *from, const float *next, const ck_map *map,
                            ck_shape shape) {
  const int64_t stride = (int64_t)shape.width * shape.channels, count = shape.height * stride;
  const int64_t start = count < CK_START ? count : CK_START;
  ck_ahead ahead;
  // The previous picture's warp has prefetched the start.
  ahead.here = (const char *)(from + start);
  ahead.end = (const char *)(from + lowest_row(map, shape) * stride);
  ahead.next = (const char *)(next ? next : from);
  ahead.next_end = ahead.next + (next ? 4 * start : 0);
  return ahead;
}

/// Where a block of pixels has to begin with what it asks for, CK_ASKED bytes each. `seen` is the end
/// of what has been looked through.
CK_INLINE const char *ask(ck_ahead *ahead, const float *seen, int32_t pixels) {
  const int64_t bytes = (int64_t)pixels * CK_ASKED;
  if (ahead->here < (const char *)seen) ahead->here = (const char *)seen;
  const int is_here = ahead->here < ahead->end;
  const char *start = is_here ? ahead->here : ahead->next;
  if (is_here) ahead->here += bytes;
  else if (ahead->next < ahead->next_end) ahead->next += bytes;
  return start;
}
