"""Runs the commands that check a configuration on this host, doctor and healthcheck, for their tests."""

import json
import os
import resource
import subprocess
import tempfile
import unittest

import support
from support import endpoint, options


class Commands(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def run_command(self, name, config, descriptors=None, before=None):
        """Runs a command on a file; `descriptors` limits its open files, and it calls `before` before it starts."""
        path = os.path.join(self.folder, "portico.json")
        with open(path, "w", encoding="utf-8") as output:
            output.write(config if isinstance(config, str) else json.dumps(config))
        limit = (lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors, descriptors))) if descriptors else None
        return subprocess.run(support.command(options.program, name, path), capture_output=True, text=True,
                              timeout=support.TIMEOUT, preexec_fn=limit or before)

    def expect_the_problems_of_check(self, name):
        """Checks what a command says about files with problems."""
        self.assertEqual(self.run_command(name, "{ nonsense").returncode, 2)
        result = self.run_command(name, {"endpoints": {"e": endpoint("nobody")}})
        self.assertEqual(result.returncode, 1)
        self.assertIn("portico.json:1:", result.stderr)
