# portico_test(NAME COMMAND ARGUMENTS...): add_test with what every test here shares. The name gets the preset in front,
# because scripts/test.sh runs the tests of all presets in one go. A target's name as COMMAND runs that program, in the
# cross build under Wine.
set(PORTICO_TEST_PREFIX "" CACHE STRING "Put before the name of every test")
set(PORTICO_TEST_ENVIRONMENT "" CACHE STRING "NAME=VALUE list for every test, for sanitizers")

function(portico_test name)
  add_test(NAME ${PORTICO_TEST_PREFIX}${name} COMMAND ${ARGN})
  set_tests_properties(${PORTICO_TEST_PREFIX}${name} PROPERTIES TIMEOUT 300 ENVIRONMENT "${PORTICO_TEST_ENVIRONMENT}")
  if(CMAKE_CROSSCOMPILING)
    set_tests_properties(${PORTICO_TEST_PREFIX}${name} PROPERTIES FIXTURES_REQUIRED wine)
  endif()
endfunction()

# Wine is started once before the tests that need it, and ended after them.
if(CMAKE_CROSSCOMPILING)
  add_test(NAME ${PORTICO_TEST_PREFIX}wine_starts COMMAND ${CMAKE_CROSSCOMPILING_EMULATOR} --start)
  add_test(NAME ${PORTICO_TEST_PREFIX}wine_stops COMMAND ${CMAKE_CROSSCOMPILING_EMULATOR} --stop)
  set_tests_properties(${PORTICO_TEST_PREFIX}wine_starts PROPERTIES FIXTURES_SETUP wine TIMEOUT 300)
  set_tests_properties(${PORTICO_TEST_PREFIX}wine_stops PROPERTIES FIXTURES_CLEANUP wine)
endif()
