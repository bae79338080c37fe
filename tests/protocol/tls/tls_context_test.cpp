// What a context lets clients agree on, and which settings none can be made of.

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

using SessionOwner = std::unique_ptr<SSL_SESSION, OpensslDeleter<SSL_SESSION_free>>;

struct TlsContextTest : testing::Test, TlsWorld {
  // A handshake of that client with the settings; the facts if it succeeds, of which the session has a tale to tell.
  std::optional<TlsInfo> meet(const TlsClientSettings& asks) {
    facts_.reset();
    client = TlsClient(asks);
    start_tls([this](Connection& connection) {
      facts_ = connection.tls();
      return read_all(connection);
    });
    shake_hands();
    client.read();
    return facts_;
  }

  // The same where it must succeed.
  TlsInfo met(const TlsClientSettings& asks) {
    EXPECT_TRUE(meet(asks)) << client.error();
    return facts_.value_or(TlsInfo());
  }

  // What is wrong with the settings: "option: text".
  std::string fault() const {
    try {
      const TlsContext made(settings);
      return "";
    } catch (const TlsSettingsError& error) {
      return error.option() + ": " + error.what();
    }
  }

  std::optional<TlsInfo> facts_;
};

TEST_F(TlsContextTest, names_choose_certificates) {
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
    ASSERT_TRUE(meet({0, name})) << name;
    EXPECT_EQ(client.certificate_name(), expected) << name;
  }
}

TEST_F(TlsContextTest, unknown_names_may_be_refused) {
  settings.refuse_unknown_names = true;
  settings.sni["b.example"] = make_identity({"b.example"});
  EXPECT_TRUE(meet({0, "b.example"}));
  EXPECT_TRUE(meet({0, "localhost"})) << "the first certificate is for this one";
  EXPECT_TRUE(meet({0, ""})) << "no name is not an unknown one";
  EXPECT_FALSE(meet({0, ".localhost"}));
  EXPECT_FALSE(meet({0, "a.example"}));
  EXPECT_NE(client.error().find("unrecognized name"), std::string::npos) << client.error();
}

TEST_F(TlsContextTest, the_servers_order_of_protocols_counts) {
  settings.alpn = {"b", "a"};
  EXPECT_EQ(met({0, "", {"a", "b"}}).alpn, "b");
  EXPECT_EQ(met({0, "", {"a"}}).alpn, "a");
  EXPECT_EQ(met({0, "", {}}).alpn, "");
  EXPECT_FALSE(meet({0, "", {"c"}}));
  EXPECT_NE(client.error().find("no application protocol"), std::string::npos) << client.error();
}

TEST_F(TlsContextTest, the_oldest_version_can_be_raised) {
  EXPECT_EQ(met({TLS1_2_VERSION}).version, "TLSv1.2");
  EXPECT_FALSE(meet({TLS1_1_VERSION}));
  settings.min_version = "1.3";
  EXPECT_FALSE(meet({TLS1_2_VERSION}));
  EXPECT_EQ(met({TLS1_3_VERSION}).version, "TLSv1.3");
}

TEST_F(TlsContextTest, clients_show_certificates_if_they_must) {
  CertificateRequest ca_request{"authority"};
  ca_request.authority = true;
  const auto ca = make_identity(ca_request);
  CertificateRequest alice_request{"Alice Ünder"};
  alice_request.signer = &ca;
  const auto alice = make_identity(alice_request);
  const auto stranger = make_identity({"stranger"});
  settings.client_ca = ca.certificate;
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    settings.client_certificates = TlsSettings::ClientCertificates::request;
    EXPECT_EQ(met({version, "", {}, &alice}).client_subject, "CN=Alice Ünder");
    EXPECT_EQ(met({version}).client_subject, "");
    EXPECT_FALSE(meet({version, "", {}, &stranger}));
    settings.client_certificates = TlsSettings::ClientCertificates::require;
    EXPECT_EQ(met({version, "", {}, &alice}).client_subject, "CN=Alice Ünder");
    EXPECT_FALSE(meet({version}));
    stream->end_input();
    run();
    EXPECT_EQ(observer.ends().back().text, "peer did not return a certificate");
    EXPECT_FALSE(meet({version, "", {}, &stranger}));
    stream->end_input();
    run();
    EXPECT_EQ(observer.ends().back().text, "certificate verify failed: self-signed certificate");
    settings.client_certificates = TlsSettings::ClientCertificates::none;
    EXPECT_EQ(met({version, "", {}, &alice}).client_subject, "");
  }
}

