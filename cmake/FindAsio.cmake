# Finds standalone Asio and offers it as the target Asio::Asio (headers only).
#
# Debian ships the headers without a CMake package; vcpkg and Conan ship one, which is used when it is there.
# Result variables: Asio_FOUND, Asio_VERSION, Asio_INCLUDE_DIR. Hint: -DAsio_ROOT=DIR.

find_package(asio CONFIG QUIET)
if(TARGET asio::asio)
  get_target_property(_asio_include asio::asio INTERFACE_INCLUDE_DIRECTORIES)
  list(GET _asio_include 0 Asio_INCLUDE_DIR)
else()
  find_path(Asio_INCLUDE_DIR NAMES asio/awaitable.hpp)
endif()

if(Asio_INCLUDE_DIR AND EXISTS "${Asio_INCLUDE_DIR}/asio/version.hpp")
  # ASIO_VERSION is major * 100000 + minor * 100 + patch.
  file(STRINGS "${Asio_INCLUDE_DIR}/asio/version.hpp" _asio_line REGEX "^#define ASIO_VERSION [0-9]+")
  string(REGEX REPLACE "^#define ASIO_VERSION ([0-9]+).*" "\\1" _asio_number "${_asio_line}")
  math(EXPR _asio_major "${_asio_number} / 100000")
  math(EXPR _asio_minor "${_asio_number} / 100 % 1000")
  math(EXPR _asio_patch "${_asio_number} % 100")
  set(Asio_VERSION "${_asio_major}.${_asio_minor}.${_asio_patch}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Asio REQUIRED_VARS Asio_INCLUDE_DIR VERSION_VAR Asio_VERSION)

if(Asio_FOUND AND NOT TARGET Asio::Asio)
  find_package(Threads REQUIRED)
  add_library(Asio::Asio INTERFACE IMPORTED)
  set_target_properties(Asio::Asio PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "${Asio_INCLUDE_DIR}"
                                              INTERFACE_SYSTEM_INCLUDE_DIRECTORIES "${Asio_INCLUDE_DIR}")
  target_link_libraries(Asio::Asio INTERFACE Threads::Threads)
  # Whether Asio sees std::aligned_alloc depends on which header a source includes first, and what one source allocates
  # another one frees, so the answer must be the same everywhere. Nothing here may change the type or the layout of what
  # Asio's compiled part shares with other Asio code in a program (ASIO_NO_DEPRECATED does): that code was compiled with
  # ASIO_STANDALONE alone.
  target_compile_definitions(
    Asio::Asio INTERFACE ASIO_STANDALONE ASIO_SEPARATE_COMPILATION ASIO_DISABLE_STD_ALIGNED_ALLOC)
  if(Asio_VERSION VERSION_LESS 1.24)
    # It recognizes clang's coroutines only under their former, experimental name.
    target_compile_definitions(Asio::Asio INTERFACE $<$<CXX_COMPILER_ID:Clang>:ASIO_HAS_CO_AWAIT=1>)
  endif()
  if(WIN32)
    target_link_libraries(Asio::Asio INTERFACE ws2_32 mswsock bcrypt)
    target_compile_definitions(Asio::Asio INTERFACE _WIN32_WINNT=0x0A00 WIN32_LEAN_AND_MEAN NOMINMAX)
  endif()
endif()
