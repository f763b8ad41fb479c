#!/usr/bin/env python3
"""Each rule of tidy.py catches its violation, and leaves alone what only looks like one."""

import unittest

import tidy


def problems(name, text, *others):
    """What tidy says of a file, beside `others` given as (name, text)."""
    sources = [tidy.Source(name, text)] + [tidy.Source(*other) for other in others]
    return [problem for problem in tidy.check(sources) if problem.name == name]


def complaints(name, text, *others):
    return [problem.what for problem in problems(name, text, *others)]


class Blanking(unittest.TestCase):
    def test_comments_and_literals_vanish_and_offsets_stay(self):
        text = 'a("x;{"); // co_await\n/* ;\n */ b(\'{\'); c(R"(})");'
        code = tidy.blank(text)
        self.assertEqual(len(text), len(code))
        self.assertEqual(text.count("\n"), code.count("\n"))
        for gone in ("co_await", "{", "}"):
            self.assertNotIn(gone, code)

    def test_digit_separators_are_no_characters(self):
        self.assertIn("co_await", tidy.blank("f(1'000); co_await g(2'000);"))

    def test_a_problem_names_its_line(self):
        found = problems("proxy/core/x.cpp", "int f();\n\nauto t = Clock::now();\n")
        self.assertEqual({3}, {problem.line for problem in found})


class Sizes(unittest.TestCase):
    def test_long_files_and_long_lines_are_refused(self):
        self.assertEqual([], complaints("tests/x.cpp", "//\n" * 400))
        self.assertEqual(1, len(complaints("tests/x.cpp", "//\n" * 401)))
        self.assertEqual([], complaints("tests/x.cpp", "/" * 100))
        self.assertEqual(1, len(complaints("tests/x.cpp", "/" * 101)))


class Includes(unittest.TestCase):
    def include(self, name, path):
        return complaints(name, f'#include "{path}"\n')

    def test_every_layer_may_use_itself_and_those_to_its_left_only(self):
        for i, user in enumerate(tidy.LAYERS):
            for j, used in enumerate(tidy.LAYERS):
                name = "control/x.cpp" if user == "control" else f"proxy/{user}/x.cpp"
                path = "control/y.h" if used == "control" else f"proxy/{used}/y.h"
                found = complaints(name, f'#include "{path}"\n')
                self.assertEqual(j <= i, not found, f"{user} -> {used}: {found}")

    def test_the_product_includes_no_test(self):
        self.assertTrue(self.include("proxy/core/x.cpp", "tests/support/clock.h"))
        self.assertFalse(self.include("tests/core/x_test.cpp", "control/store.h"))

    def test_paths_start_at_the_root(self):
        self.assertTrue(self.include("proxy/core/x.cpp", "bytes.h"))
        self.assertTrue(self.include("tests/core/x_test.cpp", "../bytes.h"))

    def test_asio_is_included_through_one_header(self):
        self.assertTrue(complaints("proxy/session/x.cpp", "#include <boost/asio.hpp>\n"))
        self.assertFalse(complaints("proxy/session/asio.h",
                                    "#pragma once\n#include <boost/asio.hpp>\n"))

    def test_a_header_is_included_once(self):
        self.assertTrue(complaints("proxy/core/x.h", "int f();\n"))


