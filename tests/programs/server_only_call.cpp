// A handler that does what only the server may do. It must not compile: see tests/CMakeLists.txt, which has the name
// that the error must contain. With CALL 0 it must, or the others would prove nothing.

#include <portico/portico.hpp>

asio::awaitable<void> session(portico::Connection& connection) {
  co_await connection.write("hello\n");
#if CALL == 1
  connection.abort(portico::EndReason::killed);
#elif CALL == 2
  co_await connection.finish();
#elif CALL == 3
  connection.wake_for_stop();
#elif CALL == 4
  connection.check_deadlines();
#elif CALL == 5
  portico::Connection another;
#elif CALL == 6
  delete &connection;
#elif CALL == 7
  portico::ServerConnection& server = static_cast<portico::ServerConnection&>(connection);
#elif CALL == 8
  connection.set_client_address(connection.peer());
#elif CALL == 9
  connection.retain(nullptr);
#elif CALL == 10
  connection.begin_stage({});
#elif CALL == 11
  connection.begin_session();
#elif CALL == 12
  co_await connection.open_tls();
#elif CALL == 13
  connection.stop_send_queue([] {});
#elif CALL == 14
  co_await connection.send({});
#endif
}
