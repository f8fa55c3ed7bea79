// Pixels from any places; included once for each level.

CK_INLINE void sample_filled(const float *restrict from, float *restrict to, ck_shape shape,
                             const double *rows, const double *columns, int32_t order, int fill,
                             float cval) {
  ck_corners corners;
  const int32_t channels = shape.channels, stride = shape.width * channels;
  const int32_t last = shape.height * stride - channels, pixels = shape.height * shape.width;
  const double height = shape.height, width = shape.width;
  for (int32_t first = 0; first < pixels; first += CK_TILE) {
    const int32_t rest = pixels - first, count = rest < CK_TILE ? rest : CK_TILE;
    float *block = to + (int64_t)first * channels;
    if (order == 0) {
      for (int32_t i = 0; i < count; i++) {
        const double v = rows[first + i], w = columns[first + i];
        const int32_t offset = tap(v, height, fill) * stride + tap(w, width, fill) * channels;
        const int shows = !has_holes(fill) || (inside(v, height, fill) & inside(w, width, fill));
        corners.offset[i] = shows ? offset : CK_HOLE;
      }
      fetch_with_holes(from, block, corners.offset, count, channels, last, cval);
    } else {
      for (int32_t i = 0; i < count; i++)
        set_corner(&corners, i, rows[first + i], columns[first + i], shape, fill);
      if (channels == 3) blend_threes_with_holes(from, block, &corners, count, last, cval);
      else blend_any(from, block, &corners, count, channels, cval);
    }
  }
}

#define CK_SAMPLER(name, fill)                                                              \
  static CK_APART void name(const float *from, float *to, ck_shape shape,                   \
                            const double *rows, const double *columns, int32_t order,       \
                            float cval) {                                                   \
    sample_filled(from, to, shape, rows, columns, order, fill, cval);                       \
  }
CK_SAMPLER(sample_nearest, CK_NEAREST)
CK_SAMPLER(sample_constant, CK_CONSTANT)
CK_SAMPLER(sample_reflect, CK_REFLECT)
CK_SAMPLER(sample_wrap, CK_WRAP)
CK_SAMPLER(sample_reflect_2016, CK_REFLECT_2016)
#undef CK_SAMPLER

static void sample(const float *from, float *to, ck_shape shape, const double *rows,
                   const double *columns, int32_t order, ck_fill fill, float cval) {
  switch (fill) {
    case CK_NEAREST: sample_nearest(from, to, shape, rows, columns, order, cval); break;
    case CK_CONSTANT: sample_constant(from, to, shape, rows, columns, order, cval); break;
    case CK_REFLECT: sample_reflect(from, to, shape, rows, columns, order, cval); break;
    case CK_WRAP: sample_wrap(from, to, shape, rows, columns, order, cval); break;
    case CK_REFLECT_2016: sample_reflect_2016(from, to, shape, rows, columns, order, cval); break;
  }
}
