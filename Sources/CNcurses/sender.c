// Sends bytes to a terminal that may not take them: stopped by Ctrl-S, or at the other end of a
// connection that stalls. Nothing here waits for it beyond a limit.
//
// The descriptor is a second opening of the terminal, so that its being non-blocking concerns nobody
// else: standard output's own flags are shared with the shell.
#define _GNU_SOURCE
#include "sender.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum {
  /// So long a terminal that takes nothing is waited for at the end, in ms; and so long one that does.
  quiet_timeout = 300,
  whole_timeout = 1000,
  /// Sent at once where the descriptor would block; a terminal that takes anything takes so much.
  blocking_piece = 64,
};

static int own = -1;

void sender_open(void) {
  char path[32];
  snprintf(path, sizeof path, "/proc/self/fd/%d", STDOUT_FILENO);
  // Fails where the terminal belongs to another user, as after `su`.
  own = open(path, O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
}

void sender_close(void) {
  if (own >= 0) close(own);
  own = -1;
}

int sender_fd(void) { return own >= 0 ? own : STDOUT_FILENO; }

static int can_send(int fd, int timeout) {
  struct pollfd output = {.fd = fd, .events = POLLOUT};
  return poll(&output, 1, timeout) > 0 && (output.revents & POLLOUT);
}

/// Sends once; the count, 0 where the terminal takes nothing now, -1 where it is gone.
static ssize_t send_some(int fd, int is_blocking, const char *bytes, size_t count) {
  if (is_blocking) {
    if (!can_send(fd, 0)) return 0;
    if (count > blocking_piece) count = blocking_piece;
  }
  ssize_t sent = write(fd, bytes, count);
  if (sent >= 0) return sent;
  return errno == EAGAIN || errno == EINTR ? 0 : -1;
}

ssize_t sender_send(const char *bytes, size_t count) {
  size_t sent = 0;
  while (sent < count) {
    ssize_t some = send_some(sender_fd(), own < 0, bytes + sent, count - sent);
    if (some < 0) return -1;
    if (some == 0) break;
    sent += (size_t)some;
  }
  return (ssize_t)sent;
}

static long milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/// Sends until the terminal has taken all or its time is over; the count.
static size_t send_patiently(int fd, int is_blocking, const char *bytes, size_t count) {
  long end = milliseconds() + whole_timeout;
  size_t sent = 0;
  while (sent < count) {
    ssize_t some = send_some(fd, is_blocking, bytes + sent, count - sent);
    if (some < 0) return count;
    sent += (size_t)some;
    if (some > 0) continue;
    if (milliseconds() > end || !can_send(fd, quiet_timeout)) break;
  }
  return sent;
}

static void finish(int fd, int is_blocking, const char *bytes, size_t count) {
  if (!can_send(fd, 0)) {
    // Undoes Ctrl-S: only what the program itself stopped can be started.
    tcflow(fd, TCOOFF);
    tcflow(fd, TCOON);
  }
  size_t sent = send_patiently(fd, is_blocking, bytes, count);
  if (sent == count) return;
  // Nobody reads. What waits for the reader is old pictures: these bytes take its place, so that the
  // terminal gets them as soon as somebody reads again. They begin with ESC, which ends whatever
  // sequence is cut off.
  tcflush(fd, TCOFLUSH);
  send_patiently(fd, is_blocking, bytes, count);
}

void sender_finish(const char *bytes, size_t count) { finish(sender_fd(), own < 0, bytes, count); }

void sender_finish_on(int fd, const char *bytes, size_t count) {
  struct stat other, output;
  int is_same = own >= 0 && fstat(fd, &other) == 0 && fstat(own, &output) == 0 &&
                other.st_rdev == output.st_rdev;
  send_patiently(is_same ? own : fd, !is_same, bytes, count);
}
