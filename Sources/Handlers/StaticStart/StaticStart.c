// StaticStart.c - two parts of the Swift runtime that a static handler begins without.
//
// Before main, the runtime parses /proc/self/maps to find the process's arguments again, and asks nine folders for
// `swift-backtrace`, which would print the stack of a crash on a terminal. A handler is started by a web server for
// one request of half a millisecond, on a host that has no Swift: the first costs it 50 microseconds for what the C
// library hands every constructor, the second is never found. The linker takes the runtime's own objects
// (CommandLine.cpp, Backtrace.cpp) from the archive only for symbols that nobody else defines; these are they.
//
// Only for the shipped, static handlers: `make` defines OPSFABRIC_STATIC_START. A runtime that asks for more of
// these objects than this links twice and fails in the build, not on a host.
#ifdef OPSFABRIC_STATIC_START

static int count;
static char **arguments;

// The C library calls constructors with what main gets.
__attribute__((constructor)) static void remember(int argument_count, char **argument_values) {
  count = argument_count;
  arguments = argument_values;
}

/// What `CommandLine` reads.
char **_swift_stdlib_getUnsafeArgvArgc(int *argument_count) {
  *argument_count = count;
  return arguments;
}

/// The runtime's settings for `swift-backtrace`: all of them zero says off, as they are for every process whose
/// output is no terminal. Larger than the runtime's (88 bytes), which only reads them.
char _swift_backtraceSettings[256];

/// Asked by `swift-backtrace` alone; swiftrt.o names it so that a static program has it.
_Bool _swift_backtrace_isThunkFunction(const char *name) { return name == 0; }

#endif
