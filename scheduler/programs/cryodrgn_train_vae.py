"""Job type `cryodrgn_train_vae`: the structures of particles in a space learnt by cryoDRGN."""

import glob
import os
import re

from children import StoppedEarly, follow, version_of
from exposures import connected_table
from lanekeeper_job import Job, JobFailed, main
from maps import map_table, read_map
from montage import save_montage, save_slices
from relion_star import write_particles
from results import report_table

PROGRAM = "cryodrgn"
EPOCH = re.compile(r"=====> Epoch: (?P<done>\d+) .*total loss = (?P<loss>[-+.e\d]+)")


def train(job: Job) -> None:
    """Write the particles, train, and generate maps from all over the space."""
    job.uses("cryoDRGN", version_of(PROGRAM))
    star, poses, ctf = (job.path(name) for name in ("particles.star", "poses.pkl", "ctf.pkl"))
    write_particles(connected_table(job, "particles"), star)
    training = Training(job)
    for left in glob.glob(f"{training.folder}/*.pkl"):  # of an earlier attempt
        os.remove(left)
    try:
        follow(job, [PROGRAM, "parse_pose_star", star, "--outpkl", poses])
        follow(job, [PROGRAM, "parse_ctf_star", star, "-o", ctf])
        follow(job, arguments(job, training.folder, star, poses, ctf), training.hear)
        training.end()
        follow(job, analysis(job, training.folder, training.done))
    except StoppedEarly:
        training.end()
        job.check()
    report_maps(job, f"{training.folder}/analyze.{training.done}")


def arguments(job: Job, folder: str, star: str, poses: str, ctf: str) -> list[str]:
    """The command line of the training; the options are those of cryoDRGN 4.3.1."""
    params = job.params
    argv = [PROGRAM, "train_vae", star, "--datadir", ".", "--poses", poses, "--ctf", ctf]
    argv += ["--outdir", folder, "--no-analysis", "--zdim", str(params["zdim"])]
    argv += ["--num-epochs", str(params["num_epochs"]), "--batch-size", str(params["batch_size"])]
    argv += ["--lr", f"{params['learning_rate']:g}", "--seed", str(params["random_seed"])]
    argv += ["--enc-dim", str(params["enc_dim"]), "--enc-layers", str(params["enc_layers"])]
    argv += ["--dec-dim", str(params["dec_dim"]), "--dec-layers", str(params["dec_layers"])]
    argv += ["--max-threads", str(max(1, len(job.resources["cpu"])))]
    argv += ["--lazy"] if params["lazy"] else []
    return [*argv, "--multigpu"] if params["compute_num_gpus"] > 1 else argv


def analysis(job: Job, folder: str, epoch: int) -> list[str]:
    """The command line for maps, as many as wanted, from the middles of clusters."""
    argv = [PROGRAM, "analyze", folder, str(epoch), "--ksample", str(job.params["num_volumes"])]
    return [*argv, "--pc", "0"]


class Training:
    """Hears of epochs; the model of each is a version, once the next has begun."""

    def __init__(self, job: Job) -> None:
        self.job, self.done = job, 0
        self.folder = job.path("model")

    def hear(self, line: str) -> None:
        """Take note of an epoch that has ended; its files follow before the next one ends."""
        if found := EPOCH.search(line):
            if self.done:
                self._report(version=self.done)
            self.done = int(found["done"])
            self.job.progress(self.done, self.job.params["num_epochs"], "epochs")
            self.job.metric("loss", self.done, float(found["loss"]))

    def end(self) -> None:
        """Report the model of the last epoch that has left one as the final version."""
        while self.done and not os.path.isfile(self._file("z", self.done)):
            self.done -= 1
        if self.done == 0:
            raise JobFailed("No epoch was complete yet: there is nothing to keep.")
        self._report(version=None)

    def _file(self, name: str, epoch: int) -> str:
        return f"{self.folder}/{name}.{epoch}.pkl"

    def _report(self, version: int | None) -> None:
        weights, places = self._file("weights", self.done), self._file("z", self.done)
        described = {"version": "F" if version is None else version, "files": [places]}
        self.job.result("model", weights, 1, summary={"epoch": self.done}, **described)
        if self.job.keep_versions == "newest":
            for epoch in range(1, self.done):
                for path in (self._file("weights", epoch), self._file("z", epoch)):
                    if os.path.isfile(path):
                        os.remove(path)


def report_maps(job: Job, folder: str) -> None:
    """Report a map of each cluster, and the figures of the space."""
    count = int(job.params["num_volumes"])
    paths = [f"{folder}/kmeans{count}/vol_{number:03d}.mrc" for number in range(1, count + 1)]
    maps = [read_map(path) for path in paths]
    sheet = job.path("volumes.png")
    save_montage([voxels.sum(axis=0) for voxels, _ in maps], [str(n) for n in range(count)], sheet)
    job.plot(sheet, "Maps of the clusters, along z")
    for name, title in (("umap", "The space, by UMAP"), ("z_pca", "The space, by PCA")):
        if os.path.isfile(f"{folder}/{name}.png"):
            job.plot(f"{folder}/{name}.png", title)
    for number, (path, (voxels, psize)) in enumerate(zip(paths, maps, strict=True)):
        picture = job.path(f"volume_{number}.png")
        save_slices(voxels, picture)
        table = map_table({"map": path}, len(voxels), psize)
        report_table(job, f"volume_{number}", table, image=picture, files=[path])


if __name__ == "__main__":
    main(train)
