// fault-tracer - runs a program and makes its life hard, for the fault tests. Works on static programs too.
//
//   fault-tracer [options] -- PROGRAM ARGUMENTS
//   --root DIR            files below it count as the installation's
//   --kill-at N           SIGKILL just before the Nth effect (a system call that others can see: a write, a sync,
//                         a rename, a byte on a connection, the answer)
//   --fail ERRNO          file effects fail; --fail-from N (1), --fail-count N (all), --fail-what NAME (all)
//   --clock MS            the program's wall clock begins at this time
//   --clock-file FILE     the program's wall clock is the monotonic one plus these milliseconds (8 bytes), read at
//                         each look: whoever writes the file sets the clock of a program that runs
//   --record FILE         every change of a file, for the power-loss model
//   --report FILE         the effects, one a line, and how the program ended
//
// It is the program's debugger (ptrace): every system call stops at its entry and at its exit. It ends as the
// program ended, also by its signal, and hands SIGTERM on to it.

#include "tracer.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct plan plan = {.root = "", .fail_from = 1};

static FILE *report;
static pid_t traced;
static long effects, file_effects;

/// A thread of the program, inside a system call or not.
#define THREADS_MAX 64
static struct thread {
  pid_t id;
  bool is_inside, is_failed;
  uint64_t number, args[6];
  struct effect effect;
} threads[THREADS_MAX];

void die(const char *what) {
  fprintf(stderr, "fault-tracer: %s: %s\n", what, strerror(errno));
  exit(99);
}

int64_t monotonic_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/// Who ends the tracer means the program.
static void pass_on(int number) { kill(traced, number); }

static struct thread *thread_of(pid_t id) {
  struct thread *empty = NULL;
  for (int index = 0; index < THREADS_MAX; index++) {
    if (threads[index].id == id) return &threads[index];
    if (threads[index].id == 0 && empty == NULL) empty = &threads[index];
  }
  if (empty == NULL) die("too many threads");
  memset(empty, 0, sizeof *empty);
  empty->id = id;
  return empty;
}

static bool shall_fail(const struct effect *effect) {
  if (plan.fail_errno == 0 || !effect->is_file) return false;
  if (plan.fail_what != NULL && strcmp(plan.fail_what, effect->name) != 0) return false;
  file_effects++;
  return file_effects >= plan.fail_from &&
         (plan.fail_count == 0 || file_effects < plan.fail_from + plan.fail_count);
}

/// Returns false when the program has been killed.
static bool enter(pid_t program, struct thread *thread) {
  describe_effect(thread->id, thread->number, thread->args, &thread->effect);
  thread->is_failed = false;
  if (thread->effect.name == NULL) return true;
  effects++;
  if (report != NULL) fprintf(report, "%s %s\n", thread->effect.name, thread->effect.path);
  if (effects == plan.kill_at) {
    if (report != NULL) fprintf(report, "killed\n");
    kill(program, SIGKILL);
    return false;
  }
  if (shall_fail(&thread->effect)) {
    thread->is_failed = true;
    skip_call(thread->id);
  }
  return true;
}

static void leave(struct thread *thread, int64_t result) {
  if (thread->is_failed) {
    set_result(thread->id, -plan.fail_errno);
  } else if (is_clock_call(thread->number, thread->args)) {
    change_clock(thread->id, thread->number, thread->args);
  } else if (thread->effect.name != NULL && result >= 0) {
    record_effect(thread->id, &thread->effect, result);
  }
}

static void system_call(pid_t program, struct thread *thread) {
  struct __ptrace_syscall_info info;
  if (ptrace(PTRACE_GET_SYSCALL_INFO, thread->id, sizeof info, &info) < 0) return;
  if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
    thread->is_inside = true;
    thread->number = info.entry.nr;
    for (int index = 0; index < 6; index++) thread->args[index] = info.entry.args[index];
    enter(program, thread);
  } else if (info.op == PTRACE_SYSCALL_INFO_EXIT && thread->is_inside) {
    thread->is_inside = false;
    leave(thread, info.exit.rval);
  }
}

