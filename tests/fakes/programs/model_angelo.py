"""A stand-in for ModelAngelo: the options of `build`, its words on the way, its file at the end."""

import sys
from pathlib import Path

import mrcfile

from tests.fakes.programs.options import parsed


def run(argv: list[str]) -> None:
    """Leave a model that tells what it was built of."""
    given = parsed("model-angelo-1.0.json", argv[0], argv[1:])
    target = Path(given.output_dir)
    target.mkdir()
    for number in (1, 2, 3):
        sys.stdout.write(f"------ GNN model refinement, round {number} / 3 ------\n")
    volume = mrcfile.read(given.volume_path)
    sequences = [Path(path).read_text() for path in (given.protein_fasta, given.rna_fasta)]
    (target / f"{target.name}.cif").write_text(f"data_model\n# {volume.max()} {sequences}\n")


if __name__ == "__main__":
    run(sys.argv[1:])
