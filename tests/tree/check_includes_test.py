"""Tests of scripts/check_includes.py and scripts/rooms.py: the tree as it is passes, and each forbidden arrow fails."""

import copy
import fnmatch
import pathlib
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts"))
import check_includes  # noqa: E402
import rooms  # noqa: E402

# Every room with a header in it, the lowest first.
HEADERS = {
    "include/portico/options": "values.hpp",
    "include/portico": "connection.hpp",
    "config/values": "units.hpp",
    "config/settings": "config.hpp",
    "config/json": "json_node.hpp",
    "config/reading": "load.hpp",
    "config/documents": "documents.hpp",
    "protocol": "stream.hpp",
    "protocol/proxy_protocol": "proxy_header.hpp",
    "protocol/tls": "tls_stream.hpp",
    "server/net": "socket_stream.hpp",
    "server/admission": "slots.hpp",
    "server/endpoint": "endpoint.hpp",
    "server/connection": "server_connection.hpp",
    "server/workers": "worker.hpp",
    "server/accept": "listener.hpp",
    "server": "server.hpp",
    "program/log": "log.hpp",
    "program/host": "stop_signal.hpp",
    "program/commands": "commands.hpp",
    "handlers": "handlers.hpp",
}

# The arrows of the design, written down a second time: a row that is loosened by mistake fails here. Public headers may
# be included by every room that is not one of them; everything that is not named here is refused.
DESIGN = """
include/portico          > include/portico/options
config/settings          > config/values
config/json              > config/values
config/reading           > config/values config/settings config/json
config/documents         > config/values config/settings config/reading
protocol/tls             > protocol
server/net               > config/settings protocol
server/admission         > config/settings
server/endpoint          > config/settings protocol/tls server/admission
server/connection        > protocol protocol/tls protocol/proxy_protocol server/admission server/endpoint
server/workers           > protocol server/net server/admission server/endpoint server/connection
server/accept            > protocol server/net server/admission server/endpoint server/connection server/workers
server                   > config/* server/*
program/log              > config/settings server/connection
program/commands         > config/* protocol protocol/* server server/* program/log program/host
"""


def allowed_by_design():
    rows = {room: set() for room in HEADERS}
    for line in filter(None, DESIGN.splitlines()):
        room, _, targets = line.partition(">")
        for target in targets.split():
            rows[room.strip()] |= {known for known in HEADERS if fnmatch.fnmatch(known, target)}
    for room, targets in rows.items():
        if not room.startswith("include/"):
            targets |= {"include/portico", "include/portico/options"}
    return rows


def name_in_include(room):
    file = f"{room}/{HEADERS[room]}"
    return f"<{file.removeprefix('include/')}>" if room.startswith("include/") else f'"{file}"'


