#include "huffman_table.h"

#include <string.h>

static ci_huffman_code make_code(int length, int symbol, int is_dc) {
  const int size = is_dc ? symbol : symbol & 15, run = symbol >> 4;
  const int steps = is_dc ? 0 : size == 0 && run != 15 ? block_end : run + 1;
  return (ci_huffman_code)(length + size | length << 6 | size << 11 | steps << 15);
}

/// Puts pairs of values into a table of AC codes.
static void make_pairs(ci_huffman_table *t) {
  for (uint32_t bits = 0; bits < look_ups; bits++) {
    const ci_huffman_code first = t->codes[bits];
    const uint32_t length = first & whole_length;
    t->pairs[bits] = no_pair;
    if (!first) continue;
    // Behind a block's end there are other codes.
    const uint32_t rest = bits << length & (look_ups - 1);
    const ci_huffman_code second =
        length < look_up_bits && steps_of(first) < block_end ? t->codes[rest] : 0;
    uint64_t both = length, steps = 0;
    int32_t next = 0;
    if (second && (second & whole_length) <= look_up_bits - length) {
      both += second & whole_length;
      steps = steps_of(second);
      next = value_of((uint64_t)rest << (64 - look_up_bits), second);
    }
    t->pairs[bits] = both | (uint64_t)code_length(first) << 6 | (uint64_t)value_length(first) << 11
                     | (uint64_t)steps_of(first) << 16 | steps << 24 | (uint64_t)length << 32
                     | (uint64_t)(uint16_t)next << 48;
  }
}

int ci_huffman_make_table(ci_huffman_table *t, const JHUFF_TBL *from, int is_dc) {
  if (t->is_made && t->is_dc == is_dc && memcmp(t->from.bits, from->bits, sizeof from->bits) == 0
      && memcmp(t->from.huffval, from->huffval, sizeof from->huffval) == 0) {
    return 1;
  }
  t->is_made = 0;
  memset(t->codes, 0, sizeof t->codes);
  int32_t next = 0, symbol = 0;
  for (int length = 1; length <= 16; length++, next <<= 1) {
    t->place[length] = symbol - next;
    for (int i = 0; i < from->bits[length]; i++, symbol++, next++) {
      if (symbol > 255 || next >= 1 << length) return 0;
      if (is_dc && from->huffval[symbol] > 11) return 0;
      if (length > look_up_bits) continue;
      const ci_huffman_code c = make_code(length, from->huffval[symbol], is_dc);
      ci_huffman_code *first = t->codes + ((size_t)next << (look_up_bits - length));
      for (int k = 0; k < 1 << (look_up_bits - length); k++) first[k] = c;
    }
    t->greatest[length] = from->bits[length] ? next - 1 : -1;
  }
  if (!is_dc) make_pairs(t);
  t->from = *from;
  t->is_dc = is_dc;
  t->is_made = 1;
  return 1;
}

ci_huffman_code ci_huffman_find_long(const ci_huffman_table *t, uint64_t bits) {
  for (int length = look_up_bits + 1; length <= 16; length++) {
    const int32_t found = (int32_t)(bits >> (64 - length));
    if (found <= t->greatest[length]) {
      return make_code(length, t->from.huffval[(found + t->place[length]) & 255], t->is_dc);
    }
  }
  return 0;
}
