// What the kernel offers and Swift cannot import: a file lock with a deadline, a lock of one byte, one sync for many
// files, the kind of a file system.
#ifndef OPSFABRIC_CPLATFORM_H
#define OPSFABRIC_CPLATFORM_H

/// No core dump of this process, neither as a file nor into a program of the host's, which a limit of 0 bytes does
/// not keep away (core(5), prctl(2)).
void opsfabric_forbid_core_dumps(void);

/// Syncs everything written to the file system that the descriptor lies on. Returns 0, or -1 with errno.
int opsfabric_syncfs(int descriptor);

/// Waits for an exclusive flock, in the kernel's fair queue, for at most `milliseconds`.
/// The deadline is a timer signal to this very thread, repeated so that one arriving just before
/// flock() blocks is not lost. Returns 0, or errno (EWOULDBLOCK after the deadline).
int opsfabric_flock_until(int descriptor, long milliseconds);

/// Locks the one byte at `place` for this open file (F_OFD_SETLK), or frees it. Returns 0, or errno at once (EAGAIN or
/// EACCES: somebody else has it).
int opsfabric_lock_place(int descriptor, long long place, int taken);

/// The magic number of the file system a path lies on; -1 when the path cannot be reached.
long opsfabric_file_system_type(const char *path);

#endif
