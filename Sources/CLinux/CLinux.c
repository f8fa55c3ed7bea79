#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int64_t read_clock(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void cl_name_thread(const char *name) {
  char kept[16];
  strncpy(kept, name, sizeof kept - 1);
  kept[sizeof kept - 1] = 0;
  pthread_setname_np(pthread_self(), kept);
}

void cl_yield_to_others(void) { setpriority(PRIO_PROCESS, (id_t)cl_thread_id(), 10); }

int cl_thread_id(void) { return (int)syscall(SYS_gettid); }

int cl_bind_thread(int first, int count) {
  cpu_set_t usable, wanted;
  if (sched_getaffinity(getpid(), sizeof usable, &usable) != 0) return errno;
  CPU_ZERO(&wanted);
  int seen = 0;
  for (int processor = 0; processor < CPU_SETSIZE; processor++) {
    if (!CPU_ISSET(processor, &usable)) continue;
    if (seen >= first && seen < first + count) CPU_SET(processor, &wanted);
    seen++;
  }
  if (CPU_COUNT(&wanted) == 0) return EINVAL;
  return pthread_setaffinity_np(pthread_self(), sizeof wanted, &wanted);
}

int cl_usable_processors(void) {
  cpu_set_t set;
  CPU_ZERO(&set);
  // The process's, as cl_bind_thread reads it: the calling thread may be bound.
  if (sched_getaffinity(getpid(), sizeof set, &set) != 0) return 1;
  int count = CPU_COUNT(&set);
  return count > 0 ? count : 1;
}

int64_t cl_clock_ns(int clock) { return read_clock(clock); }
int64_t cl_monotonic_ns(void) { return read_clock(CLOCK_MONOTONIC); }
int64_t cl_thread_cpu_ns(void) { return read_clock(CLOCK_THREAD_CPUTIME_ID); }
int64_t cl_process_cpu_ns(void) { return read_clock(CLOCK_PROCESS_CPUTIME_ID); }

double cl_cycles_per_ns(void) {
#if defined(__x86_64__)
  enum { MULTIPLICATIONS = 1 << 18, CYCLES = 3 };
  const int64_t start = cl_thread_cpu_ns();
  uint32_t value = 3;
  for (int i = 0; i < MULTIPLICATIONS; i++) __asm__ volatile("imull %0, %0" : "+r"(value));
  const int64_t time = cl_thread_cpu_ns() - start;
  return time > 0 ? (double)MULTIPLICATIONS * CYCLES / (double)time : 0;
#else
  return 0;
#endif
}

void cl_sleep_until_ns(int64_t deadline) {
  struct timespec until = {.tv_sec = deadline / 1000000000, .tv_nsec = deadline % 1000000000};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR) {
  }
}

void cl_use_exact_timers(void) { prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0); }

int cl_eventfd(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

void cl_trim_memory(void) { malloc_trim(0); }

int64_t cl_resident_bytes(void) {
  int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  char text[64];
  ssize_t count = read(file, text, sizeof text - 1);
  close(file);
  if (count <= 0) return 0;
  text[count] = 0;
  long size = 0, resident = 0;
  return sscanf(text, "%ld %ld", &size, &resident) == 2
             ? (int64_t)resident * sysconf(_SC_PAGESIZE)
             : 0;
}

int64_t cl_changed_ns(int descriptor) {
  struct stat status;
  if (fstat(descriptor, &status) != 0) return -1;
  return (int64_t)status.st_mtim.tv_sec * 1000000000 + status.st_mtim.tv_nsec;
}

int cl_folder(const char *path) { return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC); }

int cl_unnamed_file(int folder, unsigned mode) {
  return openat(folder, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, (mode_t)mode);
}

int cl_name_file(int file, int folder, const char *name) {
  char path[40];
  snprintf(path, sizeof path, "/proc/self/fd/%d", file);
  return linkat(AT_FDCWD, path, folder, name, AT_SYMLINK_FOLLOW) == 0 ? 0 : errno;
}

int cl_rename_new(int folder, const char *from, const char *to) {
  return renameat2(folder, from, folder, to, RENAME_NOREPLACE) == 0 ? 0 : errno;
}

int cl_ignores_signal(int number) {
  struct sigaction action;
  return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

static int argument_count;
static char **arguments;

// glibc gives what main gets to every constructor.
__attribute__((constructor)) static void keep_arguments(int count, char **values) {
  argument_count = count;
  arguments = values;
}

int cl_argument_count(void) { return argument_count; }

char *const *cl_arguments(void) { return arguments; }

/// Kills the process group that the caller is in as soon as the process `owner` has ended. It closes its
/// copies of all files, so that nobody waits for their end because of it. Never returns.
_Noreturn static void kill_group_after(int owner) {
  prctl(PR_SET_NAME, "augtop-guard");
  dup2(owner, 0);
  if (syscall(SYS_close_range, 1u, ~0u, 0u) != 0) {
    for (int file = 1; file < 65536; file++) close(file);
  }
  struct pollfd end = {.fd = 0, .events = POLLIN};
  while (poll(&end, 1, -1) < 0 && errno == EINTR) {
  }
  kill(0, SIGKILL);
  _exit(0);
}

int cl_spawn(int *id, const char *program, char *const *arguments, char *const *environment,
             int channel, int complaints) {
  int report[2];
  if (pipe2(report, O_CLOEXEC) != 0) return errno;
  pid_t parent = getpid();
  pid_t child = fork();
  if (child < 0) {
    int code = errno;
    close(report[0]);
    close(report[1]);
    return code;
  }
  if (child == 0) {
    // Only what is safe after fork in a program with threads.
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int owner = (int)syscall(SYS_pidfd_open, parent, 0);
    for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    // The parent may have ended before the kernel was asked.
    if (getppid() != parent) _exit(127);
    // The kernel kills the program alone; its children need somebody who waits. Before Linux 5.3 nobody can.
    if (owner >= 0 && _Fork() == 0) kill_group_after(owner);
    dup2(channel, STDIN_FILENO);
    dup2(channel, STDOUT_FILENO);
    dup2(complaints, STDERR_FILENO);
    execvpe(program, arguments, environment);
    int code = errno;
    ssize_t ignored = write(report[1], &code, sizeof code);
    (void)ignored;
    _exit(127);
  }
  // Now as in the child, whichever comes first.
  setpgid(child, child);
  close(report[1]);
  int code = 0;
  ssize_t count;
  do {
    count = read(report[0], &code, sizeof code);
  } while (count < 0 && errno == EINTR);
  close(report[0]);
  if (count == (ssize_t)sizeof code) {
    kill(-child, SIGKILL);
    waitpid(child, NULL, 0);
    return code ? code : ECHILD;
  }
  *id = child;
  return 0;
}

int cl_has_ended(int id) {
  siginfo_t state = {0};
  return waitid(P_PID, (id_t)id, &state, WEXITED | WNOHANG | WNOWAIT) == 0 && state.si_pid != 0;
}

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

static void *wait_at_gate(void *unused) {
  (void)unused;
  pthread_mutex_lock(&gate);
  pthread_mutex_unlock(&gate);
  return NULL;
}

int cl_can_start(int count) {
  enum { most = 1024 };
  pthread_t threads[most];
  int started = 0;
  if (count > most) count = most;
  pthread_mutex_lock(&gate);
  while (started < count && pthread_create(&threads[started], NULL, wait_at_gate, NULL) == 0) started++;
  pthread_mutex_unlock(&gate);
  for (int thread = 0; thread < started; thread++) pthread_join(threads[thread], NULL);
  return started == count;
}
