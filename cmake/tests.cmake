# Tests, fuzz targets, guards and benchmarks, each found by its place and name.
enable_testing()
set(TEST_ENVIRONMENT "ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=1"
    "UBSAN_OPTIONS=print_stacktrace=1"
    "LSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/leaks.supp:print_suppressions=0"
    "TSAN_OPTIONS=halt_on_error=1:suppressions=${CMAKE_SOURCE_DIR}/tests/threads.supp")

# Tests are compiled for warnings, not for speed.
set(TEST_OPTIONS "")
if(CMAKE_BUILD_TYPE STREQUAL Release)
  set(TEST_OPTIONS -O1)
endif()

# tests/unit/MODULE/test_FILE.c
function(add_unit_test TEST)
  get_filename_component(FOLDER ${TEST} DIRECTORY)
  get_filename_component(MODULE ${FOLDER} NAME)
  get_filename_component(NAME ${TEST} NAME_WE)
  string(REGEX REPLACE "^test_" "" NAME ${NAME})
  if(NOT TARGET sv_${MODULE})
    return()
  endif()
  add_executable(test_${MODULE}_${NAME} ${TEST})
  target_link_libraries(test_${MODULE}_${NAME} PRIVATE sv_${MODULE} cmocka)
  target_link_options(test_${MODULE}_${NAME} PRIVATE ${FAST_LINK})
  target_compile_options(test_${MODULE}_${NAME} PRIVATE ${TEST_OPTIONS})
  add_test(NAME unit_${MODULE}_${NAME} COMMAND test_${MODULE}_${NAME}
           WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(unit_${MODULE}_${NAME} PROPERTIES LABELS unit
                       ENVIRONMENT "${TEST_ENVIRONMENT}" TIMEOUT 300)
endfunction()

# tests/KIND/*.sh but lib.sh: run with SHOPVANE_BIN=binary, status 77 means skipped
function(add_shell_tests KIND)
  file(GLOB SCRIPTS CONFIGURE_DEPENDS tests/${KIND}/*.sh)
  list(FILTER SCRIPTS EXCLUDE REGEX "/lib[.]sh$")
  foreach(SCRIPT ${SCRIPTS})
    get_filename_component(NAME ${SCRIPT} NAME_WE)
    add_test(NAME ${KIND}_${NAME} COMMAND bash ${SCRIPT} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
    set_tests_properties(${KIND}_${NAME} PROPERTIES LABELS ${KIND} SKIP_RETURN_CODE 77 TIMEOUT 600
                         ENVIRONMENT "SHOPVANE_BIN=$<TARGET_FILE:shopvane>;${TEST_ENVIRONMENT}")
  endforeach()
endfunction()

# fuzz/fuzz_MODULE_SURFACE.c, corpus of findings in fuzz/corpus/MODULE_SURFACE
function(add_fuzz_target SOURCE)
  get_filename_component(NAME ${SOURCE} NAME_WE)
  string(REGEX MATCH "^fuzz_([a-z]+)_?(.*)$" _ ${NAME})
  set(MODULE ${CMAKE_MATCH_1})
  string(REGEX REPLACE "^fuzz_" "" SURFACE ${NAME})
  add_executable(${NAME} ${SOURCE})
  set_target_properties(${NAME} PROPERTIES LINKER_LANGUAGE CXX)
  if(TARGET sv_${MODULE})
    target_link_libraries(${NAME} PRIVATE sv_${MODULE})
  else()
    target_link_libraries(${NAME} PRIVATE ${SHOPVANE_MODULES})
  endif()
  target_compile_options(${NAME} PRIVATE -fsanitize=fuzzer-no-link)
  target_link_options(${NAME} PRIVATE -fsanitize=fuzzer)
  set(KNOWN ${CMAKE_SOURCE_DIR}/fuzz/corpus/${SURFACE})
  if(NOT EXISTS ${KNOWN})
    set(KNOWN "")
  endif()
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/corpus/${SURFACE})
  add_test(NAME ${NAME}
           COMMAND ${NAME} -max_total_time=${SHOPVANE_FUZZ_SECONDS} -timeout=20 -rss_limit_mb=2048
                   -print_final_stats=1 -artifact_prefix=${CMAKE_BINARY_DIR}/crash-${SURFACE}-
                   ${CMAKE_BINARY_DIR}/corpus/${SURFACE} ${KNOWN}
           WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(${NAME} PROPERTIES LABELS fuzz ENVIRONMENT "${TEST_ENVIRONMENT}")
endfunction()

# bench/bench_NAME.c: built by `ninja benches`, run by hand
file(GLOB BENCHES CONFIGURE_DEPENDS bench/bench_*.c)
add_custom_target(benches)
foreach(SOURCE ${BENCHES})
  get_filename_component(NAME ${SOURCE} NAME_WE)
  add_executable(${NAME} EXCLUDE_FROM_ALL ${SOURCE})
  target_link_libraries(${NAME} PRIVATE ${SHOPVANE_MODULES})
  add_dependencies(benches ${NAME})
endforeach()
target_link_libraries(bench_viewers PRIVATE curl)

if(SHOPVANE_FUZZ)
  file(GLOB FUZZERS CONFIGURE_DEPENDS fuzz/fuzz_*.c)
  foreach(SOURCE ${FUZZERS})
    add_fuzz_target(${SOURCE})
  endforeach()
endif()

if(SHOPVANE_TESTS)
  file(GLOB TESTS CONFIGURE_DEPENDS tests/unit/*/test_*.c)
  foreach(TEST ${TESTS})
    add_unit_test(${TEST})
  endforeach()
  if(TARGET shopvane)
    add_shell_tests(golden)
    add_shell_tests(scenario)
  endif()
endif()

# The board: unit tests of its own and the real program in a browser (status 77: no Chromium here).
if(SHOPVANE_TESTS AND TARGET shopvane AND NOT SHOPVANE_SANITIZE)
  add_test(NAME board_unit COMMAND ${NODE} build.mjs --test WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}/web)
  add_test(NAME board_browser COMMAND ${NODE} tests/board/run.mjs
           WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(board_unit board_browser PROPERTIES LABELS board SKIP_RETURN_CODE 77
                       TIMEOUT 900 ENVIRONMENT "SHOPVANE_BIN=$<TARGET_FILE:shopvane>")
endif()

# The longest first, so that no core waits for one test at the end; before them one that mostly waits for a slow client.
if(TEST scenario_access)
  set_tests_properties(scenario_access PROPERTIES COST 200)
endif()
foreach(TEST board_browser scenario_cut_orders scenario_state_once scenario_returned_articles scenario_order_names
        scenario_quarantine scenario_order_states scenario_bad_places scenario_pull_deleted scenario_apart_returns
        scenario_pull_woo scenario_sources scenario_watch scenario_server_load unit_derive_verify unit_derive_profit
        unit_query_catalogue unit_derive_rollups scenario_exports scenario_reports)
  if(TEST ${TEST})
    set_tests_properties(${TEST} PROPERTIES COST 100)
  endif()
endforeach()

# Guards: what no compiler checks. Those on symbols read the built libraries.
find_program(NODE node)
if(NODE)
  foreach(GUARD layers sizes i18n names)
    add_test(NAME guard_${GUARD} COMMAND ${NODE} tools/check_${GUARD}.mjs
             WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
    set_tests_properties(guard_${GUARD} PROPERTIES LABELS guard)
  endforeach()
  if(NOT SHOPVANE_SANITIZE AND NOT SHOPVANE_FUZZ)
    foreach(GUARD symbols globals)
      add_test(NAME guard_${GUARD} COMMAND ${NODE} tools/check_${GUARD}.mjs ${CMAKE_BINARY_DIR}
               WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
      set_tests_properties(guard_${GUARD} PROPERTIES LABELS guard)
    endforeach()
  endif()
endif()
