message(FATAL_ERROR "${PROJECT_NAME} finds Asio by a module of the project that contains it")
