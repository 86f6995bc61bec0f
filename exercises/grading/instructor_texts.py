"""Sentences of the pages that only an instructor opens: the summary, the desk for texts, and likeness."""

from __future__ import annotations

from d2l_utils.words import noted, noted_forms

__all__ = ["DESK", "LIKENESS", "SUMMARY"]

Texts = dict[str, str | tuple[str, str]]

DESK: Texts = {
    "desk_title": noted("{title}: marking {name}"),
    "desk_number": noted("Answer {number}"),
    "desk_place": noted("{number} of {count}"),
    # Translators: {left} of this question, {all} of all questions.
    "desk_left": noted_forms(
        "{count} answer to mark here, {all} in all", "{count} answers to mark here, {all} in all"
    ),
    "desk_rubric": noted("What earns points"),
    "desk_no_rubric": noted("The problem set states no rubric: give its question one, in cases.py."),
    "desk_answer": noted("The answer"),
    "desk_mark": noted("Mark"),
    "desk_points": noted_forms("of {points} point", "of {points} points"),
    "desk_no_mark": noted("no mark"),
    "desk_comment": noted("Comment, which the student reads"),
    "desk_again": noted("Use again"),
    "desk_next": noted("Next to mark"),
    "desk_forward": noted("Forward"),
    "desk_back": noted("Back"),
    "desk_marked": noted("Saved: {mark}"),
    "desk_unmarked": noted("Not marked yet"),
    "desk_keys": noted(
        "Keys: a digit gives that many points, a point or a comma half a point more or less, x takes the "
        "mark back. Enter goes to the next answer to mark, the arrows go forward and back. c leads to the "
        "comment, Escape out of it, Ctrl+Enter from there to the next answer."
    ),
    "desk_done": noted("Every answer has a mark."),
    "desk_to_go": noted_forms(
        "{count} answer is still to be marked.", "{count} answers are still to be marked."
    ),
    "desk_finish": noted("Finish"),
    "desk_go_on": noted("Go on marking"),
    "desk_finished": noted("The marks are being taken into the results. You may close this page."),
    "desk_changed": noted(
        "Nothing was saved: this mark was changed meanwhile, in another window or in the table. What stands "
        "there now is shown below, with your comment."
    ),
    "desk_open": noted("Nothing was saved: {reason}"),
    "desk_bad_mark": noted("Nothing was saved: {given} is no number from 0 to {points}."),
    "desk_long": noted("Nothing was saved: a comment has at most {most} characters."),
}

LIKENESS: Texts = {
    "like_title": noted("Who is more alike than the class"),
    # Translators: {count} pairs of {all} notebooks.
    "like_count": noted_forms(
        "{count} pair of {all} notebooks stands out. This page is for the instructor alone.",
        "{count} pairs of {all} notebooks stand out. This page is for the instructor alone.",
    ),
    "like_proof": noted("This proves nothing. It says where to read, and whom to ask."),
    "like_short": noted(
        "These answers are short, and many have one right way. What more than half of the class wrote is "
        "not counted, and neither is what everybody was handed. What two wrote by themselves may still be "
        "the same."
    ),
    "like_shared": noted(
        "Two who learned together, had the same tutor, read the same page or asked the same program may "
        "write the same lines, and neither has copied from the other. Nor does it say who was first."
    ),
    "like_edited": noted(
        "Whoever rewrites what he copied is not found. Names, comments and the order of cells and of longer "
        "pieces do not matter; the order within a line does."
    ),
    "like_talk": noted(
        "Ask both, one after the other, to explain what they handed in. That tells more than any number here."
    ),
    "like_normal": noted("What is normal here"),
    "like_few": noted("With fewer than {few} notebooks a class says little about what is normal."),
    "like_baseline": noted(
        "What two share is weighed: the fewer others have it, the more. With whoever is most like him a "
        "student of this class shares {median} in the median, and half of the class {lower} to {upper}. "
        "Whoever shares more than {fence} stands out."
    ),
    "like_ends": noted("The least is {least}, the most {most}."),
    "like_weight": noted("they share {weight}"),
    "like_share": noted("{share} of what is their own"),
    "like_cell": noted("Code cell {number}"),
    "like_next": noted("For comparison: the most alike who do not stand out"),
    "like_left_out": noted("Not compared"),
    "like_solution": noted("(the book's solution)"),
}

# The page about a whole course.
SUMMARY = {
    "summary": noted("Summary of {title}"),
    "statuses": noted("What became of the submissions"),
    "attention": noted("Who needs attention"),
    "totals": noted("Scores"),
    "questions": noted("Each question"),
    "slips": noted("Known mistakes"),
    "lost_parts": noted("Parts that cost most"),
    "times": noted("Time"),
    "submissions": noted("submissions"),
    "marked": noted("marked"),
    "mean": noted("mean"),
    "median_fact": noted("median"),
    "median": noted("median {median}"),
    "median_seconds": noted("median {median} s"),
    "various": noted("various"),
    # Translators: a notebook in which no question is answered, as a status.
    "blank": noted("blank"),
    "blank_meaning": noted("the notebook ran, and no question in it is answered"),
    "excused": noted("excused"),
    "absent_fact": noted("handed in nothing"),
    "late_fact": noted("late"),
    "texts_fact": noted("texts to be marked"),
    "mean_aside": noted("mean, texts aside"),
    "median_aside": noted("median, texts aside"),
    "most_aside": noted("points to be had, texts aside"),
    "totals_aside": noted("Scores, texts aside"),
    "to_mark": noted("Texts that nobody has marked yet"),
    "who_late": noted("Who was late"),
    "who_absent": noted("Who handed in nothing"),
    "who_decided": noted("What you decided"),
    "all_pages": noted("Every feedback page"),
    "column_lost": noted("taken off"),
    "most": noted("points to be had"),
    "column_status": noted("status"),
    "column_count": noted("how many"),
    "column_meaning": noted("meaning"),
    "column_student": noted("student"),
    "column_score": noted("score"),
    "column_points": noted("points"),
    "column_mean": noted("mean"),
    "column_all": noted("all points"),
    "column_none": noted("no point"),
    "column_submissions": noted("submissions"),
    "column_message": noted("message"),
    "column_question": noted("question"),
    "column_mistake": noted("mistake"),
    "column_share": noted("share"),
    "column_part": noted("part"),
    "column_most_often": noted("most often"),
    "nobody": noted("Nobody: every submission ran to its end."),
    "none_found": noted("None was found."),
    "table": noted("Table"),
    "score_axis": noted("points"),
    "submissions_axis": noted("submissions"),
    "seconds_axis": noted("time in the box / s"),
    "total_alt": noted("Histogram of the scores, of {points} points; the median is {median}."),
    "questions_alt": noted(
        "Histograms of the scores of the questions {names}; the table below has the numbers."
    ),
    "seconds_alt": noted("Histogram of the time of each submission; median {median} s, longest {longest} s."),
}
