#include "tests/support/secrets_fixture.hpp"
#include "tests/support/test_certificates.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iterator>
#include <string>

// What a substitution has put into a string is never shown: the value of ${env:MARK} is put into every place of a
// configuration in which a text may stand. secrets_of_a_start_test.cpp has what is shown once it is loaded.

namespace portico::test {
namespace {

const Json& whole_configuration() {
  static const Json file = Json::parse(R"({
    "workers": 3, "log": { "format": "json", "level": "warn" }, "limits": { "connections": 871 },
    "shutdown": { "delay": "1231ms", "drain": "4561ms" },
    "endpoints": {
      "a": { "listen": ["127.0.0.1:7131", "unix:p.sock"], "handler": "kinds",
        "unix_socket": { "mode": "0641", "owner": "someone", "group": "group" },
        "tls": { "certificate": "a.pem", "key": "a.key", "key_password": "open", "ciphers": "ECDHE-A",
                 "cipher_suites": "TLS_A", "alpn": ["one", "two"],
                 "client_certificates": { "mode": "request", "ca": "ca.pem", "crl": "crl.pem" },
                 "sni": { "b.example": { "certificate": "b.pem", "key": "b.key", "key_password": "sesame" } },
                 "unknown_name": "refuse", "resumption": "3001s", "ticket_keys": "tickets.txt", "ocsp_response": "a.der" },
        "proxy_protocol": { "mode": "accept", "trust": ["198.51.100.0/24"] },
        "accept": { "backlog": 312, "rate": { "limit": "417/m", "observe": true }, "allow": ["203.0.113.0/24"],
                    "deny": { "networks": ["192.0.2.0/25"], "observe": false } },
        "limits": { "connections": 77, "per_address": { "connections": 13 }, "send_queue": "65537B" },
        "on_full": { "farewell": "later" }, "timeouts": { "idle": "61234ms", "write": "71234ms" },
        "min_rate": { "read": "241B/s" }, "keepalive": { "idle": "33s", "count": 7 },
        "options": { "text": "abcdef", "file": "some.file", "pem": "some.pem", "address": "localhost:8181",
                     "network": "198.18.0.0/15", "colour": "blue", "one_or_more": ["first", "second"],
                     "map": { "x": 3 }, "range": { "least": 2, "unit": "metre" },
                     "ranges": [{ "unit": "inch" }, { "most": 99, "unit": "foot" }], "any": "words" } } } })");
  return file;
}

// Calls `use` with the pointer of every single value in the configuration.
template <typename Use>
void for_each_value(const Json& file, Use use) {
  const Json flat = file.flatten();
  for (const auto& [pointer, value] : flat.items()) {
    if (!value.is_null()) use(Json::json_pointer(pointer), value);
  }
}

std::string text_of(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

bool is_in(const Json::json_pointer& inner, const std::string& outer) {
  return inner.to_string().starts_with(outer + "/");
}

TEST(SecretsTest, AMarkedSecretIsShownInNoPlace) {
  const std::string mark = "s3cret-m4rk";
  for_each_value(whole_configuration(), [&](const auto& pointer, const Json&) {
    SCOPED_TRACE(pointer.to_string());
    for (const char* spelled : {"${env:MARK}", "x${env:MARK}y", "10.0.0.0/8 ${env:MARK}", "${env:MARK}:${env:MARK}",
                                "${env:MARK}:80", "unix:${env:MARK}"}) {
      Json file = whole_configuration();
      file[pointer] = spelled;
      const LoadResult result = load_marked(file.dump(), mark);
      const bool is_listen = pointer.to_string().starts_with("/endpoints/a/listen");
      if (!is_listen || !result.loaded()) expect_hidden(everything_said(result), mark);
      expect_hidden(effective_configuration(result), mark);
    }
  });
}

TEST(SecretsTest, AValueFromASubstitutionIsPrintedAsItsSubstitution) {
  for_each_value(whole_configuration(), [&](const auto& pointer, const Json& value) {
    SCOPED_TRACE(pointer.to_string());
    Json file = whole_configuration();
    file[pointer] = "${env:MARK}";
    const LoadResult result = load_marked(file.dump(), text_of(value));
    ASSERT_TRUE(result.loaded()) << to_string(result.problems.at(0));
    const std::string written = effective_configuration(result);
    EXPECT_EQ(Json::parse(written)[pointer], "${env:MARK}");
    const LoadResult again = load_marked(written, text_of(value));
    ASSERT_TRUE(again.loaded()) << written;
    EXPECT_TRUE(again.config == result.config);
  });
}

TEST(SecretsTest, AnEndpointThatOverridesAnythingStillHidesWhatItInherits) {
  const Json& own = whole_configuration()["endpoints"]["a"];
  Json defaults = own;
  for (const char* name : {"listen", "handler", "options"}) defaults.erase(name);
  for_each_value(defaults, [&](const auto& pointer, const Json& value) {
    for_each_value(defaults, [&](const auto& other, const Json& other_value) {
      const bool in_array = pointer.to_string().find_first_of("0123456789") != std::string::npos;
      if (pointer == other || in_array || other.back() == "1") return;  // an array needs its first entry
      Json file = whole_configuration();
      file["endpoint_defaults"] = defaults;
      file["endpoint_defaults"][pointer] = "${env:MARK}";
      Json endpoint = {{"listen", own["listen"]}, {"handler", "echo"}};
      endpoint[other] = other_value;
      // What may be written in several forms is set as a whole.
      const std::string whole[] = {"/accept/rate", "/accept/deny", "/on_full"};
      if (std::any_of(std::begin(whole), std::end(whole), [&](const std::string& rule) { return is_in(other, rule); }))
        return;
      file["endpoints"]["a"] = endpoint;
      const LoadResult result = load_marked(file.dump(), text_of(value));
      ASSERT_TRUE(result.loaded()) << to_string(result.problems.at(0)) << other.to_string();
      const Json written = Json::parse(effective_configuration(result));
      EXPECT_EQ(written["endpoints"]["a"][pointer], "${env:MARK}") << pointer.to_string() << other.to_string();
    });
  });
}

TEST(SecretsTest, NamesWithDotsAreNotMixedUp) {
  const LoadResult result = load_marked(R"({ "endpoints": {
    "a.tls": { "listen": ":1", "handler": "kinds", "options": { "text": "b", "file": "x" },
               "tls": { "certificate": "a", "key": "b" } },
    "a": { "listen": ":2", "handler": "echo",
           "tls": { "certificate": "a", "key": "b", "key_password": "${env:MARK}",
                    "sni": { "x": { "certificate": "a", "key": "${env:MARK}" },
                             "x.key": { "certificate": "a", "key": "b", "key_password": "${env:MARK}" } } } } } })",
                                        "s3cret-m4rk");
  ASSERT_TRUE(result.loaded());
  const std::string written = effective_configuration(result);
  expect_hidden(written, "s3cret-m4rk");
  const LoadResult again = load_marked(written, "s3cret-m4rk");
  ASSERT_TRUE(again.loaded()) << to_string(again.problems.at(0)) << written;
  EXPECT_TRUE(again.config == result.config);
}

