# The board: web/ built by esbuild into ${CMAKE_BINARY_DIR}/web, then embedded. npm runs only when
# its lock file changes, esbuild only when a source does. npm's own record of what is installed tells
# the age of web/node_modules, which all build folders share.
find_program(NODE node)
find_program(NPM npm)
if(NOT NODE OR NOT NPM)
  message(FATAL_ERROR "The board needs Node.js 18 or newer with npm to be built, and at least one of "
                      "them is missing: apt-get install nodejs npm, or ./quickstart --build-only")
endif()
execute_process(COMMAND ${NODE} --version OUTPUT_VARIABLE NODE_VERSION
                OUTPUT_STRIP_TRAILING_WHITESPACE)
string(REGEX REPLACE "^v" "" NODE_VERSION "${NODE_VERSION}")
if(NODE_VERSION VERSION_LESS 18)
  message(FATAL_ERROR "The board needs Node.js 18 or newer; ${NODE} is ${NODE_VERSION}")
endif()

set(WEB ${CMAKE_SOURCE_DIR}/web)
set(WEB_PACKAGES ${WEB}/node_modules/.package-lock.json)
file(GLOB_RECURSE WEB_SOURCES CONFIGURE_DEPENDS ${WEB}/src/*)
add_custom_command(OUTPUT ${WEB_PACKAGES} DEPENDS ${WEB}/package-lock.json ${WEB}/package.json
  COMMAND ${CMAKE_SOURCE_DIR}/tools/web_packages build
  WORKING_DIRECTORY ${WEB} COMMENT "npm packages of the board" VERBATIM)
set(WEB_LIST ${CMAKE_BINARY_DIR}/web.list)
add_custom_command(OUTPUT ${WEB_LIST} DEPENDS ${WEB_PACKAGES} ${WEB}/build.mjs ${WEB_SOURCES}
  COMMAND ${NODE} build.mjs --out ${CMAKE_BINARY_DIR}/web
  WORKING_DIRECTORY ${WEB} COMMENT "the board" VERBATIM)
