"""Workspaces of the examples in examples/real, made and computed once in a session."""

import importlib.util
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType

import polars as pl
import pytest

from saleve.ems.inventories import Computed, compute_inventory
from saleve.ledger.entering import category_of
from saleve.ledger.schemas import with_money_columns

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "real"


@pytest.fixture(scope="session")
def tool() -> ModuleType:
    """Return tools/real.py as a module."""
    spec = importlib.util.spec_from_file_location("real_tool", ROOT / "tools" / "real.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["real_tool"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def compute(
    shared: Path, tool: ModuleType, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Computed]:
    """Return a function from the name of an example to its computed workspace."""

    @cache
    def computed(name: str) -> Computed:
        folder = tmp_path_factory.mktemp("real") / name
        tool.place_files(EXAMPLES / name, shared / "data/real" / name, folder)
        return compute_inventory(folder)

    return computed


@pytest.fixture(scope="session")
def entries() -> Callable[[Computed, str], pl.DataFrame]:
    """Return a function from a computed workspace and the name of a file to its entries, one column for each currency."""

    def read(computed: Computed, name: str) -> pl.DataFrame:
        account = next(file for file in computed.taken.files if name in file.file)
        rows = computed.taken.ledger.entries(account.category, [account.batch])
        table = rows.cast({pl.Categorical: pl.String}).sort("source_row").collect()
        return with_money_columns(table, category_of(account.category))

    return read
