// Baseline JPEG's Huffman codes, decoded in libjpeg's place; not imported into Swift.
#ifndef HUFFMAN_H
#define HUFFMAN_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <jpeglib.h>

/// The tables and the memory that a thread keeps from picture to picture: 150 kB, and up to 4 MB of a file.
typedef struct ci_huffman ci_huffman;

/// A file in memory.
typedef struct {
  const uint8_t *bytes;
  size_t count;
} ci_whole_file;

/// NULL without memory.
ci_huffman *ci_huffman_make(void);
void ci_huffman_free(ci_huffman *huffman);

/// The calling thread's, freed when it ends; NULL where libjpeg's own decoder is to be used.
ci_huffman *ci_huffman_of_thread(void);

/// Takes the place of libjpeg's Huffman decoder where it can: baseline, one scan, no restart markers, the
/// version of libjpeg-turbo that it was tested with. To be called after jpeg_start_decompress. The coefficients
/// are libjpeg's; at any fault of the data, decoding ends with JERR_NOTIMPL, and the picture has to be
/// decoded again without it.
///
/// - file: To find the places that other visits kept, so that what isn't wanted is passed over; NULL for no
///   places.
/// - left, right: Columns of the result outside may get no coefficients.
/// - Returns whether it did.
int ci_huffman_take_over(
    ci_huffman *huffman, j_decompress_ptr jpeg, const ci_whole_file *file, JDIMENSION left,
    JDIMENSION right);

/// Keeps the places that were found in the file for other visits. To be called once all rows were decoded
/// without a fault.
void ci_huffman_keep(const ci_huffman *huffman);

/// Whether this file was built for the version of libjpeg that there is.
int ci_huffman_is_built(void);

#endif
