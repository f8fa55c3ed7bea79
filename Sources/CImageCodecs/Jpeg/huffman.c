// Baseline JPEG's Huffman codes: libjpeg-turbo's coefficients in fewer steps.
//
// libjpeg looks up a code, then takes its value's bits, one after the other; here one look-up of ten bits
// gives up to two values of a block and their places, and the length of both, on which alone the next
// look-up waits. Longer codes are found one by one. It makes no values up: libjpeg decodes a damaged picture
// anew, and its messages and pixels count.
//
// Source: ITU-T T.81, annexes C and F; what it leaves open is as libjpeg-turbo 2.1.5 does it.
#include "huffman.h"
#include "huffman_block.h"
#include "scan_index.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jerror.h>

#if LIBJPEG_TURBO_VERSION_NUMBER == 2001005
#define CI_HAS_HUFFMAN 1
#include <jpegint.h>
#else
#define CI_HAS_HUFFMAN 0
#endif

/// Columns that a block is decoded to.
#if JPEG_LIB_VERSION >= 70
#define CI_BLOCK_WIDTH(jpeg) (jpeg)->min_DCT_h_scaled_size
#else
#define CI_BLOCK_WIDTH(jpeg) (jpeg)->min_DCT_scaled_size
#endif

/// Blocks of an MCU times values of a block times the bits of one, in bytes, and what is read ahead: as far
/// behind the end as an MCU that begins before it can be read.
enum { behind_end = D_MAX_BLOCKS_IN_MCU * DCTSIZE2 * 31 / 8 + 16 };
/// A buffer of more bytes isn't kept for the next picture.
enum { most_kept = 4 << 20 };

struct ci_huffman {
  ci_huffman_table tables[2][NUM_HUFF_TBLS];
  /// The scan without the zeros that JPEG writes behind bytes of 255.
  uint8_t *bytes;
  size_t room;
  /// The places in the scan that is being decoded, as many as other visits found, and then those found in
  /// this one; of no use if it has no key.
  ci_scan_index index;
};

int ci_huffman_is_built(void) { return CI_HAS_HUFFMAN; }

ci_huffman *ci_huffman_make(void) { return calloc(1, sizeof(ci_huffman)); }

void ci_huffman_free(ci_huffman *huffman) {
  if (!huffman) return;
  free(huffman->bytes);
  free(huffman);
}

#if CI_HAS_HUFFMAN

/// The decoder that libjpeg calls for each MCU, in the place of its own.
typedef struct {
  struct jpeg_entropy_decoder pub;
  ci_huffman *huffman;
  /// The scan, how far it has been read, and bits that were read and not used, the next one on top.
  const uint8_t *bytes, *next;
  size_t count;
  uint64_t bits;
  int left;
  int blocks;
  const ci_huffman_table *dc[D_MAX_BLOCKS_IN_MCU], *ac[D_MAX_BLOCKS_IN_MCU];
  uint8_t component[D_MAX_BLOCKS_IN_MCU];
  int32_t last_dc[MAX_COMPS_IN_SCAN];
  /// The MCU's place in its row, and the places that coefficients are wanted for.
  JDIMENSION column, columns, first, end;
  /// MCUs that libjpeg has had, and those before which `next` and `bits` are.
  uint32_t passed, decoded;
  /// NULL where no places are kept.
  ci_scan_index *index;
} decoder;

/// The blocks of one MCU.
static inline __attribute__((always_inline)) int decode_blocks(
    decoder *self, JBLOCKROW *data, int is_wanted) {
  reader r = {self->bits, self->left, self->next};
  for (int b = 0; b < self->blocks; b++) {
    const ci_huffman_table *t = self->dc[b];
    refill(&r);
    ci_huffman_code c = t->codes[r.bits >> (64 - look_up_bits)];
    if (__builtin_expect(!c, 0) && !(c = ci_huffman_find_long(t, r.bits))) return 0;
    const int32_t dc = self->last_dc[self->component[b]] + value_of(r.bits, c);
    // More than a coefficient holds; libjpeg decodes such a picture.
    if (dc != (JCOEF)dc) return 0;
    self->last_dc[self->component[b]] = dc;
    use(&r, c & whole_length);
    JCOEF *block = is_wanted ? *data[b] : NULL;
    if (!decode_values(&r, self->ac[b], block, is_wanted)) return 0;
    if (is_wanted) block[0] = (JCOEF)dc;
  }
  // No bit may come from behind the end.
  if ((size_t)(r.next - self->bytes) * 8 > self->count * 8 + (size_t)r.left) return 0;
  self->bits = r.bits, self->left = r.left, self->next = r.next;
  return 1;
}