/// Follows the program to its end. Returns its wait status.
static int follow(pid_t program) {
  while (true) {
    int status;
    pid_t id = waitpid(-1, &status, __WALL);
    if (id < 0) {
      if (errno == EINTR) continue;
      die("wait");
    }
    if (WIFEXITED(status) || WIFSIGNALED(status)) {
      if (id == program) return status;
      thread_of(id)->id = 0;
      continue;
    }
    int signal_number = 0;
    if (WSTOPSIG(status) == (SIGTRAP | 0x80)) {
      system_call(program, thread_of(id));
    } else if (status >> 16 == PTRACE_EVENT_EXEC) {
      if (plan.has_clock) hide_vdso(id);
    } else if (status >> 16 == 0 && WSTOPSIG(status) != SIGTRAP && WSTOPSIG(status) != SIGSTOP) {
      signal_number = WSTOPSIG(status);
    }
    ptrace(PTRACE_SYSCALL, id, 0, signal_number);
  }
}

static const char *value_of(char **words, int count, int *index) {
  if (*index + 1 >= count) {
    fprintf(stderr, "fault-tracer: %s needs a value\n", words[*index]);
    exit(2);
  }
  return words[++*index];
}

/// Returns the index of the program's name.
static int read_plan(int count, char **words) {
  for (int index = 1; index < count; index++) {
    const char *word = words[index];
    if (strcmp(word, "--") == 0) return index + 1;
    const char *value = value_of(words, count, &index);
    if (strcmp(word, "--root") == 0) plan.root = value;
    else if (strcmp(word, "--kill-at") == 0) plan.kill_at = atol(value);
    else if (strcmp(word, "--fail") == 0) plan.fail_errno = atoi(value);
    else if (strcmp(word, "--fail-from") == 0) plan.fail_from = atol(value);
    else if (strcmp(word, "--fail-count") == 0) plan.fail_count = atol(value);
    else if (strcmp(word, "--fail-what") == 0) plan.fail_what = value;
    else if (strcmp(word, "--record") == 0) plan.record_path = value;
    else if (strcmp(word, "--report") == 0) plan.report_path = value;
    else if (strcmp(word, "--clock") == 0) {
      plan.has_clock = true;
      plan.clock_at = atoll(value);
    } else if (strcmp(word, "--clock-file") == 0) {
      plan.has_clock = true;
      map_clock(value);
    } else {
      fprintf(stderr, "fault-tracer: %s is not known\n", word);
      exit(2);
    }
  }
  return count;
}

int main(int count, char **words) {
  int first = read_plan(count, words);
  if (first >= count) {
    fprintf(stderr, "usage: fault-tracer [options] -- PROGRAM ARGUMENTS\n");
    return 2;
  }
  if (plan.report_path != NULL && (report = fopen(plan.report_path, "we")) == NULL) die(plan.report_path);
  pid_t program = fork();
  if (program < 0) die("fork");
  if (program == 0) {
    if (ptrace(PTRACE_TRACEME, 0, 0, 0) < 0) die("ptrace");
    raise(SIGSTOP);
    execv(words[first], words + first);
    die(words[first]);
  }
  int status;
  if (waitpid(program, &status, 0) < 0 || !WIFSTOPPED(status)) die("start");
  long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL | PTRACE_O_TRACECLONE |
                 PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK;
  if (ptrace(PTRACE_SETOPTIONS, program, 0, options) < 0) die("ptrace");
  traced = program;
  struct sigaction action = {.sa_handler = pass_on};
  sigaction(SIGTERM, &action, NULL);
  ptrace(PTRACE_SYSCALL, program, 0, 0);
  status = follow(program);
  if (report != NULL) {
    fprintf(report, "effects %ld\n", effects);
    fclose(report);
  }
  if (WIFSIGNALED(status)) {
    signal(WTERMSIG(status), SIG_DFL);
    kill(getpid(), WTERMSIG(status));
  }
  return WEXITSTATUS(status);
}
