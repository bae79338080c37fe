# Installs what BUILD holds into an empty PREFIX, and fails unless that is the project's own program and nothing more.
file(REMOVE_RECURSE "${PREFIX}")
execute_process(COMMAND "${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${PREFIX}" OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
file(GLOB_RECURSE installed RELATIVE "${PREFIX}" "${PREFIX}/*")
if(NOT installed STREQUAL "bin/greeter")
  message(FATAL_ERROR "the project that contains Portico installs: ${installed}")
endif()
execute_process(COMMAND "${PREFIX}/bin/greeter" version COMMAND_ERROR_IS_FATAL ANY)
