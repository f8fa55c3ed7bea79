// Sends cells to the terminal. See output.c.
#ifndef NC_OUTPUT_H
#define NC_OUTPUT_H

/// Reads what the terminal that was just opened understands.
void output_open(int uses_color);
void output_close(void);
/// The descriptor to wait for until there is room for more.
int output_fd(void);
/// Bytes to send at the next nc_flush.
void output_append(const char *bytes, int count);
/// Forgets what wasn't sent; the terminal may have got a part of it.
void output_drop(void);
/// Somebody else wrote to the terminal: what style it has isn't known.
void output_forget(void);

/// Appends a terminfo string without its padding marks `$<…>`; the new count.
int output_append_capability(char *bytes, int count, int capacity, const char *text);

#endif
