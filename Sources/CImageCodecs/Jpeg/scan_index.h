// Places in JPEG scans at which decoding can begin; not imported into Swift.
#ifndef SCAN_INDEX_H
#define SCAN_INDEX_H

#include <stddef.h>
#include <stdint.h>

/// MCUs from one place to the next: 1 kB for a picture of 500×375.
enum { ci_scan_step = 8 };

/// The most places of a picture: 32 768 MCUs, of 4:2:0 8 million pixels. MCUs behind are decoded each time.
enum { ci_most_places = 4096 };

/// The decoder's state before an MCU: the place of the next bit, and each component's last DC value.
typedef struct {
  uint32_t bit;
  int16_t dc[4];
} ci_scan_place;

/// Places before the MCUs 0, 8, 16 and so on. All MCUs before the last place were decoded without a fault.
typedef struct {
  uint64_t key;
  uint32_t count;
  ci_scan_place places[ci_most_places];
} ci_scan_index;

/// Sets `index` to the file's places, or to none where none are kept. Files are told apart by a hash of
/// all their bytes, so that one that was changed isn't taken for what it was.
///
/// Complexity: O(bytes), about a hundredth of decoding them.
void ci_find_places(ci_scan_index *index, const uint8_t *bytes, size_t count);

/// Keeps the places for other visits and threads, if there are more than are kept, and room: 64 MB in all.
/// None is ever thrown out: pictures come again after all others, when the oldest would be gone.
void ci_keep_places(const ci_scan_index *index);

#endif
