using System.Globalization;
using System.Text;
using Engagement.Core.Features;
using Engagement.Core.Scoring;
using Engagement.Training.Floundering;
using Engagement.Training.Simulation;

namespace Engagement.Training.Report;

/// <summary>Writes the card of the floundering model, and of the rules beside it, from their evaluation.</summary>
internal static class FlounderingCardWriter
{
    public static string Write(TreeEnsemble model, FlounderingFigures figures)
    {
        var text = new StringBuilder();
        Head(text, model, figures);
        Worlds(text, figures);
        if (figures.Trec is not null) Trec(text, figures.Trec);
        Simulator(text, figures);
        Limits(text, figures);
        return text.ToString();
    }

    private static void Head(StringBuilder text, TreeEnsemble model, FlounderingFigures figures) => text.AppendLine(Invariant($"""
        # Model card: floundering

        Two models for "this visitor searches and does not find", a probability after each event. Written by `report`, not by hand.

        | a site names | it gets |
        |---|---|
        | `published-rules` | `published-struggle-rules/1`: two published rules, nothing trained, in the core (`PublishedStruggleRules`) |
        | `released` | `{model.Version}`: {model.Arrays.Roots.Length} trees, {figures.Trainer} {figures.TrainerVersion}, seed {figures.Seed}, trained on **simulated** visits only |

        **Default by the evidence below: {figures.Choice.Default}.** The trained model had to beat both rules, each alone and together, and the best raw signal: on worlds that it had not
        seen ({Beats(figures.Choice.BeatsOnWorlds)}: its smallest lead in ROC AUC has the lower bound {figures.Choice.WorldsAheadLow:F3}) and on recorded sessions of TREC 2012 ({Beats(figures.Choice.BeatsOnTrec)}: lower bound
        {figures.Choice.TrecAheadLow:F3}).

        ## What they say
        Rules: (A) three or more queries, the first two without a click or with quick-back clicks only (Odijk et al., CIKM 2015); (B) a similar query again within five
        minutes (Hassan et al., CIKM 2013). How they add up to a probability is ours and not fitted; see `PublishedStruggleRules`.

        Trained: P({model.Manifest!.Predicts}). It sees {FlounderingFeatures.Visible.Length} of the {FeatureSchema.Count} features: {string.Join(", ", FlounderingFeatures.Visible.Select(Name))}.
        Never lower with more of: {string.Join(", ", FlounderingFeatures.Rising.Select(Name))}. Never higher with more of: {string.Join(", ", FlounderingFeatures.Falling.Select(Name))}.
        Hidden on purpose: every clock and pause, the exact similarity of queries (a simulator's own), and the number of searches (effort is no struggle).
        """));

    private static void Worlds(StringBuilder text, FlounderingFigures figures)
    {
        text.AppendLine(Invariant($"""

            ## On simulated worlds that it had not seen
            {HelpWorld.All.Length} help centres, {figures.VisitsPerWorld} visits each; a world's visits are scored by a model of the other worlds, linked on worlds left out once more among them. Outcome:
            left without the answer after {SimulatedVisit.AttemptsInVain} or more attempts in vain. In brackets 95 % intervals, by bootstrap over visits. The best raw signal is chosen on the other worlds.

            """));
        Groups(text, figures.Worlds);
        text.AppendLine(Invariant($"""

            *When, and whom it disturbs wrongly* (the engine adds conditions of its own and disturbs fewer). *delay*: searches after floundering began, median.

            | score | threshold | reached by search 2 | 3 | 4 | ever | at search | delay | precision | per 1,000 explorers | lookups | readers | seekers who find |
            |---|---:|---|---|---|---|---:|---:|---|---|---|---|---|
            """));
        foreach (var row in figures.Detection)
        {
            text.AppendLine(Invariant(
                $"| {row.Score} | {(double.IsNaN(row.Threshold) ? "by world" : row.Threshold)} | {row.By2} | {row.By3} | {row.By4} | {row.Ever} | {row.SearchMedian} | {row.DelayMedian} | {row.Precision} | {string.Join(" | ", row.Alarms.Select(alarm => Invariant($"{alarm.PerThousand.Value:F0} ({alarm.PerThousand.Low:F0} to {alarm.PerThousand.High:F0})")))} |"));
        }
        text.AppendLine("\n| without | ROC AUC | PR AUC | loss of ROC AUC |\n|---|---|---|---|");
        foreach (var row in figures.Ablations) text.AppendLine($"| {row.Name} | {row.RocAuc} | {row.PrAuc} | {row.Loss} |");
        text.AppendLine(Invariant($"""

            Calibration over {figures.Calibration.Rows} events from the first search on: expected error {figures.Calibration.ExpectedCalibrationError} in ten bins of equal size, Brier score {figures.Calibration.Reliability.Brier:F4}. It holds for the
            simulated mix of visitors; on a real site the probability is an order, not a rate.
            """));
    }

