/* The client of the Winsock tutorial: sends, half-closes (shutdown), and receives until EOF.
 *
 *   half_close HOST PORT BYTES
 *
 * Every byte must come back, followed by EOF, not a reset. Unlike the tutorial's few bytes, these do not fit into the
 * buffers on the way, so it receives while it still sends. Exit status: 0 if every byte came back. */
#ifdef _WIN32
#include <winsock2.h>
#include <ws2tcpip.h>
typedef SOCKET socket_t;
#define LAST_ERROR WSAGetLastError()
#define WOULD_BLOCK WSAEWOULDBLOCK
#define END_OF_SENDING SD_SEND
#else
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>
typedef int socket_t;
#define LAST_ERROR errno
#define WOULD_BLOCK EAGAIN
#define END_OF_SENDING SHUT_WR
#define closesocket close
#define INVALID_SOCKET (-1)
#endif

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 16384, SECONDS_WITHOUT_PROGRESS = 30 };

/* The byte at a position: differs from its neighbours and does not repeat with any power of two. */
static char byte_at(uint64_t position) { return (char)((position * UINT64_C(0x9E3779B97F4A7C15)) >> 56); }

static int fail(const char* what) {
  fprintf(stderr, "half_close: %s (error %d)\n", what, (int)LAST_ERROR);
  return 1;
}

static void set_nonblocking(socket_t s) {
#ifdef _WIN32
  u_long on = 1;
  ioctlsocket(s, FIONBIO, &on);
#else
  fcntl(s, F_SETFL, fcntl(s, F_GETFL) | O_NONBLOCK);
#endif
}

static socket_t connect_to(const char* host, const char* port) {
  struct sockaddr_in address;
  socket_t s = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
  if (s == INVALID_SOCKET) return s;
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_port = htons((uint16_t)atoi(port));
  address.sin_addr.s_addr = inet_addr(host);
  if (connect(s, (struct sockaddr*)&address, sizeof address) == 0) return s;
  closesocket(s);
  return INVALID_SOCKET;
}

/* Returns 0 if bytes were sent or none can be sent now, 1 after an error. */
static int send_some(socket_t s, uint64_t* sent, uint64_t total) {
  char chunk[CHUNK];
  const uint64_t left = total - *sent;
  const size_t size = left < CHUNK ? (size_t)left : CHUNK;
  for (size_t i = 0; i < size; ++i) chunk[i] = byte_at(*sent + i);
  const int n = (int)send(s, chunk, (int)size, 0);
  if (n < 0) return LAST_ERROR == WOULD_BLOCK ? 0 : fail("send failed");
  *sent += (uint64_t)n;
  if (*sent == total && shutdown(s, END_OF_SENDING) != 0) return fail("shutdown failed");
  return 0;
}

/* Returns 0 if bytes were received or none have arrived, -1 at EOF, 1 after an error. */
static int receive_some(socket_t s, uint64_t* received) {
  char chunk[CHUNK];
  const int n = (int)recv(s, chunk, CHUNK, 0);
  if (n == 0) return -1;
  if (n < 0) return LAST_ERROR == WOULD_BLOCK ? 0 : fail("recv failed");
  for (int i = 0; i < n; ++i)
    if (chunk[i] != byte_at(*received + (uint64_t)i)) return fail("a wrong byte came back");
  *received += (uint64_t)n;
  return 0;
}

static int exchange(socket_t s, uint64_t total) {
  uint64_t sent = 0;
  uint64_t received = 0;
  int result = 0;
  set_nonblocking(s);
  while (result == 0) {
    struct timeval timeout = {SECONDS_WITHOUT_PROGRESS, 0};
    fd_set readable;
    fd_set writable;
    FD_ZERO(&readable);
    FD_ZERO(&writable);
    FD_SET(s, &readable);
    if (sent < total) FD_SET(s, &writable);
    if (select((int)s + 1, &readable, &writable, NULL, &timeout) <= 0) return fail("no progress");
    if (FD_ISSET(s, &writable)) result = send_some(s, &sent, total);
    if (result == 0 && FD_ISSET(s, &readable)) result = receive_some(s, &received);
  }
  printf("sent %llu, received %llu, %s\n", (unsigned long long)sent, (unsigned long long)received,
         result < 0 ? "then EOF" : "then an error");
  return result < 0 && sent == total && received == total ? 0 : 1;
}

int main(int argc, char** argv) {
  socket_t s;
  int result;
#ifdef _WIN32
  WSADATA data;
  if (WSAStartup(MAKEWORD(2, 2), &data) != 0) return 1;
#endif
  if (argc != 4) {
    fprintf(stderr, "half_close HOST PORT BYTES\n");
    return 64;
  }
  s = connect_to(argv[1], argv[2]);
  if (s == INVALID_SOCKET) return fail("cannot connect");
  result = exchange(s, strtoull(argv[3], NULL, 10));
  closesocket(s);
  return result;
}
