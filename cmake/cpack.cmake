# Read by cpack for each kind of package: the archive holds bin/, lib/ and share/ right below its folder.
if(CPACK_GENERATOR STREQUAL "TGZ")
  set(CPACK_PACKAGING_INSTALL_PREFIX "/")
endif()
