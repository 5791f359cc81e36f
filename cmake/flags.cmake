# How everything is compiled: warnings, hardening, sanitizers.
set(CMAKE_C_STANDARD 17)
set(CMAKE_CXX_STANDARD 17)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_BUILD_RPATH_USE_ORIGIN ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

option(SHOPVANE_WERROR "warnings are errors" OFF)
option(SHOPVANE_TESTS "build the tests (needs cmocka)" ON)
option(SHOPVANE_FUZZ "build the fuzz targets (clang)" OFF)
set(SHOPVANE_FUZZ_SECONDS 5 CACHE STRING "how long ctest runs each fuzz target")
set(SHOPVANE_SANITIZE "" CACHE STRING "sanitizers, such as address,undefined or thread")

# The check for pie is what makes CMake pass -pie to the linker.
include(CheckPIESupported)
check_pie_supported(LANGUAGES C CXX)

set(SHOPVANE_C_WARNINGS -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes
    -Wmissing-prototypes -Wformat=2 -Wvla -Wundef -Wcast-qual -Wwrite-strings -Wdouble-promotion
    -Wnull-dereference)
if(CMAKE_C_COMPILER_ID MATCHES Clang)
  list(APPEND SHOPVANE_C_WARNINGS -Wreserved-identifier -Wreserved-macro-identifier)
endif()
if(SHOPVANE_WERROR)
  list(APPEND SHOPVANE_C_WARNINGS -Werror)
endif()
add_compile_options("$<$<COMPILE_LANGUAGE:C>:${SHOPVANE_C_WARNINGS}>" -ffp-contract=off
                    -fvisibility=hidden -ffunction-sections -fdata-sections)
if(CMAKE_C_FLAGS MATCHES "-fanalyzer")
  # gcc 12 takes what pull_text() returns there for unset, in one file of all
  set_source_files_properties(src/ingest/pull/connectors/woocommerce.c
                              PROPERTIES COMPILE_OPTIONS -Wno-analyzer-use-of-uninitialized-value)
endif()
add_compile_definitions(_GNU_SOURCE SHOPVANE_VERSION="${PROJECT_VERSION}")
add_link_options(-Wl,--gc-sections)

# Release is what users run: optimised and hardened.
set(CMAKE_C_FLAGS_RELEASE "-O2 -DNDEBUG")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
add_compile_options("$<$<CONFIG:Release>:-D_FORTIFY_SOURCE=3;-fstack-protector-strong>")
add_link_options("$<$<CONFIG:Release>:-Wl,-z,relro,-z,now,-z,noexecstack,-s>")

# A hundred test programs: lld links each in a fifth of the time. The release is linked by the system's own linker.
set(FAST_LINK "")
find_program(SHOPVANE_LLD ld.lld)
if(SHOPVANE_LLD AND CMAKE_C_COMPILER_ID MATCHES Clang)
  add_link_options(-fuse-ld=lld)
elseif(SHOPVANE_LLD)
  set(FAST_LINK -fuse-ld=lld)
endif()

if(SHOPVANE_SANITIZE)
  add_compile_options(-fsanitize=${SHOPVANE_SANITIZE} -fno-sanitize-recover=all
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${SHOPVANE_SANITIZE})
endif()
if(SHOPVANE_FUZZ)
  if(NOT CMAKE_C_COMPILER_ID MATCHES Clang)
    message(FATAL_ERROR "SHOPVANE_FUZZ needs clang (CC=clang CXX=clang++)")
  endif()
endif()
