// Sends bytes to the terminal, waiting no longer than the caller allows. See sender.c.
#ifndef NC_SENDER_H
#define NC_SENDER_H

#include <stddef.h>
#include <sys/types.h>

/// Prepares to send to standard output.
void sender_open(void);
void sender_close(void);
/// The descriptor to wait for until more can be sent.
int sender_fd(void);
/// Sends as much as the terminal takes now; the count, or -1 where the terminal is gone.
ssize_t sender_send(const char *bytes, size_t count);
/// Sends the last bytes, at the cost of what the terminal hasn't taken by then; async-signal-safe.
void sender_finish(const char *bytes, size_t count);
/// The same to another descriptor, at the cost of the rest.
void sender_finish_on(int fd, const char *bytes, size_t count);

#endif
