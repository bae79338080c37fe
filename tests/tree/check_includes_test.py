"""Tests of scripts/check_includes.py: the tree as it is passes, and each forbidden arrow makes it fail."""

import pathlib
import shutil
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts"))
import check_includes  # noqa: E402


class CheckIncludes(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.root)
        for folder in check_includes.FOLDERS:
            if (ROOT / folder).is_dir():
                shutil.copytree(ROOT / folder, self.root / folder, ignore=shutil.ignore_patterns("*.json", "[a-z]*.txt"))

    def problems(self):
        return list(check_includes.Tree(self.root).problems())

    def assert_refused(self, path, line, reason):
        """A file of one line, at `path`, is the only problem of the tree, for this reason."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(line + "\n", encoding="utf-8")
        with (file.parent / "CMakeLists.txt").open("a", encoding="utf-8") as listing:
            listing.write(f"# {file.name}\n")
        problems = self.problems()
        self.assertEqual(len(problems), 1, problems)
        self.assertIn(path, problems[0])
        self.assertIn(reason, problems[0])

    def test_the_tree_as_it_is_passes(self):
        self.assertEqual(self.problems(), [])

    def test_config_and_protocol_are_strangers(self):
        self.assert_refused("config/extra.cpp", '#include "protocol/wire.hpp"', "no such file")
        (self.root / "protocol/wire.hpp").write_text("", encoding="utf-8")
        self.assert_refused("config/extra.cpp", '#include "protocol/wire.hpp"', "may not include from protocol/")
        (self.root / "config/extra.cpp").write_text("", encoding="utf-8")
        self.assert_refused("protocol/extra.cpp", '#include "config/settings/config.hpp"', "may not include from config/")

    def test_nobody_below_knows_the_server(self):
        self.assert_refused("config/extra.cpp", '#include "server/accept/listener.hpp"', "may not include from server/")

    def test_protocol_does_not_know_the_server(self):
        self.assert_refused("protocol/extra.cpp", '#include "../server/accept/listener.hpp"', "no such file")

    def test_a_public_header_does_not_know_the_inside(self):
        self.assert_refused("include/portico/extra.hpp", '#include "server/accept/listener.hpp"', "may not include from server/")

    def test_a_handler_knows_public_headers_only(self):
        self.assert_refused("handlers/extra.cpp", '#include "server/accept/listener.hpp"', "may not include from server/")

    def test_an_example_knows_public_headers_only(self):
        self.assert_refused("examples/x/extra.cpp", '#include "config/settings/config.hpp"', "may not include from config/")

    def test_the_server_does_not_know_the_handlers(self):
        self.assert_refused("server/extra.cpp", '#include "handlers/handlers.hpp"', "may not include from handlers/")

    def test_nothing_shipped_includes_tests(self):
        (self.root / "tests/x.hpp").write_text("", encoding="utf-8")
        self.assert_refused("server/extra.cpp", '#include "tests/x.hpp"', "may not include from tests/")

    def test_json_stays_in_config(self):
        self.assert_refused("server/extra.cpp", "#include <nlohmann/json.hpp>", "nlohmann is not for")

    def test_json_stays_out_of_public_headers(self):
        self.assert_refused("include/portico/extra.hpp", "#include <nlohmann/json_fwd.hpp>", "nlohmann is not for")

    def test_openssl_stays_in_the_tls_files(self):
        self.assert_refused("protocol/framing_extra.cpp", "#include <openssl/ssl.h>", "openssl is not for")

    def test_the_tls_files_may_include_openssl(self):
        (self.root / "protocol/tls/extra.hpp").write_text("#include <openssl/ssl.h>\n", encoding="utf-8")
        self.assertEqual(self.problems(), [])

    def test_config_does_not_include_asio(self):
        self.assert_refused("config/extra.cpp", "# include <asio.hpp>", "asio is not for")

    def test_config_does_not_reach_asio_through_a_public_header(self):
        self.assert_refused("config/extra.cpp", "#include <portico/connection.hpp>", "reaches Asio")

    def test_the_operating_system_is_for_pairs(self):
        for header in ("windows.h", "unistd.h", "sys/socket.h", "netinet/in.h"):
            self.assert_refused("server/extra.cpp", f"#include <{header}>", "outside x_windows.cpp and x_posix.cpp")

    def test_half_a_pair_is_refused(self):
        (self.root / "server/extra.hpp").write_text("", encoding="utf-8")
        self.assert_refused("server/extra_windows.cpp", "#include <windows.h>", "has no server/extra_posix.cpp")

    def test_a_pair_stands_behind_one_header(self):
        (self.root / "server/extra_posix.cpp").write_text('#include "server/extra.hpp"\n', encoding="utf-8")
        self.assertTrue(any("has no server/extra.hpp" in problem for problem in self.problems()))

    def test_a_library_nobody_chose_is_refused(self):
        self.assert_refused("server/extra.cpp", "#include <boost/asio.hpp>", "a library nobody chose")

    def test_a_source_that_cmake_does_not_list_is_refused(self):
        (self.root / "server/forgotten.cpp").write_text("", encoding="utf-8")
        self.assertEqual(self.problems(), ["server/forgotten.cpp:1: is in no CMakeLists.txt"])

    def test_a_public_header_that_cmake_does_not_list_is_refused(self):
        (self.root / "include/portico/forgotten.hpp").write_text("", encoding="utf-8")
        self.assertEqual(self.problems(), ["include/portico/forgotten.hpp:1: is in no CMakeLists.txt"])


if __name__ == "__main__":
    unittest.main()
