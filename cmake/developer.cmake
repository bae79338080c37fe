# Read by the presets only (CMAKE_PROJECT_TOP_LEVEL_INCLUDES): conveniences that a consumer of Portico must not get.

# ccache with paths relative to this tree, so that another clone of it finds the same results.
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND CMAKE_HOST_UNIX)
  cmake_path(GET CMAKE_CURRENT_LIST_DIR PARENT_PATH tree)
  set(CMAKE_CXX_COMPILER_LAUNCHER env CCACHE_BASEDIR=${tree} CCACHE_NOHASHDIR=1 ${CCACHE_PROGRAM})
endif()
