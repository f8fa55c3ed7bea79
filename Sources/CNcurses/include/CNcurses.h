// Terminals behind plain C functions: ncurses' terminfo layer describes them, output.c sends cells by
// its strings, guard.c keeps them from being left broken.
//
// All nc_ functions but those marked otherwise belong to the one thread that draws.
//
// Names begin with nc_ (NC_), so that they meet no other library's.
#ifndef CNCURSES_H
#define CNCURSES_H

#include <stdint.h>

enum {
  NC_BOLD = 1,
  NC_DIM = 2,
  NC_REVERSE = 4,
  NC_UNDERLINE = 8,
};

/// One cell of a run: a base character, a combining mark or 0, colours (-1: the terminal's own), NC_
/// attributes.
typedef struct {
  uint32_t scalar;
  uint32_t mark;
  int32_t foreground;
  int32_t background;
  uint32_t attributes;
} nc_cell;

typedef enum {
  NC_OPENED = 0,
  /// terminfo has no such terminal.
  NC_UNKNOWN = 1,
  /// The terminal can't place its cursor.
  NC_TOO_SIMPLE = 2,
  /// The pipe for signals or the store for standard error couldn't be made.
  NC_NO_RESOURCES = 3,
} nc_opening;

enum {
  NC_KEY_UP = 1,
  NC_KEY_DOWN,
  NC_KEY_LEFT,
  NC_KEY_RIGHT,
  NC_KEY_HOME,
  NC_KEY_END,
  NC_KEY_PAGE_UP,
  NC_KEY_PAGE_DOWN,
  NC_KEY_ENTER,
  NC_KEY_BACKTAB,
  NC_KEY_BACKSPACE,
  NC_KEY_DELETE,
  NC_KEY_INSERT,
  /// F1 is NC_KEY_F0 + 1.
  NC_KEY_F0 = 100,
};

enum {
  /// The largest screen that is drawn on; a larger window's rest stays blank. Drawing it anew takes
  /// 40 MB and a fraction of a second; the largest displays with the smallest fonts have fewer cells.
  NC_MOST_COLUMNS = 1000,
  NC_MOST_ROWS = 400,
};

/// Sets the locale from the environment; 1 if its characters are encoded in UTF-8.
int nc_use_locale(void);

/// Opens the screen on standard input and output.
///
/// - terminal: a terminfo name
/// - entry: `b64:` and a compiled terminfo entry of that name, or NULL to look it up
/// - uses_color: 0: never ask for colours
nc_opening nc_open(const char *terminal, const char *entry, int uses_color);
/// Whether the screen that is opened next asks for reports of the mouse; at first it doesn't.
void nc_use_mouse(int uses);
/// Takes keys on standard input one by one, without a screen: nothing is ever sent. 0, or -1 where
/// standard input is no terminal, or one that another job has.
int nc_open_keys(void);
/// Restores the terminal, the signal handlers and standard error, and prints what it caught. Takes a
/// second at most, also where nobody reads what the terminal is sent.
void nc_close(void);
/// Colours the open terminal has; 0 without colour.
int nc_colors(void);
/// Whether the terminal's entry is one of those that ignore questions which they don't understand: it
/// has xterm's alternate screen.
int nc_is_xterm_like(void);
/// The bytes of the terminal's nth key in its entry, and its code, 0 for one without a code here; NULL
/// behind the last. An entry may lack a key: then the text is empty.
const char *nc_entry_key(int index, int *key);

/// The part of the window that is drawn on.
void nc_size(int *width, int *height);
/// The window itself.
void nc_window_size(int *width, int *height);
/// Takes over the window's new size; what was drawn is to be drawn anew.
void nc_follow_size(void);
/// Cells side by side within the screen, at the next nc_flush.
void nc_put_run(int x, int y, const nc_cell *cells, int count);
/// Blanks the screen at the next nc_flush.
void nc_erase(void);
/// Bytes as they are, at the next nc_flush.
void nc_put_bytes(const char *bytes, int count);
/// Sends as much of what was put as the terminal takes now.
void nc_flush(void);
/// Whether there is more to send.
int nc_has_unsent(void);
/// Reads what the terminal sent; the count, 0 where there is nothing or the terminal is gone.
int nc_read(uint8_t *bytes, int capacity);
/// Forgets what the terminal sent and nobody has read.
void nc_forget_input(void);

/// Waits for input, a signal or `wake` (a file descriptor, or -1), and for room where there is more to
/// send.
///
/// - timeout_ns: negative: for ever
/// - Returns: bits: 1 input, 2 signal, 4 wake, 8 the terminal is gone, 16 room.
int nc_wait(int wake, int64_t timeout_ns);
/// The next signal that arrived, or 0.
int nc_next_signal(void);
/// Hands the terminal back and stops the process; returns when it is continued.
void nc_suspend(void);
/// Takes the terminal again after somebody else stopped and continued the process.
void nc_resume(void);

/// Gives the calling thread a stack of its own for signal handlers, so that even an overflow of
/// its stack restores the terminal. Any thread; freed at its end.
void nc_use_signal_stack(void);

#endif
