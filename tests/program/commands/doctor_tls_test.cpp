// TLS files as `portico doctor` reads them.

#include "program/commands/doctor_tls.hpp"

#include "tests/support/test_certificates.hpp"
#include "tests/support/test_revocation.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace portico::test {
namespace {

struct DoctorTlsTest : testing::Test {
  DoctorTlsTest() {
    CertificateRequest request{"CA"};
    request.is_ca = true;
    request.last_day = 90;
    ca = make_identity(request);
    request = {"localhost", 4};
    request.signer = &ca;
    request.last_day = 90;
    own = make_identity(request);
    files = {{"cert.pem", own.certificate}, {"key.pem", own.key}, {"ca.pem", ca.certificate}};
    EndpointConfig endpoint;
    endpoint.name = "e";
    endpoint.tls.emplace();
    endpoint.tls->certificate = {{"cert.pem", {}, {}}};
    endpoint.tls->key = {{"key.pem", {}, {}}};
    config.endpoints.push_back(endpoint);
  }

  TlsConfig& tls() { return *config.endpoints.front().tls; }

  std::vector<std::string> diagnose() const {
    const auto read = [this](const std::filesystem::path& file, std::size_t) {
      return FileContent{files.at(file.string()), {}};
    };
    std::vector<std::string> said;
    for (const auto& diagnosis : diagnose_tls(config, read, std::chrono::system_clock::now()))
      said.push_back(to_string(diagnosis));
    return said;
  }

  // Returns the only diagnosis.
  std::string diagnosis() const {
    const auto said = diagnose();
    EXPECT_EQ(said.size(), 1U);
    return said.empty() ? "" : said.front();
  }

  void request_client_certificates() {
    tls().client_certificates.emplace();
    tls().client_certificates->ca = {"ca.pem", {}, {}};
  }

  const RevocationDates expired{std::chrono::hours(-48), std::chrono::hours(-24)};
  TlsIdentity ca;
  TlsIdentity own;
  std::map<std::string, std::string> files;
  Config config;
};

TEST_F(DoctorTlsTest, WhatIsCurrentIsOk) {
  request_client_certificates();
  tls().client_certificates->crl = "crl.pem";
  tls().ocsp_response = "ocsp.der";
  files["crl.pem"] = make_crl(ca, {6});
  files["ocsp.der"] = make_ocsp_response(ca, own);
  EXPECT_NE(diagnosis().find("valid for at least two more weeks"), std::string::npos) << diagnosis();
}

TEST_F(DoctorTlsTest, AnExpiredOcspResponseIsAWarning) {
  tls().ocsp_response = "ocsp.der";
  files["ocsp.der"] = make_ocsp_response(ca, own, V_OCSP_CERTSTATUS_GOOD, expired);
  EXPECT_NE(diagnosis().find(
                "tls.ocsp_response: ocsp.der: the OCSP response for CN=localhost has expired; it is not stapled"),
            std::string::npos)
      << diagnosis();
}

TEST_F(DoctorTlsTest, AnExpiredCrlIsAWarning) {
  request_client_certificates();
  tls().client_certificates->crl = "crl.pem";
  files["crl.pem"] = make_crl(ca, {}, expired);
  EXPECT_NE(diagnosis().find("crl.pem: the CRL of CN=CA has expired; the clients of this CA are refused"),
            std::string::npos)
      << diagnosis();
}

TEST_F(DoctorTlsTest, NamesThatAreNotSentAreAWarning) {
  request_client_certificates();
  CertificateRequest request;
  request.is_ca = true;
  for (int i = 0; i < 1000; ++i) {
    request.common_name = std::string(60, 'n') + std::to_string(i);
    files["ca.pem"] += make_identity(request).certificate;
  }
  EXPECT_NE(diagnosis().find("tls.client_certificates.ca: ca.pem: has 1001 names of CAs"), std::string::npos)
      << diagnosis();
}

TEST_F(DoctorTlsTest, ACurveThatNoClientMayUseIsAnError) {
  CertificateRequest request;
  request.curve = "secp256k1";
  own = make_identity(request);
  files["cert.pem"] = own.certificate;
  files["key.pem"] = own.key;
  EXPECT_NE(diagnosis().find("refused, tls.certificate: cert.pem: has a key on the curve secp256k1"), std::string::npos)
      << diagnosis();
}

}  // namespace
}  // namespace portico::test
