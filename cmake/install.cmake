# What `cmake --install` lays down and `cpack -G DEB` packs.
include(GNUInstallDirs)
set_target_properties(shopvane PROPERTIES INSTALL_RPATH "$ORIGIN/../lib/shopvane")

add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/shopvane.1 DEPENDS shopvane
  COMMAND shopvane docs man > ${CMAKE_BINARY_DIR}/shopvane.1 VERBATIM)
add_custom_target(man ALL DEPENDS ${CMAKE_BINARY_DIR}/shopvane.1)

install(TARGETS shopvane RUNTIME DESTINATION bin)
install(FILES ${DUCKDB_ENGINE} DESTINATION lib/shopvane)
install(FILES ${CMAKE_BINARY_DIR}/shopvane.1 DESTINATION share/man/man1)
install(DIRECTORY kpis/catalogue DESTINATION share/shopvane FILES_MATCHING PATTERN "*.yaml")
install(FILES LICENSE NOTICE DESTINATION share/doc/shopvane)
if(EXISTS ${DUCKDB_FOLDER}/LICENSE)
  install(FILES ${DUCKDB_FOLDER}/LICENSE DESTINATION share/doc/shopvane RENAME LICENSE.duckdb)
endif()
install(FILES packaging/copyright DESTINATION share/doc/shopvane)
install(FILES packaging/shopvane@.service DESTINATION lib/systemd/system)
# The unit starts the program where it was laid down; packages lay it down in /usr.
install(CODE [[
  if(NOT CMAKE_INSTALL_PREFIX MATCHES "_CPack_Packages")
    get_filename_component(prefix "${CMAKE_INSTALL_PREFIX}" ABSOLUTE)
    set(unit "$ENV{DESTDIR}${prefix}/lib/systemd/system/shopvane@.service")
    file(READ "${unit}" text)
    string(REPLACE "/usr/bin/shopvane" "${prefix}/bin/shopvane" text "${text}")
    file(WRITE "${unit}" "${text}")
  endif()
]])

set(CPACK_GENERATOR DEB TGZ)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
  set(CPACK_SYSTEM_NAME linux-arm64)
else()
  set(CPACK_SYSTEM_NAME linux-amd64)
endif()
set(CPACK_PROJECT_CONFIG_FILE ${CMAKE_SOURCE_DIR}/cmake/cpack.cmake)
set(CPACK_PACKAGE_NAME shopvane)
set(CPACK_PACKAGE_CONTACT "The Shopvane authors <maintainers@shopvane.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "KPI engine of an online shop")
set(CPACK_PACKAGE_DESCRIPTION "Shopvane imports a shop's orders, products, traffic and costs from its own
files, accounts for every row, and answers KPI questions with their evidence.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION database)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${DUCKDB_FOLDER})
set(CPACK_DEBIAN_PACKAGE_DEPENDS "tzdata, libcurl4, libpangocairo-1.0-0") # the last two: base/late.h
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "fonts-noto-cjk") # PDF reports in Chinese
set(CPACK_STRIP_FILES OFF)
include(CPack)
