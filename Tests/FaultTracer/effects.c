// effects.c - which system calls others can see, on what, and the record of those that changed a file.
//
// A record is: kind (1 byte), inode, offset, length of name, length of data (8 bytes each, little endian), then
// name and data. Kinds: C created, W written, T truncated to offset, S synced, D folder synced, R renamed (data
// is the new name), U removed, M folder made, A answered (data), N sent over the network (data).

#include "tracer.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static void read_text(pid_t pid, uint64_t address, char *to, size_t size) {
  size_t length = 0;
  // Byte by byte to the end of the page at most: what lies behind may not be readable.
  while (length + 1 < size && read_memory(pid, address + length, to + length, 1) && to[length] != 0) length++;
  to[length] = 0;
}

static bool is_below_root(const char *path) {
  size_t length = strlen(plan.root);
  return length > 0 && strncmp(path, plan.root, length) == 0 && (path[length] == '/' || path[length] == 0);
}

/// SQLite's index of the write-ahead log. It is not kept: after a crash it is made anew from the log itself.
static bool is_shared_memory(const char *path) {
  size_t length = strlen(path);
  return length > 4 && strcmp(path + length - 4, "-shm") == 0;
}

static void by_name(pid_t pid, int folder, uint64_t address, char *path, size_t size) {
  read_text(pid, address, path, size);
  if (path[0] == '/') return;
  char link[64], start[4096], name[4096];
  snprintf(name, sizeof name, "%s", path);
  if (folder == AT_FDCWD) snprintf(link, sizeof link, "/proc/%d/cwd", pid);
  else snprintf(link, sizeof link, "/proc/%d/fd/%d", pid, folder);
  ssize_t length = readlink(link, start, sizeof start - 1);
  if (length < 0) return;
  start[length] = 0;
  snprintf(path, size, "%s/%s", start, name);
}

static void by_descriptor(pid_t pid, int fd, struct effect *effect) {
  char link[64];
  struct stat status;
  snprintf(link, sizeof link, "/proc/%d/fd/%d", pid, fd);
  ssize_t length = readlink(link, effect->path, sizeof effect->path - 1);
  effect->path[length < 0 ? 0 : length] = 0;
  effect->fd = fd;
  if (stat(link, &status) == 0) {
    effect->inode = status.st_ino;
    if (S_ISSOCK(status.st_mode)) strcpy(effect->path, "socket");
  }
  effect->is_file = is_below_root(effect->path) && !is_shared_memory(effect->path);
}

/// Where `write` will write.
static uint64_t position(pid_t pid, int fd) {
  char path[64];
  unsigned long long result = 0;
  snprintf(path, sizeof path, "/proc/%d/fdinfo/%d", pid, fd);
  FILE *file = fopen(path, "re");
  if (file == NULL) return 0;
  if (fscanf(file, "pos: %llu", &result) != 1) result = 0;
  fclose(file);
  return result;
}

static void describe_write(pid_t pid, const uint64_t *args, bool has_offset, struct effect *effect) {
  by_descriptor(pid, (int)args[0], effect);
  bool is_socket = strcmp(effect->path, "socket") == 0;
  if (args[0] == 1) {
    strcpy(effect->path, "answer");
    effect->is_file = false;
  } else if (!effect->is_file && !is_socket) {
    return;
  }
  effect->name = is_socket ? "send" : "write";
  effect->address = args[1];
  effect->length = args[2];
  effect->offset = has_offset ? args[3] : position(pid, (int)args[0]);
}

static void describe_open(pid_t pid, int folder, uint64_t name, uint64_t flags, struct effect *effect) {
  if ((flags & (O_CREAT | O_TRUNC)) == 0) return;
  by_name(pid, folder, name, effect->path, sizeof effect->path);
  effect->is_file = is_below_root(effect->path) && !is_shared_memory(effect->path);
  effect->is_new = access(effect->path, F_OK) != 0;
  // Opening what is there already changes nothing.
  if (effect->is_file && (effect->is_new || (flags & O_TRUNC) != 0)) effect->name = "open";
}

static void describe_names(
  pid_t pid, const char *name, int folder, uint64_t path, int other_folder, uint64_t other, struct effect *effect) {
  by_name(pid, folder, path, effect->path, sizeof effect->path);
  if (other != 0) by_name(pid, other_folder, other, effect->other, sizeof effect->other);
  effect->is_file = is_below_root(effect->path) && !is_shared_memory(effect->path);
  if (effect->is_file) effect->name = name;
}

