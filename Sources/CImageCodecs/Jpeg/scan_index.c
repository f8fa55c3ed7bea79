// The places of all pictures that were decoded, shared by the threads.
#include "scan_index.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/// A picture's places; never changed, and freed only when more places take its place.
typedef struct {
  uint64_t key;
  uint32_t count;
  ci_scan_place places[];
} kept;

enum { slot_bits = 17, slots = 1 << slot_bits };
static const size_t most_bytes = (size_t)64 << 20;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static kept **table;
static size_t used_slots, used_bytes;
static uint64_t seed;

static pthread_once_t once = PTHREAD_ONCE_INIT;

/// Nobody outside can make two files of one key without the seed.
static void choose_seed(void) {
  if (getentropy(&seed, sizeof seed) == 0) return;
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  seed = (uint64_t)now.tv_nsec * 0x9e3779b97f4a7c15u ^ (uint64_t)now.tv_sec;
}

/// The halves of a 128-bit product, folded.
static inline uint64_t mix(uint64_t a, uint64_t b) {
  const unsigned __int128 product = (unsigned __int128)a * b;
  return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t load(const uint8_t *bytes) {
  uint64_t value;
  memcpy(&value, bytes, sizeof value);
  return value;
}

/// Four chains of products over 64 bytes at a time, so that none waits for another.
static uint64_t hash(const uint8_t *bytes, size_t count) {
  static const uint64_t odd[4] = {
      0xa0761d6478bd642fu, 0xe7037ed1a0b428dbu, 0x8ebc6af09c88c6e3u, 0x589965cc75374cc3u};
  uint64_t chains[4] = {seed, seed ^ odd[1], seed ^ odd[2], seed ^ odd[3]};
  size_t done = 0;
  for (; done + 64 <= count; done += 64) {
    for (int i = 0; i < 4; i++) {
      const uint8_t *at = bytes + done + 16 * i;
      chains[i] = mix(load(at) ^ odd[i], load(at + 8) ^ chains[i]);
    }
  }
  uint64_t sum = mix(chains[0] ^ chains[1], odd[0]) ^ mix(chains[2] ^ chains[3], odd[1]) ^ count;
  uint8_t rest[64] = {0};
  memcpy(rest, bytes + done, count - done);
  for (int i = 0; i < 64; i += 16) sum = mix(load(rest + i) ^ odd[2], load(rest + i + 8) ^ sum);
  return sum;
}

/// The slot of that key, or the empty one that it would have.
static kept **slot_of(uint64_t key) {
  size_t place = key >> (64 - slot_bits);
  while (table[place] && table[place]->key != key) place = (place + 1) % slots;
  return &table[place];
}

void ci_find_places(ci_scan_index *index, const uint8_t *bytes, size_t count) {
  pthread_once(&once, choose_seed);
  index->key = hash(bytes, count);
  index->count = 0;
  pthread_mutex_lock(&lock);
  const kept *found = table ? *slot_of(index->key) : NULL;
  if (found) {
    index->count = found->count;
    memcpy(index->places, found->places, found->count * sizeof *found->places);
  }
  pthread_mutex_unlock(&lock);
}

/// Puts the places where there is room for them; the lock is held.
static void put(const ci_scan_index *index) {
  if (!table && !(table = calloc(slots, sizeof *table))) return;
  kept **slot = slot_of(index->key);
  if (*slot ? (*slot)->count >= index->count : used_slots >= slots / 2) return;
  const size_t size = sizeof(kept) + index->count * sizeof *index->places;
  const size_t before = *slot ? sizeof(kept) + (*slot)->count * sizeof *index->places : 0;
  if (used_bytes - before + size > most_bytes) return;
  kept *made = malloc(size);
  if (!made) return;
  made->key = index->key;
  made->count = index->count;
  memcpy(made->places, index->places, index->count * sizeof *index->places);
  if (!*slot) used_slots++;
  used_bytes += size - before;
  free(*slot);
  *slot = made;
}

void ci_keep_places(const ci_scan_index *index) {
  if (index->count < 2) return;
  pthread_mutex_lock(&lock);
  put(index);
  pthread_mutex_unlock(&lock);
}
