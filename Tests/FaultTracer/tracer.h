// tracer.h - what the parts of fault-tracer share.
#ifndef FAULT_TRACER_H
#define FAULT_TRACER_H
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/// What shall go wrong, from the command line.
struct plan {
  const char *root;       // only files below it count
  long kill_at;           // killed before this effect; 0 = never
  int fail_errno;         // file effects fail with it; 0 = none
  long fail_from;         // from this file effect on
  long fail_count;        // so many; 0 = all
  const char *fail_what;  // only effects of this name; NULL = all
  bool has_clock;
  int64_t clock_at;       // CLOCK_REALTIME at the start, in milliseconds
  const volatile int64_t *clock_offset;  // CLOCK_REALTIME minus CLOCK_MONOTONIC, as a mapped file says it now
  const char *record_path;  // every change of a file, for the power-loss model
  const char *report_path;  // one line for each effect, and how it ended
};

extern struct plan plan;

/// A system call that others can see the effect of.
struct effect {
  const char *name;  // NULL: none
  char path[4200];   // the file, "socket" or "answer"
  char other[4200];  // rename: the new name
  int fd;            // -1: by name
  uint64_t inode, offset, address, length;
  bool is_file;      // below root
  bool is_new;       // open: makes the file
  bool is_append;
};

/// What the system call that `pid` is about to make will do.
void describe_effect(pid_t pid, uint64_t number, const uint64_t *args, struct effect *effect);

/// Appends to the record what a system call that succeeded has done.
void record_effect(pid_t pid, const struct effect *effect, int64_t result);

/// Makes the C library ask the kernel for the time, where it can be changed.
void hide_vdso(pid_t pid);
/// The clock is what this file of eight bytes says at each look: it can be set while the program runs.
void map_clock(const char *path);
bool is_clock_call(uint64_t number, const uint64_t *args);
/// Puts the planned time in the place of the kernel's.
void change_clock(pid_t pid, uint64_t number, const uint64_t *args);

/// The pending system call will not be made.
void skip_call(pid_t pid);
void set_result(pid_t pid, int64_t result);

uint64_t stack_pointer(pid_t pid);
int64_t monotonic_ms(void);
bool read_memory(pid_t pid, uint64_t address, void *to, size_t length);
bool write_memory(pid_t pid, uint64_t address, const void *from, size_t length);
void die(const char *what);

#endif
