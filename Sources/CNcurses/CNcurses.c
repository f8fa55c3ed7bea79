// augtop uses ncurses to open and restore the terminal and to read keys and sizes. This wraps its
// macros and globals, which don't import into Swift.
#define _GNU_SOURCE
#define NCURSES_WIDECHAR 1
#define NCURSES_NOMACROS 1
#include "CNcurses.h"

#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "guard.h"
#include "output.h"

// <term.h> defines macros such as `lines` and `columns`; this is all that is needed of it.
extern char *tigetstr(const char *);

/// Codes for keys that terminfo names in other bytes than the terminal sends; beyond KEY_MAX.
enum { extra_key = 0x2000 };

static SCREEN *screen;
static int has_color;

int nc_use_locale(void) {
  setlocale(LC_ALL, "");
  // Numbers in files and reports are the same everywhere.
  setlocale(LC_NUMERIC, "C");
  return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static void arm_guard(void) {
  char bytes[512];
  int count = 0;
  static const char *const undo[] = {"sgr0", "op", "rmkx", "cnorm", "rmcup"};
  for (size_t i = 0; i < sizeof undo / sizeof *undo; i++) {
    count = output_append_capability(bytes, count, sizeof bytes, tigetstr(undo[i]));
  }
  guard_arm(bytes, count);
}

/// Defines key sequences that terminals send even where their terminfo entry lists others.
static void define_common_keys(void) {
  static const struct {
    const char *bytes;
    int key;
  } keys[] = {
      {"\033[A", NC_KEY_UP},      {"\033[B", NC_KEY_DOWN},     {"\033[C", NC_KEY_RIGHT},
      {"\033[D", NC_KEY_LEFT},    {"\033OA", NC_KEY_UP},       {"\033OB", NC_KEY_DOWN},
      {"\033OC", NC_KEY_RIGHT},   {"\033OD", NC_KEY_LEFT},     {"\033[H", NC_KEY_HOME},
      {"\033[F", NC_KEY_END},     {"\033OH", NC_KEY_HOME},     {"\033OF", NC_KEY_END},
      {"\033[1~", NC_KEY_HOME},   {"\033[4~", NC_KEY_END},     {"\033[7~", NC_KEY_HOME},
      {"\033[8~", NC_KEY_END},    {"\033[5~", NC_KEY_PAGE_UP}, {"\033[6~", NC_KEY_PAGE_DOWN},
      {"\033[3~", NC_KEY_DELETE}, {"\033[2~", NC_KEY_INSERT},  {"\033[Z", NC_KEY_BACKTAB},
      {"\033OM", NC_KEY_ENTER},
  };
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    if (key_defined(keys[i].bytes) == 0) define_key(keys[i].bytes, extra_key + keys[i].key);
  }
}

static void set_modes(void) {
  cbreak();
  noecho();
  nonl();
  intrflush(stdscr, FALSE);
  keypad(stdscr, TRUE);
  nodelay(stdscr, TRUE);
  leaveok(stdscr, TRUE);
  curs_set(0);
}

nc_opening nc_open(const char *terminal, const char *entry, int uses_color) {
  if (guard_begin() != 0) return NC_NO_RESOURCES;
  char *previous = NULL;
  if (entry != NULL) {
    const char *set = getenv("TERMINFO");
    if (set != NULL) previous = strdup(set);
    setenv("TERMINFO", entry, 1);
  }
  screen = newterm(terminal, stdout, stdin);
  if (entry != NULL) {
    if (previous != NULL) {
      setenv("TERMINFO", previous, 1);
    } else {
      unsetenv("TERMINFO");
    }
    free(previous);
  }
  if (screen == NULL) {
    guard_end();
    return NC_UNKNOWN;
  }
  arm_guard();
  const char *place = tigetstr("cup");
  if (place == NULL || place == (char *)-1) {
    nc_close();
    return NC_TOO_SIMPLE;
  }
  // ESC alone is a key: wait no longer than this for the rest of a sequence.
  set_escdelay(25);
  set_modes();
  define_common_keys();
  has_color = uses_color && has_colors() && start_color() == OK;
  if (has_color) use_default_colors();
  output_open(has_color);
  nc_follow_size();
  return NC_OPENED;
}

