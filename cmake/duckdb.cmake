# DuckDB: header and library as tools/fetch_duckdb leaves them, or those of the system.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
  set(DUCKDB_ARCH arm64)
else()
  set(DUCKDB_ARCH x64)
endif()
find_path(DUCKDB_INCLUDE duckdb.h HINTS ${CMAKE_SOURCE_DIR}/.deps/include)
find_library(DUCKDB_LIBRARY duckdb
             HINTS ${CMAKE_SOURCE_DIR}/node_modules/@duckdb/node-bindings-linux-${DUCKDB_ARCH})
if(NOT DUCKDB_INCLUDE OR NOT DUCKDB_LIBRARY)
  message(FATAL_ERROR "DuckDB is missing: run tools/fetch_duckdb, which brings both files")
endif()
get_filename_component(DUCKDB_FOLDER ${DUCKDB_LIBRARY} DIRECTORY)