class CheckIncludes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.read = check_includes.Tree.read(ROOT)

    def setUp(self):
        self.tree = copy.deepcopy(self.read)

    def add(self, path, text):
        """Adds a file, and lists it."""
        self.tree.add(path, text)
        top, _, rest = path.partition("/")
        self.tree.lists[f"{top}/CMakeLists.txt"] = self.tree.lists.get(f"{top}/CMakeLists.txt", "") + f"\n{rest}\n"

    def assert_refused(self, path, line, reason):
        """A file of one line, at `path`, is the only problem of the tree, for this reason."""
        self.add(path, line + "\n")
        problems = list(self.tree.problems())
        self.assertEqual(len(problems), 1, problems)
        self.assertIn(path, problems[0])
        self.assertIn(reason, problems[0])
        del self.tree.files[path]

    def test_the_tree_as_it_is_passes(self):
        self.assertEqual(list(self.tree.problems()), [])

    def test_every_room_is_tested_and_has_a_row(self):
        found = {check_includes.room_of(path) for path in self.tree.files}
        self.assertEqual(found - {"tests", "examples", "bench", "base"}, set(HEADERS))
        self.assertEqual(found - set(check_includes.ARROWS), set())

    def test_the_design_points_down_only(self):
        order = list(HEADERS)
        for room, targets in allowed_by_design().items():
            for target in targets:
                self.assertLess(order.index(target), order.index(room), f"{room} -> {target}")

    def test_each_arrow_of_the_design_is_allowed_and_each_other_one_refused(self):
        design = allowed_by_design()
        for room in HEADERS:
            for target in HEADERS:
                if target == room:
                    continue
                with self.subTest(room=room, target=target):
                    problem = self.tree.problem_of(f"{room}/extra.cpp", '"', f"{target}/{HEADERS[target]}")
                    self.assertEqual(problem, None if target in design[room] else f"{room}/ may not include from {target}/")

    def test_base_and_examples(self):
        for room in HEADERS:
            problem = self.tree.problem_of(f"{room}/extra.cpp", '"', "base/assert.hpp")
            self.assertEqual(problem is None, not room.startswith("include/"))
            problem = self.tree.problem_of("base/extra.cpp", '"', f"{room}/{HEADERS[room]}")
            self.assertEqual(problem, f"base/ may not include from {room}/")
            problem = self.tree.problem_of("examples/x/extra.cpp", '"', f"{room}/{HEADERS[room]}")
            public = room.startswith("include/")
            self.assertEqual(problem, None if public else f"examples/ may not include from {room}/")

    def test_a_room_without_a_row_is_a_problem(self):
        self.add("server/metrics/counters.hpp", "")
        self.assertEqual(list(self.tree.problems()),
                         ["server/metrics/counters.hpp:1: server/metrics/ has no row in scripts/check_includes.py"])

    def test_a_refused_arrow_is_a_problem_that_names_the_line(self):
        for room in HEADERS:
            if room.startswith(("config", "include")):
                continue  # they reach Asio too
            target = "program/commands" if room != "program/commands" else "handlers"
            self.assert_refused(f"{room}/extra.cpp", f"#include {name_in_include(target)}", f"{room}/ may not include from {target}/")

    def test_what_does_not_exist_is_refused(self):
        self.assert_refused("server/extra.cpp", '#include "server/gone.hpp"', "no such file")
        self.assert_refused("server/extra.cpp", "#include <portico/gone.hpp>", "no such public header")

    def test_of_reading_an_endpoint_sees_files_and_variables_only(self):
        self.assertIsNone(self.tree.problem_of("server/endpoint/extra.cpp", '"', "config/reading/env.hpp"))
        self.assertIsNotNone(self.tree.problem_of("server/endpoint/extra.cpp", '"', "config/reading/load.hpp"))

    def test_nothing_shipped_includes_tests(self):
        for room in HEADERS:
            problem = self.tree.problem_of(f"{room}/extra.cpp", '"', "tests/support/memory_stream.hpp")
            self.assertEqual(problem, f"{room}/ may not include from tests/")

    def test_each_library_has_its_rooms(self):
        for header, path in (
            ("nlohmann/json.hpp", "config/json/extra.cpp"),
            ("nlohmann/json.hpp", "config/documents/extra.cpp"),
            ("openssl/ssl.h", "protocol/tls/extra.hpp"),
            ("spdlog/spdlog.h", "program/log/extra.cpp"),
            ("CLI/CLI.hpp", "program/commands/extra.cpp"),
            ("asio.hpp", "server/net/extra.cpp"),
            ("fmt/format.h", "config/values/extra.cpp"),
        ):
            self.assertIsNone(self.tree.problem_of(path, "<", header))
        for header, path in (
            ("nlohmann/json.hpp", "config/reading/extra.cpp"),
            ("nlohmann/json_fwd.hpp", "include/portico/extra.hpp"),
            ("nlohmann/json.hpp", "server/extra.cpp"),
            ("openssl/ssl.h", "protocol/extra.cpp"),
            ("openssl/ssl.h", "server/connection/extra.cpp"),
            ("spdlog/spdlog.h", "program/commands/extra.cpp"),
            ("spdlog/spdlog.h", "server/extra.cpp"),
            ("CLI/CLI.hpp", "program/host/extra.cpp"),
            ("CLI/CLI.hpp", "server/extra.cpp"),
            ("asio.hpp", "base/extra.cpp"),
            ("fmt/format.h", "include/portico/extra.hpp"),
            ("gtest/gtest.h", "server/extra.cpp"),
        ):
            with self.subTest(header=header, path=path):
                self.assertIn("is not for", self.tree.problem_of(path, "<", header) or "")

    def test_config_does_not_include_asio(self):
        self.assert_refused("config/values/extra.cpp", "# include <asio.hpp>", "asio is not for")

    def test_config_does_not_reach_asio_through_a_public_header(self):
        self.assert_refused("config/settings/extra.cpp", "#include <portico/connection.hpp>", "reaches Asio")

    def test_the_operating_system_is_for_pairs(self):
        for header in ("windows.h", "unistd.h", "sys/socket.h", "netinet/in.h"):
            self.assert_refused("server/net/extra.cpp", f"#include <{header}>", "outside x_windows.cpp and x_posix.cpp")

    def test_half_a_pair_is_refused(self):
        self.add("server/net/extra.hpp", "")
        self.assert_refused("server/net/extra_windows.cpp", "#include <windows.h>", "has no server/net/extra_posix.cpp")

    def test_a_pair_is_declared_in_one_header(self):
        self.add("server/net/extra_posix.cpp", "")
        self.assertTrue(any("has no server/net/extra.hpp" in problem for problem in self.tree.problems()))

    def test_an_unknown_library_is_refused(self):
        self.assert_refused("server/extra.cpp", "#include <boost/asio.hpp>", "not a library of this project")

    def test_a_source_that_cmake_does_not_list_is_refused(self):
        # server/accept/listener.cpp is listed: the name alone is not enough.
        self.tree.add("server/workers/listener.cpp", "")
        self.assertEqual(list(self.tree.problems()), ["server/workers/listener.cpp:1: is not listed in server/CMakeLists.txt"])

    def test_a_public_header_that_cmake_does_not_list_is_refused(self):
        self.tree.add("include/portico/forgotten.hpp", "")
        self.assertEqual(list(self.tree.problems()), ["include/portico/forgotten.hpp:1: is not listed in include/CMakeLists.txt"])

    def test_rooms_form_no_circle(self):
        self.assertEqual(rooms.circle_in(rooms.graph_of(self.tree)), [])

    def test_the_server_is_a_spine(self):
        floors = [floor for floor in rooms.floors_of(rooms.graph_of(self.tree, "server"))]
        self.assertEqual(floors[0], ["server/admission", "server/net"])
        self.assertEqual([floor[0] for floor in floors[1:] if len(floor) == 1], [
            "server/endpoint", "server/connection", "server/workers", "server/accept", "server"])

    def test_a_circle_is_found(self):
        graph = {"a": {"b": 1}, "b": {"c": 1}, "c": {"b": 1}}
        self.assertEqual(rooms.circle_in(graph), ["b", "c", "b"])


if __name__ == "__main__":
    unittest.main()