#if defined(__x86_64__)
#define CI_SHIFTS __attribute__((noinline, target("bmi2")))
static int has_shifts(void) { return __builtin_cpu_supports("bmi2"); }
#else
#define CI_SHIFTS __attribute__((noinline))
static int has_shifts(void) { return 1; }
#endif

static CI_SHIFTS int decode_wanted(decoder *self, JBLOCKROW *data) {
  return decode_blocks(self, data, 1);
}

static CI_SHIFTS int decode_unwanted(decoder *self) { return decode_blocks(self, NULL, 0); }

/// Remembers the place before the next MCU, if it is the first behind the known ones.
static inline void note_place(decoder *self) {
  ci_scan_index *index = self->index;
  if (!index || self->decoded != index->count * ci_scan_step) return;
  if (index->count == ci_most_places) return;
  ci_scan_place *place = &index->places[index->count++];
  place->bit = (uint32_t)((size_t)(self->next - self->bytes) * 8 - (size_t)self->left);
  for (int i = 0; i < MAX_COMPS_IN_SCAN; i++) place->dc[i] = (int16_t)self->last_dc[i];
}

/// Goes on at the last known place before the next MCU, if that is ahead.
static void jump(decoder *self) {
  const ci_scan_index *index = self->index;
  uint32_t known = self->passed / ci_scan_step;
  if (known >= index->count) known = index->count - 1;
  if (known * ci_scan_step <= self->decoded) return;
  const ci_scan_place *place = &index->places[known];
  reader r = {0, 0, self->bytes + place->bit / 8};
  refill(&r);
  use(&r, place->bit % 8);
  self->bits = r.bits, self->left = r.left, self->next = r.next;
  self->decoded = known * ci_scan_step;
  for (int i = 0; i < MAX_COMPS_IN_SCAN; i++) self->last_dc[i] = place->dc[i];
}

/// Whether another visit decoded the next MCU without a fault, and there is a place behind it.
static inline int is_known(const decoder *self) {
  return self->index && self->passed + ci_scan_step < self->index->count * ci_scan_step;
}

static int decode_next(decoder *self, JBLOCKROW *data) {
  note_place(self);
  self->decoded++;
  return data ? decode_wanted(self, data) : decode_unwanted(self);
}

static boolean decode_mcu(j_decompress_ptr jpeg, JBLOCKROW *data) {
  decoder *self = (decoder *)jpeg->entropy;
  const int is_wanted = data && self->column >= self->first && self->column < self->end;
  if (++self->column == self->columns) self->column = 0;
  if (is_wanted || !is_known(self)) {
    if (self->decoded < self->passed) jump(self);
    int is_fine = 1;
    while (is_fine && self->decoded < self->passed) is_fine = decode_next(self, NULL);
    if (!is_fine || !decode_next(self, is_wanted ? data : NULL)) ERREXIT(jpeg, JERR_NOTIMPL);
  }
  self->passed++;
  return TRUE;
}

static int is_baseline(j_decompress_ptr jpeg) {
  return !jpeg->progressive_mode && !jpeg->arith_code && !jpeg->restart_interval
         && !jpeg->buffered_image && jpeg->data_precision == 8
         && jpeg->comps_in_scan == jpeg->num_components && jpeg->Ss == 0
         && jpeg->Se == DCTSIZE2 - 1 && jpeg->Ah == 0 && jpeg->Al == 0;
}

