"""The shape of the code: which part may import which, what must never be called, and how long a file gets."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

TOP = Path(__file__).parents[1]
LONGEST = 350
LONG = 250

ENGINE = sorted((TOP / "engine").rglob("*.py"))
PAGES = [TOP / "streamlit_app.py", *sorted((TOP / "pages").rglob("*.py"))]
TESTS = sorted((TOP / "tests").rglob("*.py"))
PYTHON = [*ENGINE, *PAGES, *TESTS, *sorted((TOP / "assets" / "scripts").rglob("*.py"))]
SCRIPTS = sorted((TOP / "pages").rglob("*.js"))


def name(file: Path) -> str:
    """A file's path from the top, as the tests' id."""
    return file.relative_to(TOP).as_posix()


@cache
def tree(file: Path) -> ast.Module:
    """The file's syntax tree."""
    return ast.parse(file.read_text(encoding="utf-8"), filename=str(file))


def imports(nodes: ast.AST) -> Iterator[str]:
    """Every module imported anywhere under a node, in functions too."""
    for node in ast.walk(nodes):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def under(module: str, package: str) -> bool:
    """Return True for the package itself and what is in it."""
    return module == package or module.startswith(package + ".")


@pytest.mark.parametrize("file", ENGINE, ids=name)
def test_the_engine_knows_no_streamlit_and_no_page(file: Path) -> None:
    for module in imports(tree(file)):
        assert not under(module, "streamlit"), "the engine must work in a notebook"
        assert not under(module, "pages"), "pages depend on the engine, not the other way round"


@pytest.mark.parametrize("file", [f for f in ENGINE if "figures" not in f.parts], ids=name)
def test_results_know_nothing_of_their_figures(file: Path) -> None:
    assert not [module for module in imports(tree(file)) if under(module, "engine.figures")]


@pytest.mark.parametrize("file", PAGES, ids=name)
def test_pages_never_import_tensorflow_or_keras(file: Path) -> None:
    for module in imports(tree(file)):
        assert not under(module, "tensorflow"), "621 MB and seconds in the process that answers everybody"
        assert not under(module, "keras"), "Streamlit would clear Keras's session after every run"


def module_name(file: Path) -> str:
    """The dotted name of a module from its path."""
    return ".".join(file.relative_to(TOP).with_suffix("").parts).removesuffix(".__init__")


def at_import(file: Path) -> set[str]:
    """What a module imports when it is imported itself: not what its functions import later."""
    top_level = [node for node in tree(file).body if isinstance(node, ast.Import | ast.ImportFrom)]
    return set(imports(ast.Module(top_level, [])))


def test_no_page_reaches_tensorflow_through_the_engine() -> None:
    """Modules that only workers import may have Keras at their top; whatever a page imports may not."""
    files = {module_name(file): file for file in [*ENGINE, *PAGES]}
    reached, waiting = set(), [module_name(file) for file in PAGES]
    while waiting:
        module = waiting.pop()
        parents = {".".join(module.split(".")[:count]) for count in range(1, module.count(".") + 1)}
        for found in (at_import(files[module]) | parents) if module in files else ():
            assert not under(found, "tensorflow"), f"{module} imports it and a page imports {module}"
            assert not under(found, "keras"), f"{module} imports it and a page imports {module}"
            if found in files and found not in reached:
                reached.add(found)
                waiting.append(found)
    assert "engine.config" in reached


@pytest.mark.parametrize("file", [*PYTHON, *SCRIPTS], ids=name)
def test_no_file_is_long(file: Path) -> None:
    lines = file.read_text(encoding="utf-8").count("\n")
    assert lines <= LONGEST, f"{lines} lines: split it by what it is about"


def test_long_files_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    """Not a failure: the list of files that are longer than they should be, for the reader of the test's output."""
    with capsys.disabled():
        for file in [*PYTHON, *SCRIPTS]:
            lines = file.read_text(encoding="utf-8").count("\n")
            if lines > LONG:
                print(f"\n  long: {name(file)}, {lines} lines", end="")


