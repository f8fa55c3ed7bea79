// Whether the Huffman decoder of huffman.c is used, and each thread's memory for it.
#include "huffman.h"
#include "jpeg.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static ci_huffman_use found;
static int keeps_places;
/// How much of the decoder may be used.
static atomic_int level = CI_HUFFMAN_PLACES;

static void release(void *huffman) { ci_huffman_free(huffman); }

enum { proof_width = 72, proof_height = 40, proof_values = proof_width * proof_height * 3 };

/// Decodes with and without the decoder, and compares status, warnings, message and pixels.
static int agrees(ci_huffman *huffman, const uint8_t *bytes, size_t count) {
  const ci_size size = {proof_width, proof_height};
  static uint8_t pixels[2][proof_values];
  ci_message messages[2];
  ci_status status[2];
  for (int i = 0; i < 2; i++) {
    memset(pixels[i], 0, proof_values);
    memset(&messages[i], 0, sizeof messages[i]);
    status[i] =
        ci_jpeg_decode_by(i == 0 ? huffman : NULL, bytes, count, 3, size, pixels[i], &messages[i]);
  }
  return status[0] == status[1] && messages[0].warnings == messages[1].warnings
         && strcmp(messages[0].text, messages[1].text) == 0
         && memcmp(pixels[0], pixels[1], proof_values) == 0;
}

/// A small picture of slopes and noise, as libjpeg writes it, whole and damaged.
static int is_proven(ci_huffman *huffman) {
  static uint8_t picture[proof_values], bytes[4 * proof_values];
  uint32_t noise = 1;
  for (int i = 0; i < proof_values; i++) {
    noise = noise * 1664525 + 1013904223;
    picture[i] = (uint8_t)(i / 90 + (noise >> 24) % (i < proof_values / 2 ? 3 : 160));
  }
  size_t count = 0;
  ci_message message;
  if (ci_encode_jpeg(picture, proof_width, proof_height, 90, bytes, sizeof bytes, &count, &message)
      != CI_OK) {
    return 0;
  }
  if (!agrees(huffman, bytes, count)) return 0;
  bytes[count / 2] ^= 0x10;
  if (!agrees(huffman, bytes, count)) return 0;
  return agrees(huffman, bytes, count / 2);
}

static void find(void) {
  const char *chosen = getenv("AUGTOP_HUFFMAN");
  found = CI_HUFFMAN_DIFFERS;
  keeps_places = !chosen || strcmp(chosen, "no-places") != 0;
  if (pthread_key_create(&key, release) != 0) return;
  if (!ci_huffman_is_built()) {
    found = CI_HUFFMAN_OTHER_VERSION;
  } else if (chosen && strcmp(chosen, "libjpeg") == 0) {
    found = CI_HUFFMAN_UNWANTED;
  } else {
    ci_huffman *huffman = ci_huffman_make();
    if (huffman && is_proven(huffman)) found = CI_HUFFMAN_USED;
    ci_huffman_free(huffman);
  }
}

ci_huffman_use ci_find_huffman(void) {
  pthread_once(&once, find);
  return found;
}

void ci_set_huffman(ci_huffman_level to) {
  atomic_store_explicit(&level, to, memory_order_relaxed);
}

static int is_at_least(ci_huffman_level least) {
  return atomic_load_explicit(&level, memory_order_relaxed) >= (int)least;
}

int ci_keeps_places(void) { return is_at_least(CI_HUFFMAN_PLACES) && keeps_places; }

ci_huffman *ci_huffman_of_thread(void) {
  if (!is_at_least(CI_HUFFMAN_CODES)) return NULL;
  if (ci_find_huffman() != CI_HUFFMAN_USED) return NULL;
  ci_huffman *huffman = pthread_getspecific(key);
  if (huffman) return huffman;
  huffman = ci_huffman_make();
  if (huffman && pthread_setspecific(key, huffman) != 0) {
    ci_huffman_free(huffman);
    huffman = NULL;
  }
  return huffman;
}