void nc_close(void) {
  if (screen == NULL) return;
  output_rest();
  curs_set(1);
  endwin();
  guard_disarm();
  guard_end();
  output_close();
  delscreen(screen);
  screen = NULL;
}

int nc_colors(void) { return has_color ? COLORS : 0; }

void nc_size(int *width, int *height) {
  *width = getmaxx(stdscr);
  *height = getmaxy(stdscr);
}

void nc_follow_size(void) {
  struct winsize size;
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0) {
    if (size.ws_row != getmaxy(stdscr) || size.ws_col != getmaxx(stdscr)) {
      resize_term(size.ws_row, size.ws_col);
    }
  }
  // ncurses' own picture is a blank one for good: a window that it thinks changed it would send when
  // it reads a key.
  werase(stdscr);
  clearok(curscr, TRUE);
  wnoutrefresh(stdscr);
  doupdate();
  output_forget();
}

static int portable_key(int key) {
  if (key >= KEY_F(1) && key <= KEY_F(63)) return NC_KEY_F0 + (key - KEY_F(0));
  if (key >= extra_key && key < extra_key + NC_KEY_F0) return key - extra_key;
  switch (key) {
    case KEY_UP: return NC_KEY_UP;
    case KEY_DOWN: return NC_KEY_DOWN;
    case KEY_LEFT: return NC_KEY_LEFT;
    case KEY_RIGHT: return NC_KEY_RIGHT;
    case KEY_HOME: return NC_KEY_HOME;
    case KEY_END: return NC_KEY_END;
    case KEY_PPAGE: return NC_KEY_PAGE_UP;
    case KEY_NPAGE: return NC_KEY_PAGE_DOWN;
    case KEY_ENTER: return NC_KEY_ENTER;
    case KEY_BTAB: return NC_KEY_BACKTAB;
    case KEY_BACKSPACE: return NC_KEY_BACKSPACE;
    case KEY_DC: return NC_KEY_DELETE;
    case KEY_IC: return NC_KEY_INSERT;
    default: return 0;
  }
}

nc_key_kind nc_read_key(uint32_t *value) {
  for (;;) {
    wint_t read;
    switch (wget_wch(stdscr, &read)) {
      case OK: *value = (uint32_t)read; return NC_CHARACTER;
      case KEY_CODE_YES:
        *value = (uint32_t)portable_key((int)read);
        // A key that means nothing here; another may follow.
        if (*value == 0) continue;
        return NC_FUNCTION_KEY;
      default: return NC_NO_KEY;
    }
  }
}

int nc_wait(int wake, int64_t timeout_ns) {
  struct pollfd sources[] = {
      {.fd = STDIN_FILENO, .events = POLLIN},
      {.fd = guard_signal_fd(), .events = POLLIN},
      {.fd = wake, .events = POLLIN},
  };
  struct timespec timeout = {.tv_sec = timeout_ns / 1000000000, .tv_nsec = timeout_ns % 1000000000};
  if (ppoll(sources, 3, timeout_ns < 0 ? NULL : &timeout, NULL) <= 0) return 0;
  int ready = 0;
  if (sources[0].revents & POLLIN) ready |= 1;
  if (sources[0].revents & (POLLHUP | POLLERR | POLLNVAL)) ready |= 8;
  if (sources[1].revents) ready |= 2;
  if (sources[2].revents & POLLIN) {
    uint64_t count;
    (void)!read(wake, &count, sizeof count);
    ready |= 4;
  }
  return ready;
}

static void take_back(void) {
  reset_prog_mode();
  // Without this the first arrow key would arrive as ESC [ A.
  keypad(stdscr, TRUE);
  curs_set(0);
  nc_follow_size();
  arm_guard();
}

void nc_suspend(void) {
  output_rest();
  def_prog_mode();
  curs_set(1);
  endwin();
  guard_disarm();
  guard_release_stderr();
  // As the default action, so that the kernel leaves a process alone that nobody could continue.
  struct sigaction stop = {.sa_handler = SIG_DFL}, before;
  sigaction(SIGTSTP, &stop, &before);
  raise(SIGTSTP);
  sigaction(SIGTSTP, &before, NULL);
  guard_catch_stderr();
  take_back();
}

void nc_resume(void) {
  // The shell set its own modes: leave, then enter anew.
  endwin();
  take_back();
}
