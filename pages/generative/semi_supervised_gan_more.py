"""The rest of the semi-supervised GAN's page: the buttons of a run, text, code and downloads."""

from __future__ import annotations

from functools import partial

from engine.data import fashion
from engine.runs.service import Entry, executor
from engine.semi_supervised import script, story
from engine.semi_supervised.experiment import ALONE, MODEL_FILE, WITH, Config, Result
from engine.semi_supervised.pictures import FASHION
from engine.semi_supervised.scenes import CURVES
from pages.generative import semi_supervised_gan_controls as panel
from pages.kit import code_panel, head, provenance
from pages.kit.code_panel import Download
from pages.kit.run_buttons import another_seed, run_buttons
from pages.kit.run_view import Shown


def reference(config: Config) -> Result | None:
    """Return the shipped whole curve of the same data, to draw behind a run of one count."""
    entry = executor().find(CURVES[config.data])
    return None if entry is None else entry.result


def buttons(name: str, config: Config, shown: Shown | None) -> None:
    """Draw what starts runs."""
    run_buttons(
        name,
        config,
        shown,
        help="Train both networks for all seeds, in lock-step.",
        reseed=partial(another_seed, name, config, panel.FIELDS["seed"], config.seeds),
        reseed_help="other labelled pictures, other initial weights, other batches.",
    )


def foot(name: str, shown: Shown) -> None:
    """Draw where the numbers of the picture come from."""
    config: Config = shown.entry.result.config
    last = config.seed + config.seeds - 1
    credit = fashion.CREDIT if config.data == FASHION else "Digits: scikit-learn, UCI repository"
    provenance.foot(name, shown, f"Seeds {config.seed} to {last} · {config.epochs} epochs", credit)


def below_the_fold(entry: Entry, formula: str, why: str, *, before: bool) -> None:
    """Draw what happened, why, and the code with its downloads."""
    result: Result = entry.result
    downloads = [
        Download("Numbers .csv", "semi_supervised_gan.csv", lambda: _numbers(result)),
        Download("Kept model .keras", "discriminator.keras", lambda: executor().file(entry, MODEL_FILE) or b""),
    ]
    if result.config.data == FASHION:
        downloads += [Download(f"{name}.npz", f"{name}.npz", partial(_file, name)) for name in ("train", "test")]
    head.below_the_fold(
        [*([":gray[Of the run before:]"] if before else []), *story.story(result)],
        formula,
        why,
        lambda: code_panel.code_panel(
            script.script(result.config), "semi_supervised_gan", "Semi-supervised GAN", downloads
        ),
    )


def _file(split: str) -> bytes:
    return (fashion.FOLDER / f"{split}.npz").read_bytes()


def _numbers(result: Result) -> str:
    rows = (
        (
            int(labels),
            int(epoch),
            result.config.seed + seed,
            *(float(one) for one in (both[WITH, seed], both[ALONE, seed], spread[seed])),
        )
        for labels, epoch, both, spread in zip(
            result.frame_labels, result.frame_epoch, result.accuracy, result.spread, strict=True
        )
        for seed in range(result.config.seeds)
    )
    return code_panel.table_csv(
        ("labels a class", "epoch", "seed", "with unlabelled", "labels alone", "label spreading"), rows
    )