TEST_F(TlsContextTest, who_signs_clients_needs_nobody_above) {
  CertificateRequest request{"root"};
  request.authority = true;
  const auto root = make_identity(request);
  request = {"department"};
  request.authority = true;
  request.signer = &root;
  const auto department = make_identity(request);
  request = {"alice"};
  request.signer = &department;
  const auto alice = make_identity(request);
  settings.client_certificates = TlsSettings::ClientCertificates::require;
  settings.client_ca = department.certificate;
  EXPECT_EQ(met({0, "", {}, &alice}).client_subject, "CN=alice");
  settings.client_ca = root.certificate;
  EXPECT_FALSE(meet({0, "", {}, &alice})) << "without the certificate between";
}

TEST_F(TlsContextTest, sessions_are_resumed_unless_they_may_not) {
  const auto current =
      std::make_shared<const CurrentTlsContext>(std::make_shared<const TlsContext>(settings));  // its keys open tickets
  const auto meet_again = [&](const TlsClientSettings& asks) {
    facts_.reset();
    client = TlsClient(asks);
    Endpoint endpoint{{"e", "h", {}}, [this](Connection& connection) {
                        facts_ = connection.tls();
                        return read_all(connection);
                      }};
    endpoint.settings.tls = current;
    endpoint.tls = true;
    stream = &start(std::move(endpoint));
    shake_hands();
    client.read();
    return facts_ && facts_->resumed;
  };
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    EXPECT_FALSE(meet_again({version}));
    SessionOwner session(SSL_get1_session(client.ssl()));
    client.close();  // what is not ended in order may not be resumed
    TlsClientSettings again{version};
    again.session = session.get();
    EXPECT_TRUE(meet_again(again)) << version << client.error();
    again.server_name = "b.example";
    EXPECT_FALSE(meet_again(again)) << "under another name";
    EXPECT_EQ(facts_.value().server_name, "b.example");

    settings.resumption = std::chrono::seconds(0);
    EXPECT_FALSE(met({version}).resumed);
    session.reset(SSL_get1_session(client.ssl()));
    EXPECT_EQ(SSL_SESSION_is_resumable(session.get()), 0) << version;
    settings.resumption = std::chrono::hours(1);
  }
}

TEST_F(TlsContextTest, renegotiation_is_refused) {
  ASSERT_TRUE(meet({TLS1_2_VERSION}));
  SSL_renegotiate(client.ssl());
  client.handshake();
  carry();
  EXPECT_NE(client.error().find("no renegotiation"), std::string::npos) << client.error();
}

TEST_F(TlsContextTest, an_encrypted_key_needs_its_password) {
  const auto plain = settings.identity.key;
  settings.identity.key = encrypted(plain, "open sesame");
  EXPECT_EQ(fault(), "key: is encrypted: \"key_password\" must have its password");
  settings.identity.key_password = "wrong";
  EXPECT_EQ(fault(), "key_password: does not open the key");
  settings.identity.key_password = "open sesame";
  EXPECT_EQ(fault(), "");
}