class Purity(unittest.TestCase):
    IMPURE = [
        "#include <boost/asio/ip/address.hpp>\n", "#include <sys/socket.h>\n", "#include <mutex>\n",
        "void f() { auto t = Clock::now(); }\n",
        "void f() { auto t = std::chrono::steady_clock::now(); }\n",
        "void f() { clock_gettime(0, &t); }\n", "long t = f(time(nullptr));\n",
        'void f() { std::printf("x"); }\n', "void f() { std::cerr << 1; }\n",
        'void f() { log::info("x"); }\n', 'auto x = f(getenv("HOME"));\n',
        "void f() {\n  static int calls = 0;\n}\n", "static std::vector<int> cache;\n",
        "thread_local int depth = 0;\n", "int counter = 0;\n", "std::map<int, int> cache;\n",
    ]
    PURE = [
        "static constexpr int kLimit = 3;\n", "const int kLimit = 3;\n", "using A = B;\n",
        "inline constexpr char kName[] = \"x\";\n", "struct A;\n", "int f(int x);\n",
        "struct A {\n  static Duration fixed(int value) { return f(value); }\n};\n",
        "void f() {\n  static const int table[] = {1};\n}\n",
        "double f() { return std::log(2.0); }\n",
        "void f() { std::snprintf(a, b, c); }\n", "// Clock::now() is not for us.\n",
    ]

    def test_the_pure_layers_hold_no_io_clock_thread_global_or_log(self):
        for code in self.IMPURE:
            for layer in ("core", "codec", "model"):
                self.assertTrue(complaints(f"proxy/{layer}/x.cpp", code), code)

    def test_the_other_layers_may(self):
        for code in self.IMPURE:
            self.assertEqual([], complaints("proxy/session/x.cpp", code), code)

    def test_what_only_looks_impure_passes(self):
        for code in self.PURE:
            self.assertEqual([], complaints("proxy/core/x.cpp", code), code)


class ChanceAndSleep(unittest.TestCase):
    def test_nothing_sleeps_anywhere(self):
        for name in ("proxy/session/x.cpp", "control/x.cpp", "tests/core/x_test.cpp"):
            for call in ("std::this_thread::sleep_for(1s);", "usleep(5);", "sleep(1);"):
                self.assertEqual(1, len(complaints(name, f"void f() {{ {call} }}\n")), call)
        harmless = "// sleep_for is banned\nworker.sleep();\n"
        self.assertEqual([], complaints("control/x.cpp", harmless))

    def test_the_product_draws_from_its_own_generator(self):
        for call in ("std::mt19937 g;", "std::uniform_int_distribution<int> d;", "rand();"):
            self.assertTrue(complaints("control/x.cpp", f"void f() {{ {call} }}\n"), call)
        self.assertEqual([], complaints("tests/core/x_test.cpp", "void f() { std::mt19937 g; }\n"))



class Subranges(unittest.TestCase):
    def test_what_clang_14_can_not_compile_is_refused(self):
        for code in ("std::ranges::rotate(a, b);", "std::ranges::stable_partition(a, f);",
                     "for (auto x : a | std::views::reverse) f(x);"):
            self.assertEqual(1, len(complaints("proxy/core/x.cpp", code)), code)
        for code in ("std::rotate(a, b, c);", "std::ranges::sort(a);",
                     "std::ranges::remove_copy(a, b, c);"):
            self.assertEqual([], complaints("proxy/core/x.cpp", code), code)

class Todo(unittest.TestCase):
    MARK = "TO" + "DO"

    def test_a_mark_names_its_condition(self):
        self.assertTrue(complaints("control/x.cpp", f"// {self.MARK}: make it faster\n"))
        self.assertTrue(complaints("tests/x.py", f"# {self.MARK}\n"))
        self.assertEqual([], complaints("control/x.cpp",
                                        f"// {self.MARK}: drop when Boost 1.83 is in Debian\n"))

    def test_marks_without_a_future_are_refused(self):
        self.assertTrue(complaints("control/x.cpp", "// FIX" "ME when there is time\n"))


