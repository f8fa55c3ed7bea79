// Restores the terminal on every way out: a normal end, exit(), signals that can be handled,
// crashes. Handlers call only async-signal-safe functions: write, poll, tcsetattr, tcflow, tcflush,
// clock_gettime, fstat, dup2, pread, signal, raise.
#define _GNU_SOURCE
#include "guard.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "CNcurses.h"
#include "sender.h"

static const int soft_signals[] = {SIGINT,  SIGTERM, SIGHUP, SIGQUIT,
                                   SIGTSTP, SIGCONT, SIGWINCH};
/// Signals that end no process, can't be handled, or are handled by the program itself; so are the soft
/// ones. All others end the process, and the terminal is given back before.
static const int spared_signals[] = {SIGKILL, SIGSTOP, SIGCHLD, SIGURG,
                                     SIGTTIN, SIGTTOU, SIGPIPE, SIGXFSZ};
enum {
  soft_count = sizeof soft_signals / sizeof *soft_signals,
  spared_count = sizeof spared_signals / sizeof *spared_signals,
  signal_count = 65,
  restore_capacity = 512,
  /// With this many unanswered requests to end, the program is taken to hang.
  requests_that_kill = 3,
  /// Standard input's terminal, and standard output's.
  terminal_count = 2,
};

static struct sigaction previous[signal_count];
static int is_handled[signal_count];
static int signal_pipe[2] = {-1, -1};
static int real_stderr = -1;
static int caught_stderr = -1;
static struct termios shell_modes[terminal_count];
static int is_changed[terminal_count];
static char restore_bytes[restore_capacity];
static int restore_count;
static atomic_int armed;
static atomic_int catches_stderr;
static atomic_int requests_to_end;

static void replay_stderr(void) {
  if (!atomic_exchange(&catches_stderr, 0)) return;
  dup2(real_stderr, STDERR_FILENO);
  char chunk[1024];
  off_t offset = 0;
  ssize_t count;
  while ((count = pread(caught_stderr, chunk, sizeof chunk, offset)) > 0) {
    sender_finish_on(STDERR_FILENO, chunk, (size_t)count);
    offset += count;
  }
}

void guard_give_back(void) {
  if (!atomic_exchange(&armed, 0)) return;
  if (restore_count > 0) sender_finish(restore_bytes, (size_t)restore_count);
  for (int fd = 0; fd < terminal_count; fd++) {
    if (is_changed[fd]) tcsetattr(fd, TCSANOW, &shell_modes[fd]);
  }
}

/// Once only, whoever comes first; async-signal-safe.
static void restore(void) {
  guard_give_back();
  replay_stderr();
}

static void on_fatal_signal(int number) {
  restore();
  // Not the previous handler: Swift's backtracer would wait for a key on the terminal.
  signal(number, SIG_DFL);
  raise(number);
}

static void on_soft_signal(int number) {
  int saved = errno;
  if (number != SIGWINCH && number != SIGCONT && number != SIGTSTP &&
      atomic_fetch_add(&requests_to_end, 1) + 1 >= requests_that_kill) {
    on_fatal_signal(number);
  }
  char byte = (char)number;
  (void)!write(signal_pipe[1], &byte, 1);
  errno = saved;
}

static void restore_at_exit(void) { restore(); }

static int is_among(int number, const int *signals, int count) {
  for (int i = 0; i < count; i++) {
    if (signals[i] == number) return 1;
  }
  return 0;
}

/// A signal that was ignored when the program began, as `nohup` has it, stays ignored.
static void install_handlers(void) {
  for (int number = 1; number < signal_count; number++) {
    int is_soft = is_among(number, soft_signals, soft_count);
    if (is_among(number, spared_signals, spared_count)) continue;
    if (sigaction(number, NULL, &previous[number]) != 0) continue;
    if (previous[number].sa_handler == SIG_IGN) continue;
    struct sigaction action = {.sa_handler = is_soft ? on_soft_signal : on_fatal_signal,
                               .sa_flags = is_soft ? SA_RESTART : SA_ONSTACK | SA_NODEFER};
    is_handled[number] = sigaction(number, &action, NULL) == 0;
  }
}

static void remove_handlers(void) {
  for (int number = 1; number < signal_count; number++) {
    if (is_handled[number]) sigaction(number, &previous[number], NULL);
    is_handled[number] = 0;
  }
}

