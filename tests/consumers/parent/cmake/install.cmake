if(DEFINED PROJECT_NAME AND NOT PROJECT_NAME STREQUAL "parent")
  message(FATAL_ERROR "${PROJECT_NAME} includes a module of the project that contains it")
endif()
set(PARENT_HAS_INSTALLED TRUE)
