// CPlatform.c - what the kernel offers and Swift cannot import.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "CPlatform.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

void opsfabric_forbid_core_dumps(void) { prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

int opsfabric_syncfs(int descriptor) { return syncfs(descriptor); }

static void opsfabric_on_deadline(int signal_number) { (void)signal_number; }

int opsfabric_flock_until(int descriptor, long milliseconds) {
  if (flock(descriptor, LOCK_EX | LOCK_NB) == 0) return 0;
  if (errno != EWOULDBLOCK) return errno;
  if (milliseconds <= 0) return EWOULDBLOCK;

  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = opsfabric_on_deadline;  // no SA_RESTART: flock() returns EINTR
  sigemptyset(&action.sa_mask);
  if (sigaction(SIGALRM, &action, NULL) != 0) return errno;

  struct sigevent event;
  memset(&event, 0, sizeof event);
  event.sigev_notify = SIGEV_THREAD_ID;
  event.sigev_signo = SIGALRM;
  event._sigev_un._tid = (pid_t)syscall(SYS_gettid);
  timer_t timer;
  if (timer_create(CLOCK_MONOTONIC, &event, &timer) != 0) return errno;

  // Threaded web servers start programs with all signals blocked: the timer would never wake us.
  sigset_t alarm_only, mask_before;
  sigemptyset(&alarm_only);
  sigaddset(&alarm_only, SIGALRM);
  pthread_sigmask(SIG_UNBLOCK, &alarm_only, &mask_before);

  struct timespec start, now;
  clock_gettime(CLOCK_MONOTONIC, &start);
  struct itimerspec interval;
  interval.it_value.tv_sec = milliseconds / 1000;
  interval.it_value.tv_nsec = (milliseconds % 1000) * 1000000L;
  interval.it_interval.tv_sec = 0;
  interval.it_interval.tv_nsec = 20000000L;
  int result = timer_settime(timer, 0, &interval, NULL) == 0 ? 0 : errno;
  while (result == 0) {
    if (flock(descriptor, LOCK_EX) == 0) break;
    if (errno != EINTR) {
      result = errno;
      break;
    }
    clock_gettime(CLOCK_MONOTONIC, &now);
    long waited = (now.tv_sec - start.tv_sec) * 1000L + (now.tv_nsec - start.tv_nsec) / 1000000L;
    if (waited >= milliseconds) {
      // The lock may have been granted between the signal and here: ask once more.
      result = flock(descriptor, LOCK_EX | LOCK_NB) == 0 ? -1 : EWOULDBLOCK;
    }
  }
  timer_delete(timer);
  pthread_sigmask(SIG_SETMASK, &mask_before, NULL);
  return result == -1 ? 0 : result;
}

int opsfabric_lock_place(int descriptor, long long place, int taken) {
  struct flock lock;
  memset(&lock, 0, sizeof lock);
  lock.l_type = taken ? F_WRLCK : F_UNLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = place;
  lock.l_len = 1;
  return fcntl(descriptor, F_OFD_SETLK, &lock) == 0 ? 0 : errno;
}

long opsfabric_file_system_type(const char *path) {
  struct statfs status;
  return statfs(path, &status) == 0 ? (long)status.f_type & 0xFFFFFFFFL : -1;
}