    private static void Trec(StringBuilder text, OutsideFigures trec)
    {
        text.AppendLine("""

            ## On recorded sessions of TREC 2012
            98 search sessions of the open web, **not of a help centre**. Outcome: the session clicked no document that the track's assessors judged relevant to its topic. Half of the
            sessions have one recorded query and the one that followed it. A session without any click has this outcome by definition, and every score here sees clicks: so the group
            *with an opened result* is the fairer test. Results of a session's last query are not recorded, and only a few lists were empty. Nobody explores here: every session was given a task.

            """);
        Groups(text, trec.Groups);
        text.AppendLine();
        foreach (var row in trec.Detection)
            text.AppendLine(Invariant($"- {row.Score} at {row.Threshold:0.##}: reaches {row.Ever} of the {row.Labelled} that left without, by search 3 {row.By3}; precision {row.Precision}."));
    }

    private static void Simulator(StringBuilder text, FlounderingFigures figures)
    {
        text.AppendLine("\n## The simulator, and what it takes for granted\n| about | taken | source |\n|---|---|---|");
        foreach (var assumption in figures.Assumptions) text.AppendLine($"| {assumption.Subject} | {assumption.Value} | {assumption.Source} |");
        var worlds = figures.Simulation.Select(figure => figure.World).Distinct().ToArray();
        text.AppendLine($"\nWhat came of it, beside the published figure that it was meant to be like:\n\n| figure | {string.Join(" | ", worlds)} | published |\n|---|{string.Concat(worlds.Select(_ => "---:|"))}---:|");
        foreach (var row in figures.Simulation.GroupBy(figure => figure.Figure))
            text.AppendLine(Invariant($"| {row.Key} | {string.Join(" | ", row.Select(figure => figure.Simulated.ToString("F2", CultureInfo.InvariantCulture)))} | {(double.IsNaN(row.First().Published) ? "none found" : row.First().Published.ToString("F2", CultureInfo.InvariantCulture))} |"));
    }

    private static void Limits(StringBuilder text, FlounderingFigures figures) => text.AppendLine(Invariant($"""

        ## What simulation cannot show
        - That visitors behave so. The worlds differ from each other, but all were made up by the same people; whatever these did not think of is in none of them.
        - How many flounder. Shares of seekers, explorers and gaps are ours, and with them precision, false alarms and calibration.
        - What words do. Its queries are two or three words of a small vocabulary.
        - That help helps: nobody in it is ever invited.
        - TREC 2012 is no untouched test: four versions were looked at there, and all fell short of the rules (ROC AUC 0.56, 0.56, 0.63 and the one above). After the first, explorers were made
          to stay on their topic, needs to follow each other, and the exact similarity of queries was hidden, on which that version leaned. The third had the outcome widened from two attempts
          in vain to one; it was dropped, although it did best there, because it reached fewer of those who flounder at the engine's threshold. After the fourth a
          mistake in the labels of visits with several needs was put right. No setting of the trainer was chosen by TREC.

        ## Limits
        - TREC's intervals are wide: 98 sessions, 15 that clicked and left without.
        - No public, labelled log of a help centre exists that we know of. A site's own outcomes say more: `evaluate --events FILE.jsonl --labels FILE.csv`.
        - The first search tells nothing yet, and the second little.

        ## Make it again
        ```
        dotnet run --project models/Engagement.Training -c Release -- train floundering --out models/floundering --trec ../shared/data/trec_session_2012 \
            --seed {figures.Seed} --visits {figures.VisitsPerWorld} --trained-at {figures.ModelVersion.Split('/', '+')[1]}
        dotnet run --project models/Engagement.Training -c Release -- report models/floundering
        dotnet run --project models/Engagement.Training -c Release -- evaluate --trec ../shared/data/trec_session_2012 --model models/floundering
        dotnet run --project models/Engagement.Training -c Release -- simulate --out DIR --worlds shop web --seed 1
        dotnet run --project models/Engagement.Training -c Release -- evaluate --events DIR/shop.events.jsonl --labels DIR/shop.labels.csv --model models/floundering
        ```
        The same command gives the same bytes. Data: TREC 2012 Session Track (NIST; Kanoulas, Carterette, Hall, Clough, Sanderson). Read to evaluate, not part of this project.
        """));

    private static void Groups(StringBuilder text, GroupFigures[] groups)
    {
        text.AppendLine("| sessions | moment | with the outcome | score | ROC AUC | PR AUC | the first one's lead in ROC AUC |\n|---|---|---:|---|---|---|---|");
        foreach (var group in groups)
        {
            foreach (var score in group.Scores)
                text.AppendLine(Invariant($"| {group.Group}: {group.Sessions} | {group.Moment} | {group.Labelled} | {score.Score} | {score.RocAuc} | {score.PrAuc} | {(double.IsNaN(score.Ahead.Value) ? "" : score.Ahead)} |"));
        }
    }

    private static string Beats(bool does) => does ? "it does" : "it does not";

    private static string Name(Feature feature) => $"`{FeatureSchema.Names[(int)feature]}`";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
