"""What prompts/README.md tells authors is so."""

import re
from typing import get_args

from voice_coach.guide.activities import Activity
from voice_coach.resources import prompts_dir

README = (prompts_dir().parent / "README.md").read_text(encoding="utf-8")


def test_it_names_every_kind_of_activity_with_its_keys() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| .* \| (.*) \|$", README, re.M))
    union, _ = get_args(Activity)
    kinds = {get_args(kind.model_fields["kind"].annotation)[0]: kind for kind in get_args(union)}
    assert kinds.keys() <= rows.keys()
    for name, kind in kinds.items():
        for field in kind.model_fields.keys() - {"kind", "id", "title"}:
            assert f"`{field}" in rows[name], (name, field)


def test_it_names_every_file_of_the_prompts() -> None:
    for path in prompts_dir().iterdir():
        assert f"en/{path.name}" in README, path.name
