// NoMathematics.c - the C library's transcendental functions, which no handler calls, are left out.
//
// Swift's library and SQLite's SQL functions name them, and with their variants for each kind of processor they would
// be 0.4 of a handler's 9 MB. The linker takes an object from libm only for a symbol that nobody else defines; here
// all are one function that ends the process, so that a handler which did call one would stop and not err.
// What rounds and compares (`floor`, `rint`, `fmod`) stays: that is small, and in use.
//
// Only for the shipped, static handlers, as StaticStart.c. A C library that keeps one of these in an object with
// something else that is needed links it twice and fails in the build, not on a host.
#ifdef OPSFABRIC_STATIC_START

void opsfabric_no_mathematics(void) { __builtin_trap(); }

// Under names of their own to the compiler, which knows the real ones.
#define LEFT_OUT(name) \
  void opsfabric_no_##name(void) __asm__(#name) __attribute__((alias("opsfabric_no_mathematics")));
#define LEFT_OUT_OF_EACH_WIDTH(name) LEFT_OUT(name) LEFT_OUT(name##f) LEFT_OUT(name##l)

LEFT_OUT_OF_EACH_WIDTH(sin)
LEFT_OUT_OF_EACH_WIDTH(cos)
LEFT_OUT_OF_EACH_WIDTH(tan)
LEFT_OUT_OF_EACH_WIDTH(asin)
LEFT_OUT_OF_EACH_WIDTH(acos)
LEFT_OUT_OF_EACH_WIDTH(atan)
LEFT_OUT_OF_EACH_WIDTH(atan2)
LEFT_OUT_OF_EACH_WIDTH(sinh)
LEFT_OUT_OF_EACH_WIDTH(cosh)
LEFT_OUT_OF_EACH_WIDTH(tanh)
LEFT_OUT_OF_EACH_WIDTH(asinh)
LEFT_OUT_OF_EACH_WIDTH(acosh)
LEFT_OUT_OF_EACH_WIDTH(atanh)
LEFT_OUT_OF_EACH_WIDTH(exp)
LEFT_OUT_OF_EACH_WIDTH(exp2)
LEFT_OUT_OF_EACH_WIDTH(expm1)
LEFT_OUT_OF_EACH_WIDTH(log)
LEFT_OUT_OF_EACH_WIDTH(log2)
LEFT_OUT_OF_EACH_WIDTH(log10)
LEFT_OUT_OF_EACH_WIDTH(log1p)
LEFT_OUT_OF_EACH_WIDTH(pow)
LEFT_OUT_OF_EACH_WIDTH(erf)
LEFT_OUT_OF_EACH_WIDTH(erfc)
LEFT_OUT_OF_EACH_WIDTH(cbrt)
LEFT_OUT_OF_EACH_WIDTH(hypot)
LEFT_OUT_OF_EACH_WIDTH(tgamma)
LEFT_OUT_OF_EACH_WIDTH(remquo)
LEFT_OUT(jn)
LEFT_OUT(yn)
LEFT_OUT(lgamma_r)
LEFT_OUT(lgammaf_r)
LEFT_OUT(lgammal_r)

#endif
