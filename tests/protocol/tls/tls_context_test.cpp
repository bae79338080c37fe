// Negotiation with a context.

#include "tests/support/tls_fixture.hpp"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace portico::test {
namespace {

asio::awaitable<void> read_all(Connection& connection) {
  for (auto bytes = co_await connection.read(); !bytes.empty(); bytes = co_await connection.read()) {
  }
}

// A ticket of TLS 1.3 comes with the first bytes of the session.
asio::awaitable<void> greet_and_read_all(Connection& connection) {
  co_await connection.write("hello");
  co_await read_all(connection);
}

using SessionOwner = std::unique_ptr<SSL_SESSION, OpensslDeleter<SSL_SESSION_free>>;

struct TlsContextTest : testing::Test, TlsFixture {
  // Performs a handshake of such a client with the settings. Returns what the session sees if it succeeds.
  std::optional<TlsInfo> try_handshake(const TlsClientSettings& request) {
    info_.reset();
    client = TlsClient(request);
    note_acknowledged_name();
    start_tls([this](Connection& connection) {
      info_ = connection.tls();
      return read_all(connection);
    });
    complete_handshake();
    client.read();
    return info_;
  }

  // Notes if the server sends the extension of the name (RFC 6066 section 3).
  void note_acknowledged_name() {
    const auto note = [](SSL*, int, int type, const unsigned char*, int, void* noted) {
      if (type == TLSEXT_TYPE_server_name) *static_cast<bool*>(noted) = true;
    };
    using Note = void (*)(SSL*, int, int, const unsigned char*, int, void*);
    SSL_callback_ctrl(client.ssl(), SSL_CTRL_SET_TLSEXT_DEBUG_CB,
                      reinterpret_cast<void (*)()>(static_cast<Note>(note)));
    SSL_ctrl(client.ssl(), SSL_CTRL_SET_TLSEXT_DEBUG_ARG, 0, &acknowledges_name);
  }

  // Performs a handshake that must succeed.
  TlsInfo handshake(const TlsClientSettings& request) {
    EXPECT_TRUE(try_handshake(request)) << client.error();
    return info_.value_or(TlsInfo());
  }

  std::optional<TlsInfo> info_;
  bool acknowledges_name = false;
};

TEST_F(TlsContextTest, ServerNamesSelectCertificates) {
  settings.sni["b.example"] = make_identity({"b.example"});
  settings.sni["*.c.example"] = make_identity({"wild.c.example"});
  const std::pair<const char*, const char*> cases[] = {
      {"b.example", "CN=b.example"},
      {"B.Example", "CN=b.example"},
      {"x.c.example", "CN=wild.c.example"},
      {"y.x.c.example", "CN=localhost"},
      {"c.example", "CN=localhost"},
      {"other", "CN=localhost"},
      {"", "CN=localhost"},
  };
  for (const auto& [name, expected] : cases) {
    ASSERT_TRUE(try_handshake({0, name})) << name;
    EXPECT_EQ(client.certificate_name(), expected) << name;
  }
}

TEST_F(TlsContextTest, UnknownNamesMayBeRefused) {
  settings.refuse_unknown_names = true;
  settings.sni["b.example"] = make_identity({"b.example"});
  EXPECT_TRUE(try_handshake({0, "b.example"}));
  EXPECT_TRUE(try_handshake({0, "localhost"})) << "the default certificate covers this name";
  EXPECT_TRUE(try_handshake({0, ""})) << "no name is not an unknown name";
  EXPECT_FALSE(try_handshake({0, ".localhost"}));
  EXPECT_FALSE(try_handshake({0, "a.example"}));
  EXPECT_NE(client.error().find("unrecognized name"), std::string::npos) << client.error();
}

TEST_F(TlsContextTest, TextsThatNameNoHostAreUnknownNames) {
  settings.sni["*.wild.example"] = make_identity({"*.wild.example"});
  settings.identity = make_identity({"*.first.example"});
  for (const char* name : {".wild.example", "*.wild.example", "a..wild.example", ".first.example", "*.first.example"}) {
    settings.refuse_unknown_names = false;
    ASSERT_TRUE(try_handshake({0, name})) << name;
    EXPECT_EQ(client.certificate_name(), "CN=*.first.example") << name;
    settings.refuse_unknown_names = true;
    EXPECT_FALSE(try_handshake({0, name})) << name;
  }
  EXPECT_TRUE(try_handshake({0, "a.wild.example"}));
  EXPECT_TRUE(try_handshake({0, "a.first.example"}));
}

TEST_F(TlsContextTest, OnlyANameThatWasUsedIsAcknowledged) {
  settings.sni["b.example"] = make_identity({"b.example"});
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION})
    for (const auto& [name, is_acknowledged] :
         {std::pair("b.example", true), std::pair("localhost", true), std::pair("unknown.example", false)}) {
      acknowledges_name = false;
      EXPECT_EQ(handshake({version, name}).server_name, name);
      EXPECT_EQ(acknowledges_name, is_acknowledged) << name;
    }
}

