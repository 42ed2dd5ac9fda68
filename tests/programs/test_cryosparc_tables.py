"""Tables between jobs, read and written by cryosparc-tools, the field's own library for `.cs`."""

from pathlib import Path

import mrcfile
import numpy as np
from cryosparc.dataset import CSDAT_FORMAT, Dataset

from tests.programs.project import Project, Run
from tests.programs.truth import table


def test_all_fields_of_our_tables_are_read(
    project: Project, simulated: Run, estimated: Run, true_particles: Run
) -> None:
    for run, output in (
        (simulated, "micrographs"),
        (simulated, "volume"),
        (estimated, "exposures"),
        (true_particles, "particles"),
    ):
        ours = table(project, run, output)

        theirs = Dataset.load(project.directory / run.committed[output]["metafile"])

        assert set(theirs.fields()) == set(ours.dtype.names or ())
        for name in theirs.fields():
            values = ours[name].astype(str) if ours[name].dtype.kind == "S" else ours[name]
            np.testing.assert_array_equal(np.asarray(theirs[name]).astype(values.dtype), values)


def test_what_it_writes_is_imported_with_all_slots(project: Project, true_particles: Run) -> None:
    path = project.directory / true_particles.committed["particles"]["metafile"]
    chosen = Dataset.load(path).query(lambda row: row["blob/idx"] < 5)
    chosen.save(project.directory / "chosen.cs")

    run = project.run("import_particles", {"particle_meta_path": "chosen.cs"})

    ours, before = (
        table(project, run, "imported_particles"),
        table(project, true_particles, "particles"),
    )
    kept = before[before["blob/idx"] < 5]
    assert len(kept) > 0
    np.testing.assert_array_equal(ours["uid"], kept["uid"])
    for name in ("ctf/df1_A", "location/center_x_frac", "blob/idx", "blob/psize_A"):
        np.testing.assert_array_equal(ours[name], kept[name])


def test_a_table_in_its_compressed_form_is_refused_with_the_way_out(own_project: Project) -> None:
    stack = np.zeros((1, 8, 8), np.float32)
    mrcfile.write(Path(own_project.directory, "a.mrcs"), stack)
    dataset = Dataset.allocate(1, [("blob/path", "O"), ("blob/idx", "u4")])
    dataset["blob/path"] = ["a.mrcs"]
    dataset.save(own_project.directory / "new.cs", format=CSDAT_FORMAT)

    run = own_project.run("import_particles", {"particle_meta_path": "new.cs"})

    assert run.error == (
        "new.cs cannot be read as a .cs file: it is compressed (CSDAT); let cryosparc-tools save it"
        " as NUMPY_FORMAT"
    )
