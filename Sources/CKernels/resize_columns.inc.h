// The columns of a part that is brought to a size, planned once for all of its rows; included once for
// each level.
//
// A value of the result is taken from two of a row, `first * (1 - weight) + second * weight`, in float32.

/// Bytes behind a row, for vectors that read further than its last value.
#define CK_BEHIND 32

#ifdef CK_MASKED_LOADS
/// Sixteen values of the result: the place of the first one's first tap, the places of both taps from
/// there on, and the weights. `is_near` if all taps lie in two vectors from that place on.
typedef struct {
  int32_t first[16], second[16];
  float weights[16];
  int32_t place, is_near;
} ck_planned;

/// Values that one ck_planned is for.
#define CK_PLANNED_VALUES 16

CK_INLINE void plan_values(ck_planned *planned, int32_t start, const int32_t *taps,
                           const float *weights, int32_t count, int32_t last) {
  planned->place = taps[start / 3] * 3;
  int32_t farthest = 0;
  for (int32_t k = 0; k < CK_PLANNED_VALUES; k++) {
    const int32_t value = start + k < count ? start + k : count - 1, pixel = value / 3;
    const int32_t first = taps[pixel] * 3 + value % 3 - planned->place;
    const int32_t second = first + (taps[pixel] < last ? 3 : 0);
    planned->first[k] = first, planned->second[k] = second;
    planned->weights[k] = weights[pixel];
    farthest = second > farthest ? second : farthest;
  }
  planned->is_near = farthest < 32;
}

CK_INLINE void blend_values(const float *row, float *to, const ck_planned *planned, int32_t count) {
  const float *from = row + planned->place;
  const __m512i first = _mm512_loadu_si512(planned->first);
  const __m512i second = _mm512_loadu_si512(planned->second);
  const __m512 weight = _mm512_loadu_ps(planned->weights);
  __m512 a, b;
  if (__builtin_expect(planned->is_near, 1)) {
    const __m512 low = _mm512_loadu_ps(from), high = _mm512_loadu_ps(from + 16);
    a = _mm512_permutex2var_ps(low, first, high);
    b = _mm512_permutex2var_ps(low, second, high);
  } else {
    a = _mm512_i32gather_ps(first, from, 4);
    b = _mm512_i32gather_ps(second, from, 4);
  }
  const __m512 sum =
      _mm512_add_ps(_mm512_mul_ps(a, _mm512_sub_ps(_mm512_set1_ps(1), weight)),
                    _mm512_mul_ps(b, weight));
  if (count >= CK_PLANNED_VALUES) _mm512_storeu_ps(to, sum);
  else _mm512_mask_storeu_ps(to, (__mmask16)((1u << count) - 1), sum);
}
#else
/// Two pixels of the result, through vectors of four values each, whose fourth is overwritten by the next
/// pixel: where their taps are, and what these weigh.
typedef struct {
  float rests[8], weights[8];
  int32_t first[2], second[2];
} ck_planned;

/// Values that one ck_planned is for.
#define CK_PLANNED_VALUES 6

CK_INLINE void plan_values(ck_planned *planned, int32_t start, const int32_t *taps,
                           const float *weights, int32_t count, int32_t last) {
  for (int32_t k = 0; k < 2; k++) {
    const int32_t next = start / 3 + k, pixel = next < count / 3 ? next : count / 3 - 1;
    planned->first[k] = taps[pixel] * 3;
    planned->second[k] = planned->first[k] + (taps[pixel] < last ? 3 : 0);
    for (int32_t lane = 4 * k; lane < 4 * k + 4; lane++) {
      planned->weights[lane] = weights[pixel];
      planned->rests[lane] = 1 - weights[pixel];
    }
  }
}

/// Two vectors of four, one behind the other.
CK_INLINE void load_two(const float *row, const int32_t *places, ck_f8 *values) {
  *values = __builtin_shufflevector(*(const ck_f4 *)(row + places[0]),
                                    *(const ck_f4 *)(row + places[1]), 0, 1, 2, 3, 4, 5, 6, 7);
}

CK_INLINE void blend_values(const float *row, float *to, const ck_planned *planned, int32_t count) {
  ck_f8 first, second;
  load_two(row, planned->first, &first);
  load_two(row, planned->second, &second);
  const ck_f8 sum =
      first * *(const ck_f8 *)planned->rests + second * *(const ck_f8 *)planned->weights;
  if (__builtin_expect(count > CK_PLANNED_VALUES, 1)) {
    *(ck_f4 *)to = __builtin_shufflevector(sum, sum, 0, 1, 2, 3);
    *(ck_f4 *)(to + 3) = __builtin_shufflevector(sum, sum, 4, 5, 6, 7);
    return;
  }
  for (int32_t k = 0; k < count; k++) to[k] = sum[k + k / 3];
}
#endif

static CK_APART void plan_row(ck_planned *plan, const int32_t *taps, const float *weights,
                              int32_t count, int32_t last) {
  for (int32_t start = 0; start < count; start += CK_PLANNED_VALUES, plan++)
    plan_values(plan, start, taps, weights, count, last);
}

/// A row of three channels, `count` values.
static CK_APART void blend_planned(const float *row, float *to, const ck_planned *plan,
                                   int32_t count) {
  for (; count > 0; count -= CK_PLANNED_VALUES, to += CK_PLANNED_VALUES, plan++)
    blend_values(row, to, plan, count);
}

/// A row of any channels.
static CK_APART void blend_columns(const float *row, float *to, const int32_t *taps,
                                   const float *weights, int32_t width, int32_t channels,
                                   int32_t last) {
  for (int32_t i = 0; i < width; i++, to += channels) {
    const float weight = weights[i], rest = 1 - weight;
    const float *first = row + taps[i] * channels, *second = first + (taps[i] < last ? channels : 0);
    for (int32_t k = 0; k < channels; k++) to[k] = first[k] * rest + second[k] * weight;
  }
}