TEST_F(TlsContextTest, TheServersOrderOfProtocolsApplies) {
  settings.alpn = {"b", "a"};
  EXPECT_EQ(handshake({0, "", {"a", "b"}}).alpn, "b");
  EXPECT_EQ(handshake({0, "", {"a"}}).alpn, "a");
  EXPECT_EQ(handshake({0, "", {}}).alpn, "");
  EXPECT_FALSE(try_handshake({0, "", {"c"}}));
  EXPECT_NE(client.error().find("no application protocol"), std::string::npos) << client.error();
}

TEST_F(TlsContextTest, TheMinimumVersionCanBeRaised) {
  EXPECT_EQ(handshake({TLS1_2_VERSION}).version, "TLSv1.2");
  EXPECT_FALSE(try_handshake({TLS1_1_VERSION}));
  settings.min_version = "1.3";
  EXPECT_FALSE(try_handshake({TLS1_2_VERSION}));
  EXPECT_EQ(handshake({TLS1_3_VERSION}).version, "TLSv1.3");
}

TEST_F(TlsContextTest, ClientCertificatesMayBeRequired) {
  CertificateRequest ca_request{"authority"};
  ca_request.is_ca = true;
  const auto ca = make_identity(ca_request);
  CertificateRequest alice_request{"Alice Ünder"};
  alice_request.signer = &ca;
  const auto alice = make_identity(alice_request);
  const auto stranger = make_identity({"stranger"});
  settings.client_ca = ca.certificate;
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    settings.client_certificates = TlsSettings::ClientCertificates::request;
    EXPECT_EQ(handshake({version, "", {}, &alice}).client_subject, "CN=Alice Ünder");
    EXPECT_EQ(handshake({version}).client_subject, "");
    EXPECT_FALSE(try_handshake({version, "", {}, &stranger}));
    settings.client_certificates = TlsSettings::ClientCertificates::require;
    EXPECT_EQ(handshake({version, "", {}, &alice}).client_subject, "CN=Alice Ünder");
    EXPECT_FALSE(try_handshake({version}));
    stream->end_input();
    run();
    EXPECT_EQ(observer.ends().back().text, "peer did not return a certificate");
    EXPECT_FALSE(try_handshake({version, "", {}, &stranger}));
    stream->end_input();
    run();
    EXPECT_EQ(observer.ends().back().text, "certificate verify failed: self-signed certificate");
    settings.client_certificates = TlsSettings::ClientCertificates::none;
    EXPECT_EQ(handshake({version, "", {}, &alice}).client_subject, "");
  }
}

TEST_F(TlsContextTest, AnIntermediateCaNeedsNoRoot) {
  CertificateRequest request{"root"};
  request.is_ca = true;
  const auto root = make_identity(request);
  request = {"department"};
  request.is_ca = true;
  request.signer = &root;
  const auto department = make_identity(request);
  request = {"alice"};
  request.signer = &department;
  const auto alice = make_identity(request);
  settings.client_certificates = TlsSettings::ClientCertificates::require;
  settings.client_ca = department.certificate;
  EXPECT_EQ(handshake({0, "", {}, &alice}).client_subject, "CN=alice");
  settings.client_ca = root.certificate;
  EXPECT_FALSE(try_handshake({0, "", {}, &alice})) << "without the intermediate certificate";
}

// Returns the type of the key in the certificate that a client got.
int key_type(const TlsClient& client) {
  return EVP_PKEY_get_base_id(X509_get0_pubkey(SSL_get0_peer_certificate(const_cast<TlsClient&>(client).ssl())));
}