TEST(SecretsTest, ADotInANameDoesNotHideAPasswordsSubstitution) {
  const LoadResult result = load_marked(R"({ "endpoints": {
    "a": { "listen": ":2", "handler": "echo",
           "tls": { "certificate": "a", "key": "b", "key_password": "${env:MARK}" } },
    "a.tls": { "listen": ":1", "handler": "echo",
               "tls": { "certificate": "a", "key": "b", "key_password": "own" } },
    "a.tls.key_password": { "listen": ":3", "handler": "echo", "tls": { "certificate": "a", "key": "b" } } } })",
                                        "s3cret-m4rk");
  ASSERT_TRUE(result.loaded());
  expect_hidden(effective_configuration(result), "s3cret-m4rk");
}

TEST(SecretsTest, NoneOfTwoProblemsIsDroppedBecauseOfADotInAName) {
  const LoadResult result = load_marked(R"({ "endpoints": {
    "a": { "listen": ":1", "handler": "strict", "options": { "least": 7, "most": 3, "unit": "m" } },
    "a.options": { "listen": ":2", "handler": "echo", "least": 3 } } })",
                                        "");
  const LoadResult other_order = load_marked(R"({ "endpoints": {
    "a.options": { "listen": ":2", "handler": "echo", "least": 3 },
    "a": { "listen": ":1", "handler": "strict", "options": { "least": 7, "most": 3, "unit": "m" } } } })",
                                             "");
  EXPECT_EQ(result.problems.size(), 2u);
  EXPECT_EQ(other_order.problems.size(), 2u);
}

