# The Debian package, built by `./dev package`. Its dependencies are read from the binary by
# dpkg-shlibdeps, so that nobody has to keep a list of them.
include(GNUInstallDirs)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)
install(FILES ${PROJECT_SOURCE_DIR}/CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME firedrill)
set(CPACK_PACKAGE_VENDOR "The firedrill authors")
set(CPACK_PACKAGE_CONTACT "The firedrill authors <firedrill@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "network fault proxy for staging environments")
set(CPACK_PACKAGE_DESCRIPTION
  "firedrill forwards TCP, HTTP, DNS and event-stream traffic and breaks it on request, with a deadline\n"
  "on every fault, so that a team can practise being on call against real symptoms.")
string(REPLACE ";" "" CPACK_PACKAGE_DESCRIPTION "${CPACK_PACKAGE_DESCRIPTION}")
set(CPACK_PACKAGE_INSTALL_DIRECTORY firedrill)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS OFF)
include(CPack)