TEST_F(TlsContextTest, EachClientGetsACertificateThatItCanUse) {
  const auto rsa = make_identity({.common_name = "rsa.example", .curve = nullptr});
  settings.identity.alternatives = {rsa};
  settings.refuse_unknown_names = true;
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    handshake({version});
    EXPECT_EQ(key_type(client), EVP_PKEY_EC);
    client = TlsClient({version, "rsa.example"});
    SSL_ctrl(client.ssl(), SSL_CTRL_SET_SIGALGS_LIST, 0, const_cast<char*>("rsa_pss_rsae_sha256:RSA+SHA256"));
    start_tls(read_all);
    EXPECT_TRUE(complete_handshake()) << client.error();
    EXPECT_EQ(key_type(client), EVP_PKEY_RSA);
  }
  EXPECT_EQ(TlsContext(settings).certificates().size(), 2U);
}

TEST_F(TlsContextTest, SessionsAreResumedIfAllowed) {
  const auto current = std::make_shared<const CurrentTlsContext>(
      std::make_shared<const TlsContext>(settings));  // its keys decrypt the tickets
  const auto handshake_resumes = [&](const TlsClientSettings& request) {
    info_.reset();
    client = TlsClient(request);
    Endpoint endpoint{{"e", "h", {}}, [this](Connection& connection) {
                        info_ = connection.tls();
                        return greet_and_read_all(connection);
                      }};
    endpoint.settings.tls = current;
    endpoint.tls = true;
    stream = &start(std::move(endpoint));
    complete_handshake();
    client.read();
    return info_ && info_->resumed;
  };
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    EXPECT_FALSE(handshake_resumes({version, "unknown.example"}));
    SessionOwner session(SSL_get1_session(client.ssl()));
    client.close();  // OpenSSL does not resume a session without an orderly end
    TlsClientSettings again{version, "unknown.example"};
    again.session = session.get();
    EXPECT_TRUE(handshake_resumes(again)) << version << client.error();
    EXPECT_EQ(info_.value().server_name, "unknown.example");
    again.server_name = "b.example";
    EXPECT_FALSE(handshake_resumes(again)) << "under another name";
    EXPECT_EQ(info_.value().server_name, "b.example");

    settings.resumption = std::chrono::seconds(0);
    EXPECT_FALSE(handshake({version}).resumed);
    session.reset(SSL_get1_session(client.ssl()));
    EXPECT_EQ(SSL_SESSION_is_resumable(session.get()), 0) << version;
    settings.resumption = std::chrono::hours(1);
  }
}

TEST_F(TlsContextTest, RenegotiationIsRefused) {
  ASSERT_TRUE(try_handshake({TLS1_2_VERSION}));
  SSL_renegotiate(client.ssl());
  client.handshake();
  carry();
  EXPECT_NE(client.error().find("no renegotiation"), std::string::npos) << client.error();
}

TEST_F(TlsContextTest, ACipherListAppliesAsWritten) {
  settings.ciphers = "ECDHE-ECDSA-CHACHA20-POLY1305:!DES-CBC3-SHA,kECDHE+AESGCM:!aRSA:@SECLEVEL=2";
  const TlsContext tls_context(settings);
  const std::unique_ptr<SSL, decltype(&SSL_free)> connection(tls_context.new_connection(), SSL_free);
  std::string names;
  for (int i = 0; const char* name = SSL_get_cipher_list(connection.get(), i); ++i)
    if (std::string_view(name).substr(0, 4) != "TLS_") names += std::string(name) + ' ';  // these are of TLS 1.3
  EXPECT_EQ(names, "ECDHE-ECDSA-CHACHA20-POLY1305 ECDHE-ECDSA-AES256-GCM-SHA384 ECDHE-ECDSA-AES128-GCM-SHA256 ");
}

TEST_F(TlsContextTest, CertificatesAreDescribed) {
  CertificateRequest request{"a.example", 0x1234};
  request.last_day = 7;
  settings.identity = make_identity(request);
  settings.sni["b.example"] = make_identity({"b.example"});
  request.last_day = 365 * 5000;  // "without expiry"
  settings.sni["c.example"] = make_identity(request);
  const TlsContext tls_context(settings);
  ASSERT_EQ(tls_context.certificates().size(), 3U);
  EXPECT_GT(tls_context.certificates().back().not_after,
            std::chrono::system_clock::now() + std::chrono::hours(24 * 365 * 50));
  const auto& first = tls_context.certificates().front();
  EXPECT_EQ(first.option, "certificate");
  EXPECT_EQ(first.subject, "CN=a.example");
  EXPECT_EQ(first.serial, "1234");
  EXPECT_NEAR(std::chrono::duration<double>(first.not_after - std::chrono::system_clock::now()).count(), 7 * 86400, 60);
  EXPECT_EQ(tls_context.certificates()[1].option, "sni.b.example.certificate");
}

}  // namespace
}  // namespace portico::test
