# What `cmake --install` puts where, so that another project can say find_package(portico) and link portico::portico.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/portico)

# Beside its libraries, wherever the folder is moved to.
file(RELATIVE_PATH libraries "/${CMAKE_INSTALL_BINDIR}" "/${CMAKE_INSTALL_LIBDIR}")
set_target_properties(portico_program PROPERTIES INSTALL_RPATH "$ORIGIN/${libraries}")
set_target_properties(portico portico_asio PROPERTIES INSTALL_RPATH "$ORIGIN")
install(TARGETS portico_program)
install(TARGETS portico portico_asio EXPORT portico FILE_SET HEADERS)
install(EXPORT portico FILE portico-targets.cmake NAMESPACE portico:: DESTINATION ${package_folder})

configure_file(cmake/portico-config.cmake.in portico-config.cmake @ONLY)
write_basic_package_version_file(portico-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/portico-config.cmake ${PROJECT_BINARY_DIR}/portico-config-version.cmake
              cmake/FindAsio.cmake DESTINATION ${package_folder})
