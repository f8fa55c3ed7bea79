// Restores the terminal on every way out. See guard.c.
#ifndef NC_GUARD_H
#define NC_GUARD_H

/// Makes the signal pipe, catches standard error, installs the handlers; 0, or -1.
int guard_begin(void);
/// Bytes that undo what ncurses set up; from here on a fatal signal sends them.
void guard_arm(const char *bytes, int count);
/// From here on a fatal signal sends nothing.
void guard_disarm(void);
/// Undoes guard_begin; prints what standard error caught.
void guard_end(void);
/// Puts the process's own standard error back for a while, and again the catching one.
void guard_release_stderr(void);
void guard_catch_stderr(void);
/// The reading end of the signal pipe.
int guard_signal_fd(void);

#endif