static int find_tables(decoder *self, j_decompress_ptr jpeg) {
  self->blocks = jpeg->blocks_in_MCU;
  for (int b = 0; b < self->blocks; b++) {
    const int component = jpeg->MCU_membership[b];
    const jpeg_component_info *info = jpeg->cur_comp_info[component];
    const JHUFF_TBL *dc = jpeg->dc_huff_tbl_ptrs[info->dc_tbl_no];
    const JHUFF_TBL *ac = jpeg->ac_huff_tbl_ptrs[info->ac_tbl_no];
    ci_huffman_table *dc_table = &self->huffman->tables[0][info->dc_tbl_no];
    ci_huffman_table *ac_table = &self->huffman->tables[1][info->ac_tbl_no];
    if (!dc || !ac || !ci_huffman_make_table(dc_table, dc, 1)
        || !ci_huffman_make_table(ac_table, ac, 0)) {
      return 0;
    }
    self->dc[b] = dc_table, self->ac[b] = ac_table;
    self->component[b] = (uint8_t)component;
  }
  return 1;
}

static int reserve(ci_huffman *huffman, size_t room) {
  if (huffman->room >= room && huffman->room <= most_kept) return 1;
  free(huffman->bytes);
  huffman->bytes = malloc(room);
  huffman->room = huffman->bytes ? room : 0;
  return huffman->bytes != NULL;
}

/// Takes the zeros out of the scan. Returns 0 if it doesn't end with a marker or if there is another one
/// in it.
static int find_bytes(decoder *self, j_decompress_ptr jpeg) {
  const uint8_t *from = jpeg->src->next_input_byte, *end = from + jpeg->src->bytes_in_buffer;
  if (!reserve(self->huffman, jpeg->src->bytes_in_buffer + behind_end)) return 0;
  uint8_t *to = self->huffman->bytes;
  for (;;) {
    const uint8_t *found = memchr(from, 0xff, (size_t)(end - from));
    if (!found || found + 1 >= end) return 0;
    memcpy(to, from, (size_t)(found - from));
    to += found - from;
    from = found + 2;
    if (found[1] == 0) {
      *to++ = 0xff;
      continue;
    }
    // Restart markers, and bytes of 255 before a marker.
    if (found[1] == 0xff || (found[1] >= 0xd0 && found[1] <= 0xd7)) return 0;
    break;
  }
  memset(to, 0, behind_end);
  self->bytes = self->next = self->huffman->bytes;
  self->count = (size_t)(to - self->bytes);
  return 1;
}

/// Takes the places that other visits found; those of damaged files aren't kept, but the scan might be
/// another one's of the same key, whose places must not lie behind its end.
static void find_places(decoder *self, const ci_whole_file *file) {
  ci_scan_index *index = &self->huffman->index;
  index->count = 0;
  if (!file || self->count > UINT32_MAX / 8) return;
  ci_find_places(index, file->bytes, file->count);
  for (uint32_t i = 0; i < index->count; i++) {
    if (index->places[i].bit > self->count * 8) index->count = i;
  }
  self->index = index;
}

void ci_huffman_keep(const ci_huffman *huffman) { ci_keep_places(&huffman->index); }

int ci_huffman_take_over(
    ci_huffman *huffman, j_decompress_ptr jpeg, const ci_whole_file *file, JDIMENSION left,
    JDIMENSION right) {
  if (!huffman || !has_shifts() || !is_baseline(jpeg)) return 0;
  decoder *self = jpeg->mem->alloc_small((j_common_ptr)jpeg, JPOOL_IMAGE, sizeof *self);
  memset(self, 0, sizeof *self);
  self->huffman = huffman;
  if (!find_tables(self, jpeg) || !find_bytes(self, jpeg)) return 0;
  // A single component's MCU is one block, whatever its sampling factors say.
  const int across = jpeg->comps_in_scan == 1 ? 1 : jpeg->max_h_samp_factor;
  const JDIMENSION width = (JDIMENSION)(across * CI_BLOCK_WIDTH(jpeg));
  self->columns = jpeg->MCUs_per_row;
  find_places(self, file);
  self->first = left / width;
  self->end = (right + width - 1) / width;
  self->pub = *jpeg->entropy;
  self->pub.decode_mcu = decode_mcu;
  jpeg->entropy = &self->pub;
  return 1;
}

#else

int ci_huffman_take_over(
    ci_huffman *huffman, j_decompress_ptr jpeg, const ci_whole_file *file, JDIMENSION left,
    JDIMENSION right) {
  (void)huffman, (void)jpeg, (void)file, (void)left, (void)right;
  return 0;
}

void ci_huffman_keep(const ci_huffman *huffman) { (void)huffman; }

#endif