TEST(SecretsTest, AStructsCheckShowsNoValueFromASubstitution) {
  const auto said = [](const std::string& options, const std::string& mark) {
    return everything_said(load_marked(
        R"({ "endpoints": { "e": { "listen": ":1", "handler": "talkative", "options": )" + options + "} } }", mark));
  };
  const std::string text = said(R"({ "text": "${env:MARK}" })", "s3cret-m4rk");
  expect_hidden(text, "s3cret-m4rk");
  EXPECT_NE(text.find("${env:MARK}"), std::string::npos) << text;
  EXPECT_EQ(said(R"({ "text": "x${env:MARK}y" })", "ab").find("xaby"), std::string::npos);
  EXPECT_NE(said(R"({ "number": "${env:MARK}" })", "74").find("number 74"), std::string::npos);
  EXPECT_NE(said(R"({ "text": "${env:MARK}" })", "not").find("must not have not"), std::string::npos);
  EXPECT_NE(said(R"({ "text": "${env:MARK:-plain}" })", "plain").find("is \"plain\" at 0 s"), std::string::npos);
  EXPECT_NE(said(R"({ "text": "plain" })", "ab").find("is \"plain\" at 0 s"), std::string::npos);
}

TEST(SecretsTest, AnUnknownCipherFromASubstitutionIsNotShown) {
  const auto identity = make_identity();
  LoadResult result = load_marked(R"({ "endpoints": { "a": { "listen": ":2", "handler": "echo",
    "tls": { "certificate": "a", "key": "b", "ciphers": "ECDHE-RSA-AES128-GCM-SHA256:${env:MARK}" } } } })",
                                  "S3CRET-A:M4RKED-B");
  ASSERT_TRUE(result.loaded());
  const auto read = [&](const std::filesystem::path& file, std::size_t) {
    return FileContent{file == "a" ? identity.certificate : identity.key.text(), {}};
  };
  const auto diagnoses = diagnose_tls(result.config, read, std::chrono::system_clock::now());
  ASSERT_EQ(diagnoses.size(), 1u);
  EXPECT_EQ(diagnoses[0].severity, Diagnosis::Severity::error);
  expect_hidden(diagnoses[0].text, "S3CRET-A:M4RKED-B");
  EXPECT_NE(diagnoses[0].text.find("tls.ciphers"), std::string::npos) << diagnoses[0].text;
}

TEST(SecretsTest, EveryTextOfTheFileIsShownWithoutControlCharacters) {
  for (const char* options :
       {R"("unix_socket": { "mode": "a\nb\u001b[31m" })", R"("unix_socket": { "mode": "a\u009bb" })",
        R"("tls": { "certificate": "a", "key": "b", "sni": { "a\nb": {}, "A\nB": {} } })"}) {
    const std::string said = everything_said(load_marked(
        std::string(R"({ "endpoints": { "e": { "listen": "unix:p", "handler": "echo", )") + options + "} } }", ""));
    EXPECT_EQ(said.find("a\nb"), std::string::npos) << said;
    EXPECT_EQ(said.find('\x1b'), std::string::npos) << said;
    EXPECT_EQ(said.find("\xC2\x9B"), std::string::npos) << said;
  }
  const std::string author = everything_said(load_marked(
      R"({ "endpoints": { "e": { "listen": ":1", "handler": "talkative", "options": { "text": "a\nb\r\u001b[0m" } } } })",
      ""));
  EXPECT_EQ(author.find("a\nb"), std::string::npos) << author;
  EXPECT_EQ(author.find('\x1b'), std::string::npos) << author;
}

}  // namespace
}  // namespace portico::test
