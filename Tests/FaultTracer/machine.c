// machine.c - the program's memory, registers and clock.

#include "tracer.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <time.h>
#include <unistd.h>

bool read_memory(pid_t pid, uint64_t address, void *to, size_t length) {
  struct iovec here = {to, length}, there = {(void *)address, length};
  return length == 0 || process_vm_readv(pid, &here, 1, &there, 1, 0) == (ssize_t)length;
}

bool write_memory(pid_t pid, uint64_t address, const void *from, size_t length) {
  struct iovec here = {(void *)from, length}, there = {(void *)address, length};
  return process_vm_writev(pid, &here, 1, &there, 1, 0) == (ssize_t)length;
}

static void registers(pid_t pid, struct user_regs_struct *all, bool isStored) {
  struct iovec vector = {all, sizeof *all};
  if (ptrace(isStored ? PTRACE_SETREGSET : PTRACE_GETREGSET, pid, (void *)NT_PRSTATUS, &vector) < 0 &&
      errno != ESRCH) {
    die("registers");
  }
}

uint64_t stack_pointer(pid_t pid) {
  struct user_regs_struct all = {0};
  registers(pid, &all, false);
#ifdef __x86_64__
  return all.rsp;
#else
  return all.sp;
#endif
}

void skip_call(pid_t pid) {
#ifdef __x86_64__
  struct user_regs_struct all = {0};
  registers(pid, &all, false);
  all.orig_rax = (unsigned long long)-1;
  registers(pid, &all, true);
#else
  int none = -1;
  struct iovec vector = {&none, sizeof none};
  if (ptrace(PTRACE_SETREGSET, pid, (void *)NT_ARM_SYSTEM_CALL, &vector) < 0 && errno != ESRCH) die("skip");
#endif
}

void set_result(pid_t pid, int64_t result) {
  struct user_regs_struct all = {0};
  registers(pid, &all, false);
#ifdef __x86_64__
  all.rax = (unsigned long long)result;
#else
  all.regs[0] = (unsigned long long)result;
#endif
  registers(pid, &all, true);
}

// The C library reads the time from a page the kernel maps (the vDSO), without a system call. Where the program
// is not told of that page it asks the kernel.
void hide_vdso(pid_t pid) {
  uint64_t address = stack_pointer(pid), word = 0;
  if (!read_memory(pid, address, &word, sizeof word)) return;
  address += 8 * (word + 2);  // argc, argv, its end
  do {
    if (!read_memory(pid, address, &word, sizeof word)) return;
    address += 8;
  } while (word != 0);
  while (read_memory(pid, address, &word, sizeof word) && word != AT_NULL) {
    if (word == AT_SYSINFO_EHDR) {
      word = AT_IGNORE;
      write_memory(pid, address, &word, sizeof word);
    }
    address += 16;
  }
}

void map_clock(const char *path) {
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) die(path);
  void *page = mmap(NULL, sizeof *plan.clock_offset, PROT_READ, MAP_SHARED, file, 0);
  if (page == MAP_FAILED) die(path);
  close(file);
  plan.clock_offset = page;
}

static int64_t clock_ms(void) {
  static int64_t began = -1;
  int64_t now = monotonic_ms();
  if (plan.clock_offset != NULL) return now + *plan.clock_offset;
  if (began < 0) began = now;
  return plan.clock_at + now - began;
}

bool is_clock_call(uint64_t number, const uint64_t *args) {
  if (!plan.has_clock) return false;
#ifdef SYS_time
  if (number == SYS_time) return true;
#endif
  if (number == SYS_gettimeofday) return true;
  return number == SYS_clock_gettime && (args[0] == CLOCK_REALTIME || args[0] == CLOCK_REALTIME_COARSE);
}

void change_clock(pid_t pid, uint64_t number, const uint64_t *args) {
  int64_t now = clock_ms();
  if (number == SYS_clock_gettime) {
    struct timespec time = {now / 1000, now % 1000 * 1000000};
    write_memory(pid, args[1], &time, sizeof time);
  } else if (number == SYS_gettimeofday) {
    struct timeval time = {now / 1000, now % 1000 * 1000};
    if (args[0] != 0) write_memory(pid, args[0], &time, sizeof time);
  } else {
    int64_t seconds = now / 1000;
    if (args[0] != 0) write_memory(pid, args[0], &seconds, sizeof seconds);
    set_result(pid, seconds);
  }
}
