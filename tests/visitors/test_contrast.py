"""The colours that stand on each other can be told apart, in both themes."""

import re

import pytest

from tests.visitors.tokens import DARK, TOKEN, TOKENS, contrast, themes, too_weak

TEXT = 4.5
SHAPE = 3.0
GROUNDS = ("color-paper", "color-surface", "color-sunken")
TINTS = ("color-primary-tint", "color-danger-tint", "color-warning-tint", "color-success-tint")
WORDS = (
    "color-ink",
    "color-muted",
    "color-primary",
    "color-primary-strong",
    "color-detect-ink",
    "color-danger",
    "color-danger-strong",
    "color-warning",
    "color-success",
)
PAIRS: dict[tuple[str, str], float] = {
    **{(word, ground): TEXT for word in WORDS for ground in GROUNDS},
    **{("color-ink", tint): TEXT for tint in TINTS},
    **{(f"color-{name}", f"color-{name}-tint"): TEXT for name in ("primary", "danger", "warning", "success")},
    **{("color-primary", tint): TEXT for tint in TINTS},
    **{("color-on-primary", ground): TEXT for ground in ("color-primary", "color-primary-strong")},
    **{("color-on-danger", ground): TEXT for ground in ("color-danger", "color-danger-strong")},
    **{(shape, ground): SHAPE for shape in ("color-detect", "color-edge") for ground in (*GROUNDS, *TINTS)},
    **{
        (f"picture-{word}", f"picture-{ground}"): TEXT
        for word in ("words", "quiet", "bracket")
        for ground in ("ground", "wall", "rail")
    },
    ("picture-ground", "picture-bracket"): TEXT,
    ("picture-edge", "picture-rail"): SHAPE,
}
SHEET = TOKENS.read_text(encoding="utf-8")


def test_every_pair_of_colours_used_together_can_be_told_apart_in_both_themes() -> None:
    assert too_weak(SHEET, PAIRS) == []


@pytest.mark.parametrize(("token", "colour"), [("muted", "#9aa3aa"), ("detect", "#f0d9a8"), ("primary", "#4fc3ae")])
def test_a_token_made_too_weak_is_named(token: str, colour: str) -> None:
    weakened = re.sub(rf"--color-{token}: #[0-9a-f]{{6}};", f"--color-{token}: {colour};", SHEET, count=1)
    found = too_weak(weakened, PAIRS)
    assert found
    assert all(line.startswith("light: ") and f"color-{token}" in line for line in found)


def test_a_dark_token_made_too_weak_is_named() -> None:
    dark_ink = themes(SHEET)["dark"]["color-ink"]
    found = too_weak(SHEET.replace(f"--color-ink: {dark_ink};", "--color-ink: #2a3842;"), PAIRS)
    assert found
    assert all(line.startswith("dark: ") for line in found)


def test_the_dark_theme_sets_every_colour_of_the_light_one() -> None:
    light, dark = themes(SHEET)["light"], themes(SHEET)["dark"]
    same = {name for name in light if name.startswith("color-") and light[name] == dark[name]}
    assert same == set()


def test_the_dark_of_the_device_and_the_dark_that_is_chosen_are_the_same() -> None:
    device, chosen = (dict(TOKEN.findall(part)) for part in SHEET.partition(DARK)[2].split('[data-theme="dark"]'))
    assert device == chosen
    assert len(device) > 20


def test_contrast_agrees_with_known_ratios() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#ffffff", "#ffffff") == pytest.approx(1)


def test_every_colour_in_the_other_sheets_comes_from_a_token() -> None:
    own = re.compile(r"(?<!&)#[0-9a-f]{3,8}\b", re.IGNORECASE)
    # Masks know only "all" and "nothing"; paper is white and ink black.
    exempt = re.compile(r"--hole:[^;]*;|@layer print \{.*", re.DOTALL)
    for name in ("base", "components", "pages"):
        sheet = (TOKENS.parent / f"{name}.css").read_text(encoding="utf-8")
        assert own.findall(exempt.sub("", sheet)) == [], name