int guard_begin(int keeps_stderr) {
  static int watches_exit;
  if (!watches_exit) {
    if (atexit(restore_at_exit) != 0) return -1;
    watches_exit = 1;
  }
  if (tcgetattr(STDIN_FILENO, &shell_modes[STDIN_FILENO]) != 0) return -1;
  if (pipe2(signal_pipe, O_NONBLOCK | O_CLOEXEC) != 0) return -1;
  sender_open();
  // A standard error that goes elsewhere can't disturb the screen.
  if (keeps_stderr && isatty(STDERR_FILENO)) {
    real_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    caught_stderr = memfd_create("stderr", MFD_CLOEXEC);
    if (real_stderr < 0 || caught_stderr < 0) {
      guard_end();
      return -1;
    }
    dup2(caught_stderr, STDERR_FILENO);
    atomic_store(&catches_stderr, 1);
  }
  atomic_store(&requests_to_end, 0);
  nc_use_signal_stack();
  install_handlers();
  return 0;
}

void guard_set_modes(int has_screen) {
  struct stat input, output;
  int is_other = has_screen && fstat(STDIN_FILENO, &input) == 0 &&
                 fstat(STDOUT_FILENO, &output) == 0 && input.st_rdev != output.st_rdev &&
                 tcgetattr(STDOUT_FILENO, &shell_modes[STDOUT_FILENO]) == 0;
  for (int fd = 0; fd < (is_other ? 2 : 1); fd++) {
    if (!is_changed[fd]) tcgetattr(fd, &shell_modes[fd]);
    is_changed[fd] = 1;
    struct termios modes = shell_modes[fd];
    modes.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ECHONL);
    modes.c_lflag |= ISIG;
    // Enter is CR, and a line feed on a screen moves down only.
    modes.c_iflag &= ~(tcflag_t)(ICRNL | INLCR | IGNCR);
    if (has_screen) modes.c_oflag &= ~(tcflag_t)ONLCR;
    modes.c_cc[VMIN] = 1;
    modes.c_cc[VTIME] = 0;
    tcsetattr(fd, TCSANOW, &modes);
  }
}

void guard_arm(const char *bytes, int count) {
  restore_count = count < restore_capacity ? count : restore_capacity;
  memcpy(restore_bytes, bytes, (size_t)restore_count);
  atomic_store(&armed, 1);
}

void guard_disarm(void) { atomic_store(&armed, 0); }

void guard_end(void) {
  if (signal_pipe[0] < 0) return;
  replay_stderr();
  if (real_stderr >= 0) close(real_stderr);
  if (caught_stderr >= 0) close(caught_stderr);
  real_stderr = caught_stderr = -1;
  remove_handlers();
  close(signal_pipe[0]);
  close(signal_pipe[1]);
  signal_pipe[0] = signal_pipe[1] = -1;
  memset(is_changed, 0, sizeof is_changed);
  sender_close();
}

void guard_release_stderr(void) {
  if (real_stderr >= 0) dup2(real_stderr, STDERR_FILENO);
}

void guard_catch_stderr(void) {
  if (caught_stderr >= 0) dup2(caught_stderr, STDERR_FILENO);
}

int guard_signal_fd(void) { return signal_pipe[0]; }

int nc_next_signal(void) {
  unsigned char number;
  if (read(signal_pipe[0], &number, 1) != 1) return 0;
  atomic_store(&requests_to_end, 0);
  return number;
}

// Signal stacks

enum { signal_stack_size = 64 * 1024 };
static pthread_key_t signal_stack_key;
static pthread_once_t signal_stack_once = PTHREAD_ONCE_INIT;

static void free_signal_stack(void *stack) {
  stack_t none = {.ss_flags = SS_DISABLE};
  sigaltstack(&none, NULL);
  munmap(stack, signal_stack_size);
}

static void make_signal_stack_key(void) {
  pthread_key_create(&signal_stack_key, free_signal_stack);
}

void nc_use_signal_stack(void) {
  stack_t current;
  if (sigaltstack(NULL, &current) == 0 && !(current.ss_flags & SS_DISABLE)) return;
  pthread_once(&signal_stack_once, make_signal_stack_key);
  void *memory = mmap(NULL, signal_stack_size, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return;
  stack_t stack = {.ss_sp = memory, .ss_size = signal_stack_size};
  sigaltstack(&stack, NULL);
  pthread_setspecific(signal_stack_key, memory);
}