TEST_F(TlsContextTest, what_is_wrong_is_said_of_the_option) {
  const auto good = settings;
  const auto other = make_identity({"other"});
  settings.identity.certificate = "no PEM at all";
  EXPECT_EQ(fault(), "certificate: holds no certificate in PEM (\"-----BEGIN CERTIFICATE-----\")");
  settings = good;
  settings.identity.certificate += "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  EXPECT_EQ(fault().substr(0, 34), "certificate: certificate 2 in it: ") << fault();
  settings = good;
  settings.identity.key = good.identity.certificate;
  EXPECT_EQ(fault(), "key: holds no private key in PEM (\"-----BEGIN PRIVATE KEY-----\")");
  settings.identity.key = other.key;
  EXPECT_EQ(fault(), "key: does not belong to the certificate");
  settings.identity.key = good.identity.key.substr(0, 80);
  EXPECT_EQ(fault().substr(0, 51), "key: is no whole private key in PEM, with its lines") << fault();
  settings = good;
  settings.sni["b.example"] = {good.identity.certificate, other.key, {}, {}};
  EXPECT_EQ(fault(), "sni.b.example.key: does not belong to the certificate");
  settings = good;
  settings.ciphers = "NO-SUCH-CIPHER";
  EXPECT_EQ(fault(), "ciphers: no cipher match; \"openssl ciphers -tls1_2 -s\" lists the names");
  settings.ciphers = "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA265";
  EXPECT_EQ(
      fault(),
      "ciphers: has no cipher \"ECDHE-RSA-AES128-GCM-SHA265\" here; \"openssl ciphers -tls1_2 -s\" lists the names");
  settings = good;
  settings.cipher_suites = "TLS_AES_128_GCM_SHA256:TLS_NO_SUCH_SUITE";
  EXPECT_EQ(fault(),
            "cipher_suites: has no cipher \"TLS_NO_SUCH_SUITE\" here; \"openssl ciphers -tls1_3 -s\" lists the names");
  settings = good;
  settings.cipher_suites = "TLS_NO_SUCH_SUITE";
  EXPECT_EQ(fault().substr(0, 15), "cipher_suites: ") << fault();
  settings = good;
  settings.client_certificates = TlsSettings::ClientCertificates::require;
  settings.client_ca = "nothing";
  EXPECT_EQ(fault().substr(0, 24), "client_certificates.ca: ") << fault();
  settings = good;
  settings.identity.ocsp_response = "not DER";
  EXPECT_EQ(fault().substr(0, 15), "ocsp_response: ") << fault();
}

TEST_F(TlsContextTest, a_list_of_ciphers_holds_as_written) {
  settings.ciphers = "ECDHE-ECDSA-CHACHA20-POLY1305:!NO-SUCH-CIPHER,kECDHE+AESGCM:!aRSA:@SECLEVEL=2";
  const TlsContext made(settings);
  const std::unique_ptr<SSL, decltype(&SSL_free)> connection(made.new_connection(), SSL_free);
  std::string names;
  for (int i = 0; const char* name = SSL_get_cipher_list(connection.get(), i); ++i)
    if (std::string_view(name).substr(0, 4) != "TLS_") names += std::string(name) + ' ';  // those are of TLS 1.3
  EXPECT_EQ(names, "ECDHE-ECDSA-CHACHA20-POLY1305 ECDHE-ECDSA-AES256-GCM-SHA384 ECDHE-ECDSA-AES128-GCM-SHA256 ");
}

TEST_F(TlsContextTest, certificates_tell_what_they_are) {
  CertificateRequest request{"a.example", 0x1234};
  request.last_day = 7;
  settings.identity = make_identity(request);
  settings.sni["b.example"] = make_identity({"b.example"});
  request.last_day = 365 * 5000;  // "without an end"
  settings.sni["c.example"] = make_identity(request);
  const TlsContext made(settings);
  ASSERT_EQ(made.certificates().size(), 3U);
  EXPECT_GT(made.certificates().back().not_after, std::chrono::system_clock::now() + std::chrono::hours(24 * 365 * 50));
  const auto& first = made.certificates().front();
  EXPECT_EQ(first.option, "certificate");
  EXPECT_EQ(first.subject, "CN=a.example");
  EXPECT_EQ(first.serial, "1234");
  EXPECT_NEAR(std::chrono::duration<double>(first.not_after - std::chrono::system_clock::now()).count(), 7 * 86400, 60);
  EXPECT_EQ(made.certificates()[1].option, "sni.b.example.certificate");
}

}  // namespace
}  // namespace portico::test
