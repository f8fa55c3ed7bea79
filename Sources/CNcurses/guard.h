// Restores the terminal on every way out. See guard.c.
#ifndef NC_GUARD_H
#define NC_GUARD_H

/// Notes the terminal's modes, makes the signal pipe, installs the handlers; 0, or -1.
/// - catches_stderr: whether standard error is kept back until guard_end, where it is a terminal
int guard_begin(int catches_stderr);
/// Takes keys one by one and unseen, on standard input's terminal and on standard output's where that
/// is drawn on.
void guard_set_modes(int has_screen);
/// Bytes that undo what was set up; from here on every way out sends them.
void guard_arm(const char *bytes, int count);
/// Gives the terminal back: sends the bytes and restores the modes. Once only, whoever comes first;
/// async-signal-safe.
void guard_give_back(void);
/// From here on no way out gives anything back.
void guard_disarm(void);
/// Undoes guard_begin; prints what standard error caught.
void guard_end(void);
/// Puts the process's own standard error back for a while, and again the catching one.
void guard_release_stderr(void);
void guard_catch_stderr(void);
/// The reading end of the signal pipe.
int guard_signal_fd(void);

#endif
