import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
DATA = ROOT / "src/saleve/method/reference/data"


def test_curating_again_gives_the_shipped_bytes(shared, tmp_path):
    subprocess.run(
        [sys.executable, "tools/curate_reference.py", "--into", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    made = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*.*"))
    assert len(made) > 30
    assert [path for path in made if (tmp_path / path).read_bytes() != (DATA / path).read_bytes()] == []
