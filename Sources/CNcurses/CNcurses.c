// Opens and closes the terminal and waits for it. This wraps ncurses' macros and globals, which don't
// import into Swift.
//
// Of ncurses only the terminfo layer is used. Its windows would evaluate colours anew at each change
// (see output.c), its keyboard splits sequences that the entry lacks into keys, its sizes end at
// 32767, and its `endwin` waits for a terminal that nobody reads.
#define _GNU_SOURCE
#include "CNcurses.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "guard.h"
#include "output.h"

// <term.h> defines macros such as `lines` and `columns`; this is all that is needed of it.
typedef struct term TERMINAL;
extern int setupterm(const char *, int, int *);
extern TERMINAL *set_curterm(TERMINAL *);
extern int del_curterm(TERMINAL *);
extern char *tigetstr(const char *);
extern int tigetnum(const char *);
extern char *tiparm(const char *, ...);
extern const char *const strnames[];

enum { mode_capacity = 512 };

static enum { closed, drawing, keys_only } state;
static int color_count;
static int width, height, window_width, window_height;
static char enter_bytes[mode_capacity];
static int enter_count;
/// Whether the shell gave the terminal to another job: keys are its, not ours.
static int is_in_background;

int nc_use_locale(void) {
  setlocale(LC_ALL, "");
  // Numbers in files and reports are the same everywhere.
  setlocale(LC_NUMERIC, "C");
  return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static int has_string(const char *name) {
  const char *string = tigetstr(name);
  return string != NULL && string != (char *)-1 && *string != 0;
}

/// Whether the terminal is to report its mouse.
static int uses_mouse;

void nc_use_mouse(int uses) { uses_mouse = uses; }

/// Whether the terminal speaks ANSI's sequences: such a one ignores modes that it doesn't have.
static int is_ansi(void) {
  const char *place = tigetstr("cup");
  return strcmp(place, "\033[%i%p1%d;%p2%dH") == 0;
}

static int append(char *bytes, int count, const char *string) {
  return output_append_capability(bytes, count, mode_capacity, string);
}

static void arm_guard(void) {
  char bytes[mode_capacity];
  int count = 0;
  if (state == drawing) {
    // ESC comes first: it ends a sequence that was cut off.
    if (is_ansi()) count = append(bytes, count, "\033[?2004l");
    if (is_ansi() && uses_mouse) count = append(bytes, count, "\033[?1006l\033[?1002l");
    static const char *const undo[] = {"sgr0", "op", "rmkx", "cnorm"};
    for (size_t i = 0; i < sizeof undo / sizeof *undo; i++) {
      count = append(bytes, count, tigetstr(undo[i]));
    }
    if (has_string("rmcup")) {
      count = append(bytes, count, tigetstr("rmcup"));
    } else {
      // Without another screen to go back to, the shell goes on below, on an empty row.
      count = append(bytes, count, tiparm(tigetstr("cup"), window_height - 1, 0));
      if (has_string("el")) count = append(bytes, count, tigetstr("el"));
    }
  }
  guard_arm(bytes, count);
}

static void note_enter_bytes(void) {
  static const char *const enter[] = {"smcup", "smkx", "civis"};
  enter_count = 0;
  for (size_t i = 0; i < sizeof enter / sizeof *enter; i++) {
    enter_count = append(enter_bytes, enter_count, tigetstr(enter[i]));
  }
  // Pastes come between marks.
  if (is_ansi()) enter_count = append(enter_bytes, enter_count, "\033[?2004h");
  // Buttons, the wheel, and moves with a button held, in the encoding without limits.
  if (is_ansi() && uses_mouse) {
    enter_count = append(enter_bytes, enter_count, "\033[?1002h\033[?1006h");
  }
}

/// Takes the terminal: modes, the alternate screen, the keys' modes.
static void take(void) {
  if (state == drawing) nc_follow_size();
  arm_guard();
  guard_set_modes(state == drawing);
  if (state != drawing) return;
  output_drop();
  output_append(enter_bytes, enter_count);
  nc_flush();
}

static int find_entry(const char *terminal, const char *entry) {
  char *previous = NULL;
  if (entry != NULL) {
    const char *set = getenv("TERMINFO");
    if (set != NULL) previous = strdup(set);
    setenv("TERMINFO", entry, 1);
  }
  int problem;
  int result = setupterm(terminal, STDOUT_FILENO, &problem);
  if (entry != NULL) {
    if (previous != NULL) {
      setenv("TERMINFO", previous, 1);
    } else {
      unsetenv("TERMINFO");
    }
    free(previous);
  }
  return result;
}

static void forget_entry(void) {
  TERMINAL *entry = set_curterm(NULL);
  if (entry != NULL) del_curterm(entry);
}

nc_opening nc_open(const char *terminal, const char *entry, int uses_color) {
  if (find_entry(terminal, entry) != 0) return NC_UNKNOWN;
  if (!has_string("cup")) {
    forget_entry();
    return NC_TOO_SIMPLE;
  }
  if (guard_begin(1) != 0) {
    forget_entry();
    return NC_NO_RESOURCES;
  }
  state = drawing;
  int colors = tigetnum("colors");
  int has_color = uses_color && colors > 0 && has_string("setaf") && has_string("setab");
  color_count = has_color ? colors : 0;
  note_enter_bytes();
  output_open(has_color);
  take();
  return NC_OPENED;
}

/// Whether no other job has the terminal.
static int is_foreground(void) {
  pid_t job = tcgetpgrp(STDIN_FILENO);
  return job < 0 || job == getpgrp();
}

int nc_open_keys(void) {
  if (!isatty(STDIN_FILENO) || !is_foreground() || guard_begin(0) != 0) return -1;
  state = keys_only;
  is_in_background = 0;
  take();
  return 0;
}

void nc_close(void) {
  if (state == closed) return;
  output_drop();
  guard_give_back();
  guard_end();
  if (state == drawing) {
    output_close();
    forget_entry();
  }
  state = closed;
}

int nc_colors(void) { return color_count; }

int nc_is_xterm_like(void) {
  const char *enter = tigetstr("smcup");
  return enter != NULL && enter != (char *)-1 && is_ansi() &&
         (strstr(enter, "\033[?1049h") != NULL || strstr(enter, "\033[?1047h") != NULL);
}

/// The code of a key's capability; 0 for a key that means nothing here.
static int code_of(const char *name) {
  static const struct {
    const char *name;
    int key;
  } known[] = {
      {"kcuu1", NC_KEY_UP},     {"kcud1", NC_KEY_DOWN},      {"kcub1", NC_KEY_LEFT},
      {"kcuf1", NC_KEY_RIGHT},  {"khome", NC_KEY_HOME},      {"kend", NC_KEY_END},
      {"kpp", NC_KEY_PAGE_UP},  {"knp", NC_KEY_PAGE_DOWN},   {"kent", NC_KEY_ENTER},
      {"kcbt", NC_KEY_BACKTAB}, {"kbs", NC_KEY_BACKSPACE},   {"kdch1", NC_KEY_DELETE},
      {"kich1", NC_KEY_INSERT},
  };
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    if (strcmp(name, known[i].name) == 0) return known[i].key;
  }
  if (name[1] != 'f' || name[2] < '0' || name[2] > '9') return 0;
  return NC_KEY_F0 + atoi(name + 2);
}

