// The settings that a context rejects.

#include "tests/support/test_certificates.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <algorithm>
#include <string>

namespace portico::test {
namespace {

// Returns the DER of a PEM with one block.
std::string der_of(const std::string& pem) {
  const auto begin = pem.find('\n') + 1;
  std::string text = pem.substr(begin, pem.find("-----END") - begin);
  std::erase(text, '\n');
  std::string der(text.size(), '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(der.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  der.resize(static_cast<std::size_t>(size - std::count(text.begin(), text.end(), '=')));
  return der;
}

struct TlsSettingsTest : testing::Test {
  // Returns the error in the settings as "option: message"; empty if there is none.
  std::string settings_error() const {
    try {
      const TlsContext tls_context(settings);
      return "";
    } catch (const TlsSettingsError& error) {
      return error.option() + ": " + error.what();
    }
  }

  TlsSettings settings = plain_tls_settings();
};

TEST_F(TlsSettingsTest, AnEncryptedKeyNeedsItsPassword) {
  const auto plain = settings.identity.key;
  settings.identity.key = encrypted(plain, "open sesame");
  EXPECT_EQ(settings_error(), "key: is encrypted: \"key_password\" must have its password");
  settings.identity.key_password = "wrong";
  EXPECT_EQ(settings_error(), "key_password: does not decrypt the key");
  settings.identity.key_password = "open sesame";
  EXPECT_EQ(settings_error(), "");
}

TEST_F(TlsSettingsTest, ErrorsNameTheOption) {
  const auto good = settings;
  const auto other = make_identity({"other"});
  settings.identity.certificate = "no PEM at all";
  EXPECT_EQ(settings_error(), "certificate: contains no PEM certificate (\"-----BEGIN CERTIFICATE-----\")");
  settings = good;
  settings.identity.certificate += "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  EXPECT_EQ(settings_error().substr(0, 56), "certificate: contains an invalid certificate, number 2: ")
      << settings_error();
  settings = good;
  settings.identity.key = good.identity.certificate;
  EXPECT_EQ(settings_error(), "key: contains no PEM private key (\"-----BEGIN PRIVATE KEY-----\")");
  settings.identity.key = other.key;
  EXPECT_EQ(settings_error(), "key: does not belong to the certificate");
  settings.identity.key = good.identity.key.text().substr(0, 80);
  EXPECT_EQ(settings_error().substr(0, 38), "key: is not a complete PEM private key") << settings_error();
  settings = good;
  settings.sni["b.example"] = {good.identity.certificate, other.key, {}, {}};
  EXPECT_EQ(settings_error(), "sni.b.example.key: does not belong to the certificate");
  settings = good;
  settings.ciphers = "NO-SUCH-CIPHER";
  EXPECT_EQ(settings_error(),
            "ciphers: has no cipher \"NO-SUCH-CIPHER\" here; \"openssl ciphers -tls1_2 -s\" lists the names");
  settings.ciphers = "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA265";
  EXPECT_EQ(
      settings_error(),
      "ciphers: has no cipher \"ECDHE-RSA-AES128-GCM-SHA265\" here; \"openssl ciphers -tls1_2 -s\" lists the names");
  settings = good;
  settings.cipher_suites = "TLS_AES_128_GCM_SHA256:TLS_NO_SUCH_SUITE";
  EXPECT_EQ(settings_error(),
            "cipher_suites: has no cipher \"TLS_NO_SUCH_SUITE\" here; \"openssl ciphers -tls1_3 -s\" lists the names");
  settings = good;
  settings.cipher_suites = "TLS_NO_SUCH_SUITE";
  EXPECT_EQ(settings_error().substr(0, 15), "cipher_suites: ") << settings_error();
  settings = good;
  settings.client_certificates = TlsSettings::ClientCertificates::require;
  settings.client_ca = "nothing";
  EXPECT_EQ(settings_error().substr(0, 24), "client_certificates.ca: ") << settings_error();
  settings = good;
  settings.identity.ocsp_response = "not DER";
  EXPECT_EQ(settings_error().substr(0, 15), "ocsp_response: ") << settings_error();
}

TEST_F(TlsSettingsTest, AChainInTheWrongOrderIsNamed) {
  const auto issuer = make_identity({"issuer"});
  settings.identity.certificate = issuer.certificate + settings.identity.certificate;
  EXPECT_EQ(
      settings_error(),
      "certificate: has its certificates in the wrong order: the one of the key is number 2 and must be the first, "
      "then its issuers");
}

TEST_F(TlsSettingsTest, ACurveThatNoClientMayUseIsAnError) {
  CertificateRequest request;
  for (const char* curve : {"P-256", "P-384", "P-521"}) {
    request.curve = curve;
    settings.identity = make_identity(request);
    EXPECT_EQ(settings_error(), "");
  }
  request.curve = "secp256k1";
  settings.sni["b.example"] = make_identity(request);
  EXPECT_EQ(settings_error(),
            "sni.b.example.certificate: has a key on the curve secp256k1, with which no client can connect: use ECDSA "
            "with P-256, or RSA");
}

TEST_F(TlsSettingsTest, TwoKeysOfTheSameTypeAreAnError) {
  settings.identity.alternatives = {make_identity()};
  EXPECT_EQ(settings_error(), "certificate[1]: has a key of the same type as number 1 of the array");
}

TEST_F(TlsSettingsTest, DigestsDifferAsSettingsDo) {
  const auto digest = digest_of(settings);
  EXPECT_EQ(digest_of(settings), digest);
  auto other = settings;
  other.identity.key_password = "x";
  EXPECT_NE(digest_of(other), digest);
  other = settings;
  other.identity.certificate += other.identity.key;
  other.identity.key = "";
  EXPECT_NE(digest_of(other), digest) << "the same bytes, divided in another way";
  other = settings;
  other.client_crl = "x";
  EXPECT_NE(digest_of(other), digest);
}

TEST_F(TlsSettingsTest, PemInAnotherFormIsNamed) {
  const auto good = settings.identity;
  const auto utf16 = [](const std::string& text) {
    std::string wide = "\xFF\xFE";
    for (const char c : text) wide += std::string{c, '\0'};
    return wide;
  };
  const auto indented = [](const std::string& text) { return "\n  " + text; };
  const auto with_mark = [](const std::string& text) { return "\xEF\xBB\xBF" + text; };
  const std::string wide_error = "is UTF-16: save it as UTF-8 without a byte-order mark";
  const std::string indent_error = "has an indented \"-----BEGIN\": each line of PEM must begin without spaces";
  const std::string mark_error = "begins with a byte-order mark: save it as UTF-8 without one";
  const auto error_of = [&](const std::string& certificate, const std::string& key) {
    settings.identity.certificate = certificate;
    settings.identity.key = key;
    return settings_error();
  };
  EXPECT_EQ(error_of(utf16(good.certificate), good.key), "certificate: " + wide_error);
  EXPECT_EQ(error_of(utf16(good.certificate).substr(2), good.key), "certificate: " + wide_error);
  EXPECT_EQ(error_of(good.certificate, utf16(good.key)), "key: " + wide_error);
  EXPECT_EQ(error_of(indented(good.certificate), good.key), "certificate: " + indent_error);
  EXPECT_EQ(error_of(good.certificate, indented(good.key)), "key: " + indent_error);
  EXPECT_EQ(error_of(good.certificate + indented(make_identity().certificate), good.key),
            "certificate: " + indent_error)
      << "an issuer that would never be sent";
  EXPECT_EQ(error_of(with_mark(good.certificate), good.key), "certificate: " + mark_error);
  std::string glued = good.certificate;
  glued.pop_back();
  EXPECT_EQ(error_of(glued + good.certificate, good.key),
            "certificate: has no line end between an \"-----END\" and the next \"-----BEGIN\"");
  EXPECT_EQ(error_of("a comment, -----BEGIN CERTIFICATE-----\n" + good.certificate, good.key), "");
  settings.identity = good;
  settings.client_certificates = TlsSettings::ClientCertificates::require;
  settings.client_ca = indented(good.certificate);
  EXPECT_EQ(settings_error(), "client_certificates.ca: " + indent_error);
}

TEST_F(TlsSettingsTest, DerIsNamedWithTheCommandThatConvertsIt) {
  const auto good = settings.identity;
  const auto error_of = [&](const std::string& certificate, const std::string& key) {
    settings.identity.certificate = certificate;
    settings.identity.key = key;
    return settings_error();
  };
  const std::string to_certificate = "is DER: convert it to PEM (openssl x509 -inform der)";
  const std::string to_key = "is DER: convert it to PEM (openssl pkey -inform der)";
  const std::string der = der_of(good.certificate);
  EXPECT_EQ(error_of(der, good.key), "certificate: " + to_certificate);
  EXPECT_EQ(error_of(good.certificate, der_of(good.key)), "key: " + to_key);
  const std::string short_key = "\x30\x05" + std::string("\x02\x01\x00\x30\x00", 5);  // such as one of Ed25519
  EXPECT_EQ(error_of(good.certificate, short_key), "key: " + to_key);
  const std::string pkcs12 = std::string("\x30\x82\x01\x00\x02\x01\x03\x30", 8) + std::string(256, 'x');
  EXPECT_EQ(error_of(pkcs12, good.key), "certificate: is PKCS #12: convert it to PEM (openssl pkcs12 -nodes)");
  const std::string pkcs7 = "\x30\x82\x01\x0B\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02" + std::string(256, 'x');
  EXPECT_EQ(error_of(pkcs7, good.key),
            "certificate: is PKCS #7: convert it to PEM (openssl pkcs7 -inform der -print_certs)");
  const std::string begins_with_a_zero = "0 is the number of this certificate\n" + good.certificate;
  EXPECT_EQ(error_of(begins_with_a_zero, good.key), "");
  EXPECT_EQ(error_of(std::string("PK\x03\x04\0\0", 6), good.key), "certificate: is not text, so it is not PEM");
  settings.identity = good;
  settings.client_certificates = TlsSettings::ClientCertificates::require;
  settings.client_ca = der;
  EXPECT_EQ(settings_error(), "client_certificates.ca: " + to_certificate);
}

}  // namespace
}  // namespace portico::test
