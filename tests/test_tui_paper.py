"""Records on the screen: sign for sign what is exported, with headings that stand out."""

from supervision.tui.screens.paper import on_paper

TEXT = "Supervision session\n===================\n\nWhat was brought\n----------------\n\nSam: a -- b\n    ---\n"


def test_headings_stand_out_and_no_sign_is_changed() -> None:
    paper = on_paper(TEXT)
    assert paper.plain == TEXT
    told = {TEXT[span.start : span.end]: str(span.style) for span in paper.spans}
    assert told == {
        "Supervision session": "bold",
        "=" * 19: "$text-muted",
        "What was brought": "bold",
        "-" * 16: "$text-muted",
    }
