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

# A copy that starts faster (tools/bind_own.c says why). The system's own library is left as it is.
if(DUCKDB_LIBRARY MATCHES "/node_modules/")
  set(BIND_OWN ${CMAKE_BINARY_DIR}/bind_own)
  set(DUCKDB_BOUND ${CMAKE_BINARY_DIR}/engine/libduckdb.so)
  if(NOT EXISTS ${DUCKDB_BOUND} OR ${DUCKDB_LIBRARY} IS_NEWER_THAN ${DUCKDB_BOUND}
     OR ${CMAKE_SOURCE_DIR}/tools/bind_own.c IS_NEWER_THAN ${DUCKDB_BOUND})
    file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/engine)
    execute_process(COMMAND ${CMAKE_C_COMPILER} -O1 -o ${BIND_OWN} ${CMAKE_SOURCE_DIR}/tools/bind_own.c
                    COMMAND_ERROR_IS_FATAL ANY)
    execute_process(COMMAND ${BIND_OWN} ${DUCKDB_LIBRARY} ${DUCKDB_BOUND} OUTPUT_QUIET
                    COMMAND_ERROR_IS_FATAL ANY)
  endif()
  set(DUCKDB_ENGINE ${DUCKDB_BOUND})
else()
  set(DUCKDB_ENGINE ${DUCKDB_LIBRARY})
endif()
