// SQLite's C interface as Swift can import it: macros with casts and variadic functions get a wrapper.
#ifndef OPSFABRIC_CSQLITE_SHIM_H
#define OPSFABRIC_CSQLITE_SHIM_H
#include <sqlite3.h>

static inline int opsfabric_sqlite3_bind_text(sqlite3_stmt *statement, int index, const char *bytes, int count) {
  return sqlite3_bind_text(statement, index, bytes, count, SQLITE_TRANSIENT);
}

static inline int opsfabric_sqlite3_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, int count) {
  return count == 0 ? sqlite3_bind_zeroblob(statement, index, 0)
                    : sqlite3_bind_blob(statement, index, bytes, count, SQLITE_TRANSIENT);
}

/// For a process of one thread, before it opens its first database: no mutexes, no memory statistics; of the page
/// cache four pages at first and not twenty, which would all be touched to be strung together.
static inline void opsfabric_sqlite3_use_one_thread(void) {
  sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
  sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  sqlite3_config(SQLITE_CONFIG_PAGECACHE, (void *)0, 0, 4);
}

/// The last connection to close neither checkpoints nor deletes the WAL: the batch runner does that.
static inline int opsfabric_sqlite3_keep_wal(sqlite3 *database) {
  int on = 1;
  int result = sqlite3_db_config(database, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)0);
  if (result != SQLITE_OK) return result;
  result = sqlite3_file_control(database, "main", SQLITE_FCNTL_PERSIST_WAL, &on);
  return result == SQLITE_NOTFOUND ? SQLITE_OK : result;
}
#endif
