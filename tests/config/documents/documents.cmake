# cmake -DPROGRAM=... -DFOLDER=docs -P documents.cmake: whether the pages which are made from the
# program are what it says now.
foreach(pair "reference;reference.md" "schema;portico.schema.json")
  list(GET pair 0 command)
  list(GET pair 1 page)
  execute_process(COMMAND ${PROGRAM} ${command} OUTPUT_VARIABLE said RESULT_VARIABLE status)
  file(READ "${FOLDER}/${page}" committed)
  string(REPLACE "\r\n" "\n" said "${said}")
  string(REPLACE "\r\n" "\n" committed "${committed}")
  if(NOT status EQUAL 0 OR NOT said STREQUAL committed)
    message(SEND_ERROR "docs/${page} is out of date: run `portico ${command} > docs/${page}`")
  endif()
endforeach()
