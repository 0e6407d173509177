using System.Globalization;
using System.Text;
using Engagement.Training.Floundering;

namespace Engagement.Training.Report;

/// <summary>Writes the card of the struggle rules from their evaluation.</summary>
internal static class FlounderingCardWriter
{
    public static string Write(FlounderingFigures figures)
    {
        var text = new StringBuilder();
        text.AppendLine(Invariant($"""
            # Model card: floundering

            `{figures.Model}`: two published rules, nothing trained. In the core: `PublishedStruggleRules`. Written by `report`, not by hand.

            ## What it says
            A number between 0 and 1 for "this visitor searches and does not find".

            | rule | source | feature |
            |---|---|---|
            | A: three or more queries, the first two without a click or with quick-back clicks only | Odijk et al., CIKM 2015 | `first_two_queries_fruitless` |
            | B: a similar query again within five minutes | Hassan et al., CIKM 2013 | `similar_within_five_minutes` |

            The rules are published; how they become a probability is **ours and not fitted to data**: log-odds -3 (0.05) with neither; A adds 0.7, and 1.5 more
            while the latest search is fruitless, and 0.5 for each search in a row beyond the third that was; B adds 0.5, 0.4 for each further similar query
            (three at most), and 0.8 more while the latest search is fruitless. So both rules while still searching give 0.71 at the third search without
            result, one rule alone stays below 0.5 until five searches in a row were fruitless, and one or two searches never reach it.

            ## What it was validated on
            TREC 2012 Session Track: {figures.Sessions} real search sessions of the open web, **not of a help centre**. Outcome: the session clicked no document that the
            track's assessors judged relevant to its topic ({figures.LeftWithout} of {figures.Sessions}). Half of the sessions have one recorded query and the one that followed it. A session
            without any click has this outcome by definition, and the rules see clicks: so the group *with a click* is the fairer test. The results of
            each session's last query are not recorded, and only a few result pages were empty. In brackets 95 % intervals, by bootstrap over sessions.

            | group | sessions | left without | score | ROC AUC | PR AUC |
            |---|---:|---:|---|---|---|
            """));
        foreach (var group in figures.Groups)
        {
            foreach (var score in group.Scores)
                text.AppendLine(Invariant($"| {group.Group} | {group.Sessions} | {group.LeftWithout} | {score.Score} | {score.RocAuc} | {score.PrAuc} |"));
        }
        text.AppendLine(Invariant($"""

            At 0.5: {figures.Flagged} of {figures.Sessions} sessions reach it at some event, at search {figures.SearchesUntilFlaggedMedian:0} (median); precision {figures.Precision}, recall {figures.Recall}.

            ## Limits
            - The intervals are wide. Where a session had no click at all the rules see it, and that alone separates better; **among sessions with a click
              they tell nothing here** (the interval of ROC AUC holds 0.5). What they add is saying *when*: the third search, not the end of the session.
            - No public, labelled log of a help centre exists that we know of. A site's own outcomes will say more; a trained model must beat these rules to replace them.
            - Effort is not struggle: whoever searches a lot and reads is kept low by the weight that a rule loses once something was opened and kept.
            - The probabilities are not calibrated on help-centre data; 0.5 is the engine's default threshold, not a measured rate.

            ## Make the figures again
            ```
            dotnet run --project models/Engagement.Training -c Release -- evaluate --trec ../shared/data/trec_session_2012 --out models/floundering
            dotnet run --project models/Engagement.Training -c Release -- report models/floundering
            ```
            Data: TREC 2012 Session Track (NIST; Kanoulas, Carterette, Hall, Clough, Sanderson). Read to evaluate, not part of this project.
            """));
        return text.ToString();
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