def public_functions(nodes: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """Public functions and classes of a module, and the public methods of those classes."""
    for node in nodes.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                for method in node.body:
                    if isinstance(method, ast.FunctionDef) and not method.name.startswith("_"):
                        yield method


@pytest.mark.parametrize("file", [*ENGINE, *PAGES], ids=name)
def test_everything_public_says_what_it_is(file: Path) -> None:
    if file.read_text(encoding="utf-8").strip():
        assert ast.get_docstring(tree(file)), "a module opens with what it is for"
    for node in public_functions(tree(file)):
        assert ast.get_docstring(node), f"{name(file)}: {node.name} has no docstring"


@pytest.mark.parametrize("file", [*ENGINE, *PAGES], ids=name)
def test_nothing_runs_or_unpacks_foreign_code(file: Path) -> None:
    assert not {"pickle", "cloudpickle", "dill", "joblib", "marshal", "shelve"} & set(imports(tree(file)))
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in {"eval", "exec", "compile", "__import__"}, f"line {node.lineno}"
        if isinstance(node, ast.keyword) and node.arg in {"allow_pickle", "unsafe_allow_html", "shell"}:
            assert isinstance(node.value, ast.Constant), f"line {node.value.lineno}: {node.arg}"
            assert node.value.value is False, f"line {node.value.lineno}: {node.arg}"
        if isinstance(node, ast.keyword):
            assert node.arg != "use_container_width", "deprecated: width='stretch'"


def requirements(*lists: str) -> set[str]:
    """Names in requirement lists, in lower case."""
    lines = (line for one in lists for line in (TOP / one).read_text(encoding="utf-8").splitlines())
    return {re.split(r"[=\[; ]", line)[0].lower() for line in lines if line and line[0] not in "#-"}


# What is imported under another name than it is installed, or comes with something that is listed.
INSTALLED_AS = {
    "sklearn": "scikit-learn",
    "bayes_opt": "bayesian-optimization",
    "pil": "pillow",
    "dask": "distributed",
    "tensorflow": "tensorflow-cpu",
}
COMES_WITH = {
    "anyio": "starlette",
    "fsspec": "distributed",
    "pandas": "streamlit",
    "altair": "streamlit",
    "threadpoolctl": "scikit-learn",
    "h5py": "keras",
}


@pytest.mark.parametrize("file", PYTHON, ids=name)
def test_what_is_imported_is_what_is_installed(file: Path) -> None:
    listed = requirements("requirements-base.txt", "requirements.txt")
    if file in TESTS or "scripts" in file.parts:
        listed |= requirements("requirements-test.txt")
    own = {"engine", "pages", "assets", "tests", "streamlit_app", "__future__"}
    own |= {sibling.stem for sibling in file.parent.glob("*.py")} if file in TESTS else set()
    for module in {module.split(".")[0] for module in imports(tree(file))} - own - sys.stdlib_module_names:
        package = INSTALLED_AS.get(module.lower(), COMES_WITH.get(module, module.lower()))
        assert package in listed, f"{module} is in no requirement list"


def test_only_the_tensorflow_build_differs_between_processor_and_gpu() -> None:
    assert requirements("requirements.txt") == {"tensorflow-cpu", "tensorflow"}
    assert requirements("requirements-gpu.txt") == {"tensorflow"}
    pins = [
        re.findall(r"==([\d.]+)", (TOP / one).read_text(encoding="utf-8"))
        for one in ("requirements.txt", "requirements-gpu.txt")
    ]
    assert len({version for pinned in pins for version in pinned}) == 1


def test_no_file_names_a_place_on_somebody_s_machine() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=TOP, capture_output=True, text=True, check=False).stdout
    places = re.compile(r"(?<![\w.])/(?:work|root|tmp|Users|opt/wheels)/|(?<![\w.])/home/(?!learner)")
    suffixes = {".py", ".js", ".md", ".toml", ".txt", ".json", ""}
    for entry in filter(None, listed.split("\0")):
        file = TOP / entry
        if file.suffix in suffixes and file.is_file() and file != Path(__file__):
            text = file.read_text(encoding="utf-8", errors="ignore")
            assert not places.search(text), f"{entry}: {places.search(text)}"
