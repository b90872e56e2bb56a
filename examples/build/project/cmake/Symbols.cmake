# Turns the installed libraries into probe sources and one table of symbol numbers.
set(WIRETRACE_PROBES "")
set(WIRETRACE_LISTS "")
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/generated)

# Lists the public functions of a library and writes probes for them, 60 a file.
function(wiretrace_symbols name)
  cmake_parse_arguments(ARG "" "LIBRARY" "HEADERS" ${ARGN})
  set(list ${CMAKE_BINARY_DIR}/generated/${name}.list)
  set(headers "")
  foreach(header ${ARG_HEADERS})
    list(APPEND headers ${DEPS}/include/${header})
  endforeach()
  message(STATUS "Probes for ${name}")
  execute_process(
    COMMAND ${CMAKE_SOURCE_DIR}/tools/public-functions ${DEPS}/lib/lib${ARG_LIBRARY}.a ${headers}
    OUTPUT_FILE ${list} COMMAND_ERROR_IS_FATAL ANY)
  execute_process(
    COMMAND awk -v name=${name} -v out=${CMAKE_BINARY_DIR}/generated -f ${CMAKE_SOURCE_DIR}/tools/probes.awk ${list}
    OUTPUT_VARIABLE sources COMMAND_ERROR_IS_FATAL ANY)
  separate_arguments(sources UNIX_COMMAND "${sources}")
  set(WIRETRACE_PROBES ${WIRETRACE_PROBES} ${sources} PARENT_SCOPE)
  set(WIRETRACE_LISTS ${WIRETRACE_LISTS} ${list} PARENT_SCOPE)
endfunction()

# Numbers all listed functions by name and records how many places call each.
function(wiretrace_symbol_header)
  message(STATUS "Numbering symbols")
  execute_process(
    COMMAND ${CMAKE_SOURCE_DIR}/tools/symbol-header ${DEPS_SOURCE} ${DEPS}/include ${WIRETRACE_LISTS}
    OUTPUT_FILE ${CMAKE_BINARY_DIR}/generated/symbols.h)
  message(STATUS "Numbering symbols - done")
endfunction()
