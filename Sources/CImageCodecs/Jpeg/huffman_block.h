// The values of one block of baseline JPEG, from a scan without the zeros behind bytes of 255.
#ifndef CI_HUFFMAN_BLOCK_H
#define CI_HUFFMAN_BLOCK_H

#include "huffman_table.h"

#include <string.h>

/// Where values belong in a block, in the order of the scan. A place behind the block's end is 0, whose
/// value is written last.
static const uint8_t order[512] = {
    0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,  12, 19, 26, 33, 40, 48,
    41, 34, 27, 20, 13, 6,  7,  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23,
    30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63};

static inline uint64_t load_big_endian(const uint8_t *bytes) {
  uint64_t value;
  memcpy(&value, bytes, sizeof value);
  return __builtin_bswap64(value);
}

/// Bits on their way from the scan into a block.
typedef struct {
  uint64_t bits;
  int left;
  const uint8_t *next;
} reader;

/// Leaves at least 56 bits.
static inline __attribute__((always_inline)) void refill(reader *r) {
  r->bits |= load_big_endian(r->next) >> r->left;
  r->next += (63 - r->left) >> 3;
  r->left |= 56;
}

static inline __attribute__((always_inline)) void use(reader *r, unsigned count) {
  r->bits <<= count;
  r->left -= (int)count;
}

/// One value by itself, whose code may be long: up to 31 bits. Returns the place it leads to; 64 where
/// there is no such code.
static __attribute__((noinline)) unsigned decode_one(
    reader *r, const ci_huffman_table *t, unsigned k, JCOEF *block, int is_wanted) {
  refill(r);
  ci_huffman_code c = t->codes[r->bits >> (64 - look_up_bits)];
  if (!c && !(c = ci_huffman_find_long(t, r->bits))) return DCTSIZE2;
  k += steps_of(c);
  if (is_wanted && k < DCTSIZE2) block[order[k]] = (JCOEF)value_of(r->bits, c);
  use(r, c & whole_length);
  return k;
}

/// The values of one block behind its first; 0 if they can't be decoded. A refill gives two look-ups' bits.
/// Each has one branch, for everything that is out of the way.
static inline __attribute__((always_inline)) int decode_values(
    reader *r, const ci_huffman_table *t, JCOEF *block, int is_wanted) {
  unsigned place = 0, first = 0;
  uint64_t before = 0, pair = 0;
  for (;;) {
    refill(r);
#define CI_LOOK_UP                                                        \
  before = r->bits;                                                       \
  pair = t->pairs[before >> (64 - look_up_bits)];                         \
  r->bits = before << (pair & 63);                                        \
  r->left -= (int)(pair & 63);                                            \
  first = place + (unsigned)(pair >> 16 & 255);                           \
  place = first + (unsigned)(pair >> 24 & 255);                           \
  if (is_wanted) {                                                        \
    block[order[place]] = (JCOEF)(pair >> 48);                            \
    block[order[first]] = (JCOEF)value_of(before, (ci_huffman_code)pair); \
  }                                                                       \
  if (place >= DCTSIZE2 - 1) goto stops;
    CI_LOOK_UP CI_LOOK_UP
#undef CI_LOOK_UP
    continue;
  stops:
    if (pair == no_pair) {
      // A copy's address is given away, so that the reader itself can stay in registers.
      reader copy = *r;
      first = place = decode_one(&copy, t, place - no_steps, block, is_wanted);
      *r = copy;
      if (place < DCTSIZE2 - 1) continue;
    } else if (first == DCTSIZE2 - 1) {
      // The block ends with the first of the two; what was taken for a second one is another block's.
      r->bits = before << (pair >> 32 & 63);
      r->left += (int)(pair & 63) - (int)(pair >> 32 & 63);
      place = first;
    }
    // A value behind the last place, even with an end of the block behind it, is none that there may be.
    return place == DCTSIZE2 - 1 || (place >= block_end && (first < DCTSIZE2 || first >= block_end));
  }
}

#endif