const char *nc_entry_key(int index, int *key) {
  int found = -1;
  for (int i = 0; strnames[i] != NULL; i++) {
    // `kmous` begins a report of the mouse.
    if (strnames[i][0] != 'k' || strcmp(strnames[i], "kmous") == 0) continue;
    if (++found < index) continue;
    const char *bytes = tigetstr(strnames[i]);
    *key = code_of(strnames[i]);
    return bytes == NULL || bytes == (char *)-1 ? "" : bytes;
  }
  return NULL;
}

void nc_size(int *columns, int *rows) {
  *columns = width;
  *rows = height;
}

void nc_window_size(int *columns, int *rows) {
  *columns = window_width;
  *rows = window_height;
}

static int positive_number(const char *name, int standard) {
  int number = tigetnum(name);
  return number > 0 ? number : standard;
}

void nc_follow_size(void) {
  struct winsize size;
  // LINES and COLUMNS don't count: a shell that exports them says what its window was.
  int is_known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0;
  window_width = is_known ? size.ws_col : positive_number("cols", 80);
  window_height = is_known ? size.ws_row : positive_number("lines", 24);
  width = window_width < NC_MOST_COLUMNS ? window_width : NC_MOST_COLUMNS;
  height = window_height < NC_MOST_ROWS ? window_height : NC_MOST_ROWS;
  output_forget();
}

void nc_put_bytes(const char *bytes, int count) { output_append(bytes, count); }

int nc_read(uint8_t *bytes, int capacity) {
  ssize_t count = read(STDIN_FILENO, bytes, (size_t)capacity);
  return count > 0 ? (int)count : 0;
}

void nc_forget_input(void) { tcflush(STDIN_FILENO, TCIFLUSH); }

int nc_wait(int wake, int64_t timeout_ns) {
  struct pollfd sources[] = {
      {.fd = is_in_background ? -1 : STDIN_FILENO, .events = POLLIN},
      {.fd = guard_signal_fd(), .events = POLLIN},
      {.fd = wake, .events = POLLIN},
      {.fd = nc_has_unsent() ? output_fd() : -1, .events = POLLOUT},
  };
  struct timespec timeout = {.tv_sec = timeout_ns / 1000000000, .tv_nsec = timeout_ns % 1000000000};
  if (ppoll(sources, 4, timeout_ns < 0 ? NULL : &timeout, NULL) <= 0) return 0;
  int ready = 0;
  if (sources[0].revents & POLLIN) ready |= 1;
  if (sources[0].revents & (POLLHUP | POLLERR | POLLNVAL)) ready |= 8;
  if (sources[1].revents) ready |= 2;
  if (sources[2].revents & POLLIN) {
    uint64_t count;
    (void)!read(wake, &count, sizeof count);
    ready |= 4;
  }
  if (sources[3].revents) ready |= 16;
  return ready;
}

/// Takes the terminal again, unless the shell continued the process in the background. A screen has
/// nothing to do there: setting the modes stops it until it is called to the foreground.
static void take_again(void) {
  is_in_background = state == keys_only && !is_foreground();
  if (is_in_background) {
    guard_disarm();
  } else {
    take();
  }
}

void nc_suspend(void) {
  output_drop();
  guard_give_back();
  guard_release_stderr();
  // As the default action, so that the kernel leaves a process alone that nobody could continue.
  struct sigaction stop = {.sa_handler = SIG_DFL}, before;
  sigaction(SIGTSTP, &stop, &before);
  raise(SIGTSTP);
  sigaction(SIGTSTP, &before, NULL);
  guard_catch_stderr();
  take_again();
}

void nc_resume(void) {
  // The shell set its own modes and may have drawn.
  if (state == drawing) guard_give_back();
  take_again();
}
