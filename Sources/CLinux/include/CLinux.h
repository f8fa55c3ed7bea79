// The few Linux calls that Swift's Glibc module lacks.
//
// Names begin with cl_ (CL_), so that they meet no other library's.
#ifndef CLINUX_H
#define CLINUX_H

#include <stdint.h>

/// Names the calling thread (15 bytes at most are kept), as `ps -L` and `perf` show it.
void cl_name_thread(const char *name);
/// Lowers the calling thread's priority: it runs where others leave a processor idle.
void cl_yield_to_others(void);
/// The kernel's id of the calling thread.
int cl_thread_id(void);
/// Binds the calling thread to `count` of the processors that this process may use, from the
/// `first` on; 0, or an errno.
int cl_bind_thread(int first, int count);
/// The processors this process may run on.
int cl_usable_processors(void);
/// One of the system's clocks, in nanoseconds.
int64_t cl_clock_ns(int clock);
/// CLOCK_MONOTONIC, in nanoseconds.
int64_t cl_monotonic_ns(void);
/// CPU time of the calling thread, in nanoseconds.
int64_t cl_thread_cpu_ns(void);
/// CPU time of the whole process, in nanoseconds.
int64_t cl_process_cpu_ns(void);
/// Cycles a nanosecond of the core that the calling thread runs on, by the time that a chain of 32-bit
/// multiplications takes, three cycles each on every x86-64 processor in use; 0 on others. Takes a third of
/// a millisecond.
double cl_cycles_per_ns(void);
/// Sleeps until a CLOCK_MONOTONIC time.
void cl_sleep_until_ns(int64_t deadline);
/// Asks the kernel for timers as exact as it has them for the calling thread (slack 1 ns instead of 50 µs).
void cl_use_exact_timers(void);
/// A non-blocking eventfd, or -1.
int cl_eventfd(void);
/// Gives memory that was freed back to the system: the C library keeps what threads that have ended leave
/// behind. Some milliseconds.
void cl_trim_memory(void);
/// Resident set size in bytes, from /proc/self/statm; 0 where it can't be read.
int64_t cl_resident_bytes(void);
/// When an open file was last changed, on the real-time clock in nanoseconds; -1 where that isn't known.
int64_t cl_changed_ns(int descriptor);
/// Opens a folder as the place of its entries, whether it may be read or not; -1 and errno.
int cl_folder(const char *path);
/// Opens a file without a name in an open folder for reading and writing; it is gone with its last
/// descriptor unless it gets a name. -1 and errno where the file system has none.
int cl_unnamed_file(int folder, unsigned mode);
/// Gives an unnamed file a name in its folder; replaces nothing. Returns 0 or an errno: EEXIST where the
/// name is taken, ENOENT without /proc.
int cl_name_file(int file, int folder, const char *name);
/// Renames within an open folder without replacing anything. Returns 0 or an errno: EEXIST where
/// the target exists, EINVAL where the file system doesn't support it.
int cl_rename_new(int folder, const char *from, const char *to);

/// Whether a signal is ignored, as `nohup` has it for the programs that it starts.
int cl_ignores_signal(int number);
/// Starts a program in a process group of its own, with `channel` as its input and output and
/// `complaints` as its errors, no signal ignored or blocked. It is killed when the calling thread ends, and
/// with it, from Linux 5.3 on, all of its group when this process ends, however that is: a copy of this
/// process waits for it in the group. Returns 0, or the errno of what failed.
int cl_spawn(int *id, const char *program, char *const *arguments, char *const *environment,
             int channel, int complaints);
/// Whether the system gives `count` threads, 1024 at most, at the same time: 1 or 0. They have ended when
/// it returns.
int cl_can_start(int count);
/// Whether a child has ended; it stays to be waited for: 1 or 0.
int cl_has_ended(int id);
/// The number of the program's arguments, its own name included, and the arguments, as the kernel gave
/// them; known without /proc.
int cl_argument_count(void);
char *const *cl_arguments(void);

#endif
