// Restores the terminal on every way out: a normal end, exit(), signals that can be handled,
// crashes. Handlers call only async-signal-safe functions: write, poll, tcsetattr, dup2, pread,
// signal, raise.
#define _GNU_SOURCE
#include "guard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

#include "CNcurses.h"

static const int soft_signals[] = {SIGINT,  SIGTERM, SIGHUP, SIGQUIT,
                                   SIGTSTP, SIGCONT, SIGWINCH};
static const int fatal_signals[] = {SIGILL,  SIGTRAP, SIGSEGV, SIGBUS,  SIGFPE, SIGABRT,
                                    SIGUSR1, SIGUSR2, SIGALRM, SIGXCPU, SIGSYS};
enum {
  soft_count = sizeof soft_signals / sizeof *soft_signals,
  fatal_count = sizeof fatal_signals / sizeof *fatal_signals,
  restore_capacity = 512,
  /// So many requests to end that nobody takes mean that the program hangs.
  patience = 3,
};

static struct sigaction previous_soft[soft_count];
static struct sigaction previous_fatal[fatal_count];
static int signal_pipe[2] = {-1, -1};
static int real_stderr = -1;
static int caught_stderr = -1;
static struct termios shell_modes;
static char restore_bytes[restore_capacity];
static int restore_count;
static atomic_int armed;
static atomic_int catches_stderr;
static atomic_int requests_to_end;

static void write_all(int fd, const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t written = write(fd, bytes, count);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EAGAIN) {
      // A terminal that is shared with a program which doesn't wait for it.
      struct pollfd output = {.fd = fd, .events = POLLOUT};
      if (poll(&output, 1, 1000) > 0) continue;
    }
    if (written <= 0) return;
    bytes += written;
    count -= (size_t)written;
  }
}

static void replay_stderr(void) {
  if (!atomic_exchange(&catches_stderr, 0)) return;
  dup2(real_stderr, STDERR_FILENO);
  char chunk[1024];
  off_t offset = 0;
  ssize_t count;
  while ((count = pread(caught_stderr, chunk, sizeof chunk, offset)) > 0) {
    write_all(STDERR_FILENO, chunk, (size_t)count);
    offset += count;
  }
}

/// Once only, whoever comes first; async-signal-safe.
static void restore(void) {
  if (atomic_exchange(&armed, 0)) {
    write_all(STDOUT_FILENO, restore_bytes, (size_t)restore_count);
    tcsetattr(STDIN_FILENO, TCSANOW, &shell_modes);
  }
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
      atomic_fetch_add(&requests_to_end, 1) + 1 >= patience) {
    on_fatal_signal(number);
  }
  char byte = (char)number;
  (void)!write(signal_pipe[1], &byte, 1);
  errno = saved;
}

static void restore_at_exit(void) { restore(); }

static int has_handlers;

static void install_handlers(void) {
  has_handlers = 1;
  for (int i = 0; i < soft_count; i++) {
    struct sigaction action = {.sa_handler = on_soft_signal, .sa_flags = SA_RESTART};
    sigaction(soft_signals[i], &action, &previous_soft[i]);
  }
  for (int i = 0; i < fatal_count; i++) {
    struct sigaction action = {.sa_handler = on_fatal_signal,
                               .sa_flags = SA_ONSTACK | SA_NODEFER};
    sigaction(fatal_signals[i], &action, &previous_fatal[i]);
  }
}

/// Nothing where none were installed: what they replaced isn't known.
static void remove_handlers(void) {
  if (!has_handlers) return;
  has_handlers = 0;
  for (int i = 0; i < soft_count; i++) sigaction(soft_signals[i], &previous_soft[i], NULL);
  for (int i = 0; i < fatal_count; i++) sigaction(fatal_signals[i], &previous_fatal[i], NULL);
}

int guard_begin(void) {
  static int watches_exit;
  if (!watches_exit) {
    if (atexit(restore_at_exit) != 0) return -1;
    watches_exit = 1;
  }
  if (tcgetattr(STDIN_FILENO, &shell_modes) != 0) return -1;
  if (pipe2(signal_pipe, O_NONBLOCK | O_CLOEXEC) != 0) return -1;
  // A standard error that goes elsewhere can't disturb the screen.
  if (isatty(STDERR_FILENO)) {
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
