// Sends cells to the terminal, by the terminal's own strings.
//
// ncurses' windows aren't used: they evaluate a terminfo string at every change of colour, for the
// background even where only the foreground changes: that was a third of a frame's cost. The caller passes only the cells that
// differ; here each colour's string is evaluated once, and only the differences are sent.
#define _GNU_SOURCE
#include "output.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>

#include "CNcurses.h"
#include "sender.h"

// <term.h> defines macros such as `lines` and `columns`; this is all that is needed of it.
extern char *tigetstr(const char *);
extern int tigetflag(const char *);
extern char *tiparm(const char *, ...);

enum {
  string_capacity = 64,
  /// Colours remembered, a power of two; a frame has some forty.
  color_slots = 1024,
  attribute_count = 4,
  /// The most that a cell takes: plain, the default colours, all attributes, two colours; and two
  /// characters in UTF-8. A place takes less.
  cell_capacity = (2 + attribute_count + 2) * string_capacity + 2 * 4,
};

typedef struct {
  int count;
  char bytes[string_capacity];
} text;

typedef struct {
  int is_known;
  int32_t color;
  text set;
} color_slot;

typedef struct {
  int32_t foreground;
  int32_t background;
  uint32_t attributes;
} look;

static color_slot foregrounds[color_slots], backgrounds[color_slots];
static const char *set_foreground, *set_background, *place;
static text plain, default_colors, clear;
static struct {
  uint32_t attribute;
  text set;
} attributes[attribute_count];
static look current;
static int is_current_known;
static int has_color, is_utf8;
/// A terminal that scrolls as soon as its last cell is written.
static int scrolls_at_end;
/// The terminal moves its cursor with the usual sequence, so that terminfo's string needn't be
/// evaluated fifty times a frame.
static int has_common_place;

static char *buffer;
/// Bytes in the buffer, those of them that the terminal has taken, and its capacity.
static size_t filled, sent, room;

int output_append_capability(char *bytes, int count, int capacity, const char *string) {
  if (string == NULL || string == (char *)-1) return count;
  while (*string && count < capacity) {
    if (string[0] == '$' && string[1] == '<') {
      while (*string && *string != '>') string++;
      if (*string) string++;
      continue;
    }
    bytes[count++] = *string++;
  }
  return count;
}

/// A string of the terminal's entry. One that is too long is replaced: a part of it would put its rest
/// on the screen.
static text text_of(const char *string, const char *otherwise) {
  text made;
  made.count = output_append_capability(made.bytes, 0, string_capacity, string);
  if (made.count == string_capacity) {
    made.count = output_append_capability(made.bytes, 0, string_capacity, otherwise);
  }
  return made;
}

void output_open(int uses_color) {
  static const struct {
    uint32_t attribute;
    const char *name;
  } names[] = {{NC_BOLD, "bold"}, {NC_DIM, "dim"}, {NC_REVERSE, "rev"}, {NC_UNDERLINE, "smul"}};
  for (int i = 0; i < attribute_count; i++) {
    attributes[i].attribute = names[i].attribute;
    attributes[i].set = text_of(tigetstr(names[i].name), "");
  }
  plain = text_of(tigetstr("sgr0"), "\033[m");
  default_colors = text_of(tigetstr("op"), "\033[39;49m");
  clear = text_of(tigetstr("clear"), "\033[H\033[2J");
  place = tigetstr("cup");
  has_common_place = strcmp(place, "\033[%i%p1%d;%p2%dH") == 0;
  set_foreground = tigetstr("setaf");
  set_background = tigetstr("setab");
  has_color = uses_color && set_foreground != NULL && set_foreground != (char *)-1 &&
              set_background != NULL && set_background != (char *)-1;
  is_utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
  scrolls_at_end = tigetflag("am") > 0 && tigetflag("xenl") <= 0;
  memset(foregrounds, 0, sizeof foregrounds);
  memset(backgrounds, 0, sizeof backgrounds);
  filled = sent = 0;
  output_forget();
}

void output_close(void) {
  free(buffer);
  buffer = NULL;
  filled = sent = room = 0;
}

void output_forget(void) { is_current_known = 0; }

/// Makes room for `count` more bytes; 0 where there is no memory.
static int reserve_bytes(size_t count) {
  if (room - filled >= count) return 1;
  size_t wanted = room * 2 + (1 << 14) + count;
  char *larger = realloc(buffer, wanted);
  if (larger == NULL) return 0;
  buffer = larger;
  room = wanted;
  return 1;
}

/// Room for one more cell; without it that cell is left out.
static int reserve(void) { return reserve_bytes(cell_capacity); }

static void append(const text *string) {
  memcpy(buffer + filled, string->bytes, (size_t)string->count);
  filled += (size_t)string->count;
}

