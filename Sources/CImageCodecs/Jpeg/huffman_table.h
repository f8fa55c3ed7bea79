// The look-up tables of baseline JPEG's Huffman codes, each made from one of libjpeg's.
#ifndef CI_HUFFMAN_TABLE_H
#define CI_HUFFMAN_TABLE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <jpeglib.h>

/// Bits of a look-up: more would give more pairs, and tables that the first cache has no room for.
enum { look_up_bits = 10, look_ups = 1 << look_up_bits };
/// Steps along a block that end it.
enum { block_end = 128 };
/// Steps that no block has, and what stands for a code that no look-up gives.
enum { no_steps = 255, no_pair = no_steps << 16 };

/// A code of a table and the value behind it. From bit 0: the length of both (6 bits), the code's length
/// (5), the value's (4), and the steps along the block (8). 0 is no such code.
typedef uint32_t ci_huffman_code;

enum { whole_length = 63 };
static inline int code_length(ci_huffman_code c) { return (int)(c >> 6 & 31); }
static inline int value_length(ci_huffman_code c) { return (int)(c >> 11 & 15); }
static inline unsigned steps_of(ci_huffman_code c) { return c >> 15; }

/// The tables made from one of libjpeg's.
typedef struct {
  /// The codes that a look-up can give, by the bits that begin with them.
  ci_huffman_code codes[look_ups];
  /// One or two values of a block by the bits that begin with them; of AC tables only. From bit 0: the
  /// length of both (6 bits), the first one's code and value as in `ci_huffman_code` (9), the steps to it
  /// from bit 16 on and from there to the second one from bit 24 on (8 each), the length of the first alone
  /// from bit 32 on, and the second one's value from bit 48 on. The first one's bits may lie behind the
  /// look-up's. `no_pair` where there is none.
  uint64_t pairs[look_ups];
  /// For the longer codes of each length: the greatest, or -1, and its place among the symbols less the
  /// code.
  int32_t greatest[17], place[17];
  /// The table that all of this was made from.
  JHUFF_TBL from;
  int is_dc, is_made;
} ci_huffman_table;

/// The value behind a code that is on top of `bits`: of its bits, those that begin with 0 stand for the
/// negative values.
static inline int32_t value_of(uint64_t bits, ci_huffman_code c) {
  const int length = value_length(c);
  const uint64_t rest = bits << code_length(c);
  const int32_t value = (int32_t)((rest >> 1) >> (63 - length));
  const int32_t is_negative = (int32_t)(rest >> 63) - 1;
  return value + (is_negative & (1 - (1 << length)));
}

/// Makes the tables, unless they are there already. Returns 0 for symbols that baseline doesn't have.
int ci_huffman_make_table(ci_huffman_table *t, const JHUFF_TBL *from, int is_dc);

/// A code that is longer than a look-up, on top of `bits`; 0 if there is none.
ci_huffman_code ci_huffman_find_long(const ci_huffman_table *t, uint64_t bits);

#endif
