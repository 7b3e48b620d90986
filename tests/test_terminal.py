"""What the terminal tells does not depend on what only the report shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from assessment import assess, load_case
from reports.language import language
from reports.terminal import show

EXAMPLES = sorted((Path(__file__).parent.parent / "examples").glob("*/case.yaml"))


@pytest.mark.parametrize("code", ["zh-CN", "en"])
@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.parent.name)
def test_the_verdict_alone_reads_the_same(file: Path, code: str, capsys: pytest.CaptureFixture[str]) -> None:
    loaded = load_case(file, ["settings.draws=256"])
    whole, alone = assess(loaded), assess(loaded, whole=False)
    assert (whole.verdict, whole.evppi, whole.switching_values) == (
        alone.verdict,
        alone.evppi,
        alone.switching_values,
    )
    assert (alone.ownership, alone.comparison, alone.plan) == (None, None, None)
    texts = []
    for decision in (whole, alone):
        show(decision, language(code))
        texts.append(capsys.readouterr().out)
    assert texts[0] == texts[1] != ""
