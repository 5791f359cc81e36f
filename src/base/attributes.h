/* Compiler attributes that the code relies on; gcc and clang have them all. */
#ifndef SHOPVANE_BASE_ATTRIBUTES_H
#define SHOPVANE_BASE_ATTRIBUTES_H

#define MUST_CHECK           __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, va) __attribute__((format(printf, fmt, va)))
#define FORMAT_ARG(n)        __attribute__((format_arg(n)))
#define NO_RETURN            __attribute__((noreturn))
#define UNUSED               __attribute__((unused))
#define ARRAY_LEN(a)         (sizeof(a) / sizeof((a)[0]))

#endif
