"""The one place where pyarrow reads and writes Parquet; reading runs in a guarded process: no import of Coxa."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

KEY = b"coxa"


def load(path: str, most_values: int) -> tuple[str, npt.NDArray[np.float64]]:
    """Coxa's header as text, and all columns as (rows, columns) numbers, at most ``most_values`` of them.

    Raises
    ------
    Exception: whatever pyarrow raises for a broken file.
    """
    import pyarrow.parquet as pq  # noqa: PLC0415  (native, and only needed here)

    with pq.ParquetFile(path) as file:
        about = file.metadata
        if about.num_rows * about.num_columns > most_values:
            raise ValueError("too many numbers")
        header = (file.schema_arrow.metadata or {}).get(KEY)
        if header is None:
            raise ValueError("no recording that Coxa wrote")
        table = file.read(use_threads=False)
        out = np.empty((table.num_rows, table.num_columns))
        for i in range(table.num_columns):
            out[:, i] = table.column(i).to_numpy()
    return header.decode("utf-8"), out


def dump(header: str, names: Sequence[str], columns: npt.NDArray[np.float64]) -> bytes:
    """A Parquet file of (rows, columns) numbers with Coxa's header in its metadata."""
    import pyarrow as pa  # noqa: PLC0415  (native, and only needed here)
    import pyarrow.parquet as pq  # noqa: PLC0415

    schema = pa.schema([pa.field(name, pa.float64()) for name in names], metadata={KEY: header.encode("utf-8")})
    table = pa.Table.from_arrays([pa.array(columns[:, i]) for i in range(columns.shape[1])], schema=schema)
    out = io.BytesIO()
    pq.write_table(table, out, compression="zstd")
    return out.getvalue()
