// The keys of session tickets: their own, and those of a file.

#include "protocol/tls/tls_ticket_keys.hpp"

#include "tests/support/tls_fixture.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace portico::test {
namespace {

constexpr std::chrono::hours lifetime{1};

std::string line_of(char digit) { return std::string(160, digit) + "\n"; }

asio::awaitable<void> greet(Connection& connection) { co_await connection.write("hello"); }

asio::awaitable<void> greet_when_asked(Connection& connection) {
  co_await connection.read();
  co_await connection.write("hello");
}

TEST(TicketKeysTest, ANewKeyIsMadeEachLifetimeAndTheLastOneIsStillAccepted) {
  const TicketKeys::Time start{};
  TicketKeys keys({}, lifetime, start);
  const auto first = keys.current(start);
  EXPECT_EQ(keys.current(start + std::chrono::minutes(59)), first);
  const auto second = keys.current(start + lifetime);
  EXPECT_NE(second->name, first->name);
  EXPECT_NE(second->cipher, first->cipher);
  EXPECT_EQ(keys.find(first->name, start + lifetime), first);
  EXPECT_EQ(keys.find(second->name, start + lifetime), second);
  EXPECT_NE(keys.current(start + 2 * lifetime), second);
  EXPECT_EQ(keys.find(first->name, start + 2 * lifetime), nullptr);
  EXPECT_EQ(keys.find(second->name, start + 2 * lifetime), second);
  EXPECT_EQ(keys.find(second->name, start + 4 * lifetime), nullptr) << "nobody has asked for an hour";
}

TEST(TicketKeysTest, AnOldKeyIsForgottenWithoutAnyTicket) {
  const TicketKeys::Time start{};
  TicketKeys keys({}, lifetime, start);
  const std::weak_ptr<const TicketKeys::Key> first = keys.current(start);
  keys.renew(start + lifetime);
  EXPECT_FALSE(first.expired());
  keys.renew(start + 2 * lifetime);
  EXPECT_TRUE(first.expired());
}

TEST(TicketKeysTest, TheFirstKeyOfAFileEncryptsAndAllAreAccepted) {
  const TicketKeys::Time start{};
  TicketKeys keys("# made today\r\n" + line_of('a') + "\n  " + line_of('B'), lifetime, start);
  const auto first = keys.current(start);
  EXPECT_EQ(first->name[0], 0xaa);
  EXPECT_EQ(first->cipher[31], 0xaa);
  EXPECT_EQ(keys.current(start + 10 * lifetime), first) << "the file says when it changes";
  TicketKeys::Key other;
  other.name.fill(0xbb);
  ASSERT_NE(keys.find(other.name, start), nullptr);
  EXPECT_EQ(keys.find(other.name, start)->mac[0], 0xbb);
  other.name.fill(0xcc);
  EXPECT_EQ(keys.find(other.name, start), nullptr);
}

TEST(TicketKeysTest, AFileWithoutKeysIsAnErrorThatShowsNone) {
  const auto error_of = [](const std::string& file) -> std::string {
    try {
      const TicketKeys keys(file, lifetime, {});
      return "";
    } catch (const TlsSettingsError& error) {
      return error.option() + ": " + error.what();
    }
  };
  const std::string no_key = ": a key is a line of 160 hexadecimal digits, as \"openssl rand -hex 80\" prints";
  EXPECT_EQ(error_of(line_of('a') + "secret\n"), "ticket_keys: has no key in line 2" + no_key);
  EXPECT_EQ(error_of(std::string(159, 'a')), "ticket_keys: has no key in line 1" + no_key);
  EXPECT_EQ(error_of(std::string(161, 'a')), "ticket_keys: has no key in line 1" + no_key);
  EXPECT_EQ(error_of(std::string(160, 'g')), "ticket_keys: has no key in line 1" + no_key);
  EXPECT_EQ(error_of("# nothing\n\n"), "ticket_keys: has no key; \"openssl rand -hex 80\" prints one");
  std::string many;
  for (int i = 0; i < 17; ++i) many += line_of('a');
  EXPECT_EQ(error_of(many), "ticket_keys: has more than 16 keys");
}

using SessionOwner = std::unique_ptr<SSL_SESSION, OpensslDeleter<SSL_SESSION_free>>;

struct SharedTicketKeysTest : testing::TestWithParam<int>, TlsFixture {
  // Connects to a server with the present settings; returns true if it resumes the session.
  bool resumes(SSL_SESSION* session) {
    client = TlsClient({.version = GetParam(), .session = session});
    start_tls(greet);
    EXPECT_TRUE(complete_handshake()) << client.error();
    EXPECT_EQ(client.read(), "hello");
    client.close();  // OpenSSL does not resume a session without an orderly end
    return SSL_session_reused(client.ssl()) == 1;
  }

  SessionOwner new_session() {
    EXPECT_FALSE(resumes(nullptr));
    return SessionOwner(SSL_get1_session(client.ssl()));
  }
};
INSTANTIATE_TEST_SUITE_P(Versions, SharedTicketKeysTest, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION));

TEST_P(SharedTicketKeysTest, AnotherServerWithTheSameKeysResumes) {
  const auto without = new_session();
  EXPECT_FALSE(resumes(without.get())) << "each server has keys of its own";
  settings.ticket_keys = line_of('a');
  const auto session = new_session();
  EXPECT_TRUE(resumes(session.get()));
  settings.ticket_keys = line_of('b') + line_of('a');
  EXPECT_TRUE(resumes(session.get())) << "the last key is still in the file";
  settings.ticket_keys = line_of('b');
  EXPECT_FALSE(resumes(session.get()));
}

TEST_P(SharedTicketKeysTest, AnotherEndpointAndOtherRulesForClientsDoNotResume) {
  settings.ticket_keys = line_of('a');
  const auto session = new_session();
  settings.session_scope = "other";
  EXPECT_FALSE(resumes(session.get()));
  settings.session_scope.clear();
  EXPECT_TRUE(resumes(session.get()));
  settings.client_certificates = TlsSettings::ClientCertificates::request;
  settings.client_ca = settings.identity.certificate;
  EXPECT_FALSE(resumes(session.get())) << "a client that is revoked now could come back";
}

// A ticket of TLS 1.3 may be issued long after the handshake, when other certificates are in use.
TEST_P(SharedTicketKeysTest, ATicketIsIssuedAlsoWhenTheContextWasReplaced) {
  Endpoint endpoint{{"e", "h", {}}, [](Connection& connection) { return greet_when_asked(connection); }};
  auto current = std::make_shared<CurrentTlsContext>(std::make_shared<const TlsContext>(settings));
  endpoint.settings.tls = current;
  endpoint.tls = true;
  client = TlsClient({.version = GetParam()});
  stream = &start(std::move(endpoint));
  ASSERT_TRUE(complete_handshake());
  current->set(std::make_shared<const TlsContext>(settings));
  EXPECT_EQ(send_and_receive("?"), "hello");
  EXPECT_EQ(SSL_SESSION_is_resumable(SSL_get_session(client.ssl())), 1);
}

}  // namespace
}  // namespace portico::test