class CoAwait(unittest.TestCase):
    REFUSED = {
        "co_await in a condition": [
            "if (co_await allowed(peer)) return;", "while (co_await next()) step();",
            "switch (co_await kind()) {}", "for (; co_await next();) step();",
            "if (ready &&\n    co_await allowed(peer)) {\n}",
            "if (auto x = co_await f(); x) g();", "for (auto& x : co_await all()) f(x);",
        ],
        "argument": ["send(co_await body());", "const int n = (co_await size());",
                     "x = f(a,\n      co_await b());"],
        "operator": ["ok = co_await allowed() && ready;", "ok = co_await a() ||\n     ready;",
                     "n = co_await a() + 1;", "same = co_await a() == b;"],
        "conditional": ["n = fast ? co_await a() : 0;", "n = co_await a(fast ? 1 : 2);"],
        "right-hand side": ["ok = !co_await allowed();", "ok = ready && co_await allowed();",
                            "n += co_await a();", "n = 1 + co_await a();"],
        "two": ["n = co_await a(co_await b());", "co_await a() ,\n  co_await b();"],
        "braced": ["co_await send({.status = 503});", "const auto n = co_await send(Head{503});",
                   "co_await send(\n    Head{\n        .status = 503});"],
        "lambda": ["co_await post([&] { run(); });", "co_await post([this](int n) { run(n); });",
                   "co_await post(\n    [] {\n      run();\n    });"],
        "brackets": ["Head head{co_await status()};", "x[co_await i()] = 1;"],
    }
    ALLOWED = [
        "co_await f();", "(void)co_await f();", "const auto [ec, n] = co_await s.read(b, kTuple);",
        "auto x =\n    co_await f(a,\n               b);", "co_return co_await f();",
        "if (ready) co_await f();", "if (ready)\n  co_await f();\nelse\n  x = co_await g();",
        "for (auto& x : all) co_await f(x);", "while (true) {\n  co_await f();\n}",
        "case Kind::a: co_await f(); break;", "auto&& x = co_await f(a && b);",
        "table[i] = co_await f(table[i]);", "co_await (*work)();", "co_await f(); co_await g();",
        "Head h{1};\nco_await f(h);", "auto run = [] { return 1; };\nco_await f(run);",
        "spawn([&]() -> awaitable<void> { co_await f(); });", "do co_await f(); while (x);",
        "// if (co_await f()) is refused", 'say("two: co_await a(co_await b())");',
    ]

    def complaints(self, statements):
        text = "awaitable<void> run() {\n  " + statements + "\n}\n"
        return [what for what in complaints("proxy/session/x.cpp", text)]

    def test_all_that_gpp_12_may_miscompile_is_refused(self):
        for reason, cases in self.REFUSED.items():
            for statements in cases:
                found = self.complaints(statements)
                self.assertTrue(found, statements)
                self.assertTrue(any(reason in what for what in found), f"{statements}: {found}")

    def test_an_await_alone_or_as_the_whole_right_hand_side_passes(self):
        for statements in self.ALLOWED:
            self.assertEqual([], self.complaints(statements), statements)


class Faults(unittest.TestCase):
    REGISTRY = (tidy.REGISTRY, "all = {&kTcpLatency};\n")
    LATENCY = "extern constinit const FaultType kTcpLatency = fault_type<TcpLatency>({});\n"
    RESET = "extern constinit const FaultType kTcpReset = fault_type<TcpReset>({});\n"

    def test_a_fault_stands_in_the_registry_and_has_a_test(self):
        own = ("tests/fault/tcp_latency_test.cpp", "")
        self.assertEqual([], complaints("proxy/fault/tcp_latency.cpp", self.LATENCY,
                                        self.REGISTRY, own))
        named = ("tests/fault/tcp_test.cpp", 'make("tcp.latency")')
        self.assertEqual([], complaints("proxy/fault/tcp_latency.cpp", self.LATENCY,
                                        self.REGISTRY, named))
        self.assertEqual(1, len(complaints("proxy/fault/tcp_latency.cpp", self.LATENCY,
                                           self.REGISTRY)))
        self.assertEqual(2, len(complaints("proxy/fault/tcp_reset.cpp", self.RESET,
                                           self.REGISTRY)))

    def test_what_defines_no_fault_type_is_the_layers_machinery(self):
        self.assertEqual([], complaints("proxy/fault/link.cpp", "int f();\n", self.REGISTRY))

    def test_a_fuzz_target_has_a_corpus(self):
        self.assertEqual(1, len(complaints("tests/fuzz/head_fuzz.cpp", "")))
        seed = ("tests/fuzz/corpus/head_fuzz/get", "")
        self.assertEqual([], complaints("tests/fuzz/head_fuzz.cpp", "", seed))


if __name__ == "__main__":
    unittest.main()
