"""The sections of the job builder."""

from enum import StrEnum

from schema.described import describe


class JobCategory(StrEnum):
    """A section of the builder; the value is what declarations and documents hold."""

    IMPORT = "import"
    MOTION_CORRECTION = "motion_correction"
    CTF_ESTIMATION = "ctf_estimation"
    EXPOSURE_CURATION = "exposure_curation"
    PARTICLE_PICKING = "particle_picking"
    EXTRACTION = "extraction"
    DEEP_PICKER = "deep_picker"
    PARTICLE_CURATION = "particle_curation"
    RECONSTRUCTION = "reconstruction"
    REFINEMENT = "refinement"
    CTF_REFINEMENT = "ctf_refinement"
    VARIABILITY = "variability"
    FLEXIBILITY = "flexibility"
    POSTPROCESSING = "postprocessing"
    LOCAL_REFINEMENT = "local_refinement"
    HELIX = "helix"
    UTILITIES = "utilities"
    SIMULATIONS = "simulations"
    LIVE = "live"
    INSTANCE_TESTING = "instance_testing"
    WORKFLOWS = "workflows"


describe(
    JobCategory,
    "JobCategory",
    "Job builder section.",
    {
        "IMPORT": "Import.",
        "MOTION_CORRECTION": "Motion correction.",
        "CTF_ESTIMATION": "Ctf estimation.",
        "EXPOSURE_CURATION": "Exposure curation.",
        "PARTICLE_PICKING": "Particle picking.",
        "EXTRACTION": "Extraction.",
        "DEEP_PICKER": "Deep picker.",
        "PARTICLE_CURATION": "Particle curation.",
        "RECONSTRUCTION": "Reconstruction.",
        "REFINEMENT": "Refinement.",
        "CTF_REFINEMENT": "Ctf refinement.",
        "VARIABILITY": "Variability.",
        "FLEXIBILITY": "Flexibility.",
        "POSTPROCESSING": "Postprocessing.",
        "LOCAL_REFINEMENT": "Local refinement.",
        "HELIX": "Helix.",
        "UTILITIES": "Utilities.",
        "SIMULATIONS": "Simulations.",
        "LIVE": "Live.",
        "INSTANCE_TESTING": "Instance testing.",
        "WORKFLOWS": "Workflows.",
    },
)