static const text *color_text(color_slot *slots, const char *capability, int32_t color) {
  color_slot *slot = &slots[((uint32_t)color * 2654435761u) >> 22];
  if (!slot->is_known || slot->color != color) {
    slot->set = text_of(tiparm(capability, color), "");
    slot->color = color;
    slot->is_known = 1;
  }
  return &slot->set;
}

static void set_look(const look *wanted) {
  // Nothing takes a single attribute or colour away everywhere: begin anew.
  if (!is_current_known || (current.attributes & ~wanted->attributes) != 0) {
    append(&plain);
    if (has_color) append(&default_colors);
    current = (look){-1, -1, 0};
    is_current_known = 1;
  }
  for (int i = 0; i < attribute_count; i++) {
    if (wanted->attributes & ~current.attributes & attributes[i].attribute) {
      append(&attributes[i].set);
    }
  }
  current.attributes = wanted->attributes;
  if (!has_color) return;
  if ((wanted->foreground < 0 && current.foreground >= 0) ||
      (wanted->background < 0 && current.background >= 0)) {
    append(&default_colors);
    current.foreground = current.background = -1;
  }
  if (wanted->foreground != current.foreground) {
    append(color_text(foregrounds, set_foreground, wanted->foreground));
  }
  if (wanted->background != current.background) {
    append(color_text(backgrounds, set_background, wanted->background));
  }
  current.foreground = wanted->foreground;
  current.background = wanted->background;
}

static void append_scalar(uint32_t scalar) {
  char *bytes = buffer + filled;
  if (scalar < 0x80) {
    bytes[0] = (char)scalar;
    filled += 1;
  } else if (!is_utf8) {
    bytes[0] = '?';
    filled += 1;
  } else if (scalar < 0x800) {
    bytes[0] = (char)(0xC0 | scalar >> 6);
    bytes[1] = (char)(0x80 | (scalar & 0x3F));
    filled += 2;
  } else if (scalar < 0x10000) {
    bytes[0] = (char)(0xE0 | scalar >> 12);
    bytes[1] = (char)(0x80 | (scalar >> 6 & 0x3F));
    bytes[2] = (char)(0x80 | (scalar & 0x3F));
    filled += 3;
  } else {
    bytes[0] = (char)(0xF0 | scalar >> 18);
    bytes[1] = (char)(0x80 | (scalar >> 12 & 0x3F));
    bytes[2] = (char)(0x80 | (scalar >> 6 & 0x3F));
    bytes[3] = (char)(0x80 | (scalar & 0x3F));
    filled += 4;
  }
}

static void append_number(int number) {
  if (number >= 10) append_number(number / 10);
  buffer[filled++] = (char)('0' + number % 10);
}

static void go_to(int x, int y) {
  if (!has_common_place) {
    text there = text_of(tiparm(place, y, x), "");
    append(&there);
    return;
  }
  buffer[filled++] = '\033';
  buffer[filled++] = '[';
  append_number(y + 1);
  buffer[filled++] = ';';
  append_number(x + 1);
  buffer[filled++] = 'H';
}

void nc_put_run(int x, int y, const nc_cell *cells, int count) {
  if (!reserve()) return;
  go_to(x, y);
  int width, height;
  nc_size(&width, &height);
  int is_last_row = y == height - 1;
  for (int i = 0; i < count; i++) {
    // The right half of a wide character: the terminal makes it from the left one.
    if (cells[i].scalar == 0) continue;
    if (is_last_row && scrolls_at_end && x + i == width - 1) continue;
    if (!reserve()) return;
    look wanted = {cells[i].foreground, cells[i].background, cells[i].attributes};
    set_look(&wanted);
    append_scalar(cells[i].scalar);
    if (cells[i].mark != 0 && is_utf8) append_scalar(cells[i].mark);
  }
}

static void set_nothing(void) {
  look nothing = {-1, -1, 0};
  output_forget();
  set_look(&nothing);
}

void nc_erase(void) {
  if (!reserve()) return;
  set_nothing();
  append(&clear);
}

void output_append(const char *bytes, int count) {
  if (!reserve_bytes((size_t)count)) return;
  memcpy(buffer + filled, bytes, (size_t)count);
  filled += (size_t)count;
}

void nc_flush(void) {
  if (sent == filled) return;
  ssize_t count = sender_send(buffer + sent, filled - sent);
  // A terminal that is gone takes nothing any more; reading the keyboard reports it.
  sent = count < 0 ? filled : sent + (size_t)count;
  if (sent == filled) sent = filled = 0;
}

int output_fd(void) { return sender_fd(); }

int nc_has_unsent(void) { return sent < filled; }

void output_drop(void) {
  sent = filled = 0;
  output_forget();
}