void describe_effect(pid_t pid, uint64_t number, const uint64_t *args, struct effect *effect) {
  memset(effect, 0, sizeof *effect);
  effect->fd = -1;
  switch (number) {
    case SYS_write: describe_write(pid, args, false, effect); break;
    case SYS_pwrite64: describe_write(pid, args, true, effect); break;
    case SYS_sendto: case SYS_sendmsg: case SYS_connect:
      effect->name = number == SYS_connect ? "connect" : "send";
      strcpy(effect->path, "socket");
      if (number == SYS_sendto) {
        effect->address = args[1];
        effect->length = args[2];
      }
      break;
    case SYS_fsync: case SYS_fdatasync:
      by_descriptor(pid, (int)args[0], effect);
      if (effect->is_file) effect->name = "sync";
      break;
    case SYS_ftruncate: case SYS_fallocate:
      by_descriptor(pid, (int)args[0], effect);
      effect->offset = number == SYS_ftruncate ? args[1] : UINT64_MAX;
      if (effect->is_file) effect->name = "truncate";
      break;
    case SYS_openat: describe_open(pid, (int)args[0], args[1], args[2], effect); break;
    case SYS_renameat: case SYS_renameat2:
      describe_names(pid, "rename", (int)args[0], args[1], (int)args[2], args[3], effect);
      break;
    case SYS_unlinkat: describe_names(pid, "unlink", (int)args[0], args[1], 0, 0, effect); break;
    case SYS_mkdirat: describe_names(pid, "mkdir", (int)args[0], args[1], 0, 0, effect); break;
#ifdef SYS_open
    case SYS_open: describe_open(pid, AT_FDCWD, args[0], args[1], effect); break;
    case SYS_rename: describe_names(pid, "rename", AT_FDCWD, args[0], AT_FDCWD, args[1], effect); break;
    case SYS_unlink: describe_names(pid, "unlink", AT_FDCWD, args[0], 0, 0, effect); break;
    case SYS_mkdir: describe_names(pid, "mkdir", AT_FDCWD, args[0], 0, 0, effect); break;
#endif
    default: break;
  }
}

static void put(
  char kind, uint64_t inode, uint64_t offset, const char *name, const void *data, uint64_t length) {
  static FILE *record;
  // Appended to, so that programs one after the other make one record.
  if (record == NULL && (record = fopen(plan.record_path, "ae")) == NULL) die(plan.record_path);
  uint64_t numbers[] = {inode, offset, strlen(name), length};
  fwrite(&kind, 1, 1, record);
  fwrite(numbers, sizeof numbers, 1, record);
  fwrite(name, 1, strlen(name), record);
  fwrite(data, 1, length, record);
  fflush(record);
}

static void put_memory(pid_t pid, char kind, const struct effect *effect, int64_t length) {
  char *data = malloc(length > 0 ? (size_t)length : 1);
  if (data == NULL || !read_memory(pid, effect->address, data, (size_t)length)) die("read memory");
  put(kind, effect->inode, effect->offset, effect->path, data, (uint64_t)length);
  free(data);
}

void record_effect(pid_t pid, const struct effect *effect, int64_t result) {
  if (plan.record_path == NULL) return;
  struct stat status;
  if (strcmp(effect->path, "answer") == 0) {
    put_memory(pid, 'A', effect, result);
    return;
  }
  if (strcmp(effect->name, "send") == 0 && effect->address != 0) {
    put_memory(pid, 'N', effect, result);
    return;
  }
  if (!effect->is_file) return;
  if (strcmp(effect->name, "write") == 0) {
    put_memory(pid, 'W', effect, result);
  } else if (strcmp(effect->name, "sync") == 0) {
    bool is_folder = stat(effect->path, &status) == 0 && S_ISDIR(status.st_mode);
    put(is_folder ? 'D' : 'S', effect->inode, 0, effect->path, "", 0);
  } else if (strcmp(effect->name, "truncate") == 0) {
    if (effect->offset != UINT64_MAX) put('T', effect->inode, effect->offset, effect->path, "", 0);
  } else if (strcmp(effect->name, "open") == 0) {
    if (stat(effect->path, &status) != 0) return;
    put(effect->is_new ? 'C' : 'T', status.st_ino, 0, effect->path, "", 0);
  } else if (strcmp(effect->name, "rename") == 0) {
    put('R', 0, 0, effect->path, effect->other, strlen(effect->other));
  } else {
    put(strcmp(effect->name, "mkdir") == 0 ? 'M' : 'U', 0, 0, effect->path, "", 0);
  }
}
