import csv
import io
import json

from pages.kit.code_panel import notebook, table_csv


def test_notebook_holds_the_whole_script_in_runnable_cells():
    script = '"""Doc."""\nimport math\n\n\ndef double(x):\n    return 2 * x\n\n\nprint(double(math.pi))\n'
    document = json.loads(notebook(script, "Doubling"))
    assert document["nbformat"] == 4
    code = ["".join(cell["source"]) for cell in document["cells"] if cell["cell_type"] == "code"]
    assert code == ['"""Doc."""\nimport math', "def double(x):\n    return 2 * x", "print(double(math.pi))"]
    assert len({cell["id"] for cell in document["cells"]}) == len(document["cells"])


def test_table_csv_survives_commas_and_quotes():
    text = table_csv(("name", "value"), [('a, "b"', 1.5)])
    assert list(csv.reader(io.StringIO(text))) == [["name", "value"], ['a, "b"', "1.5"]]
