// Terminals behind plain C functions: ncurses opens them and reads their keys, output.c sends cells by
// their terminfo strings, guard.c keeps them from being left broken.
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

/// The kinds of result of one read of the keyboard.
typedef enum {
  NC_NO_KEY,
  /// A Unicode scalar (or, in a locale without them, a byte).
  NC_CHARACTER,
  /// One of the nc_key values.
  NC_FUNCTION_KEY,
} nc_key_kind;

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

/// Sets the locale from the environment; 1 if its characters are encoded in UTF-8.
int nc_use_locale(void);

/// Opens the screen on standard input and output.
///
/// Installs its signal handlers first, so that ncurses leaves those signals alone.
/// - terminal: a terminfo name
/// - entry: `b64:` and a compiled terminfo entry of that name, or NULL to look it up
/// - uses_color: 0: never ask for colours
nc_opening nc_open(const char *terminal, const char *entry, int uses_color);
/// Restores the terminal, the signal handlers and standard error, and prints what it caught.
void nc_close(void);
/// Colours the open terminal has; 0 without colour.
int nc_colors(void);

void nc_size(int *width, int *height);
/// Takes over the window's new size; what was drawn is to be drawn anew.
void nc_follow_size(void);
/// Cells side by side within the screen, at the next nc_flush.
void nc_put_run(int x, int y, const nc_cell *cells, int count);
/// Blanks the screen at the next nc_flush.
void nc_erase(void);
/// Sends what was put.
void nc_flush(void);
nc_key_kind nc_read_key(uint32_t *value);

/// Waits for a key, a signal or `wake` (a file descriptor, or -1).
///
/// - timeout_ns: negative: for ever
/// - Returns: bits: 1 keyboard, 2 signal, 4 wake, 8 the terminal is gone.
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
