using System.Globalization;
using System.Text;
using Engagement.Core.Features;
using Engagement.Core.Scoring;
using Engagement.Training.Purposeful;

namespace Engagement.Training.Report;

/// <summary>Writes the purposeful model's card from its file and its evaluation, so that no figure in it is typed by hand.</summary>
internal static class PurposefulCardWriter
{
    public static string Write(TreeEnsemble model, PurposefulFigures figures)
    {
        var manifest = model.Manifest!;
        var text = new StringBuilder();
        text.AppendLine(Invariant($"""
            # Model card: purposeful

            `{model.Version}`, {model.Arrays.Roots.Length} trees of depth {Depth(model)} at most; written by `report`, not by hand.

            ## What it says
            The probability that a purchase comes later in the session, asked after each of its events. Purchase is not need: the engine never invites on it
            alone; state *purposeful* also needs evidence of hesitation.

            It is a **prior from one shop's one night**. It gives a new site a start; a site's own outcomes should replace it.

            ## Data
            {manifest.Data}: {figures.Sessions} sessions of {figures.Users} visitors as the engine's own sessionizer makes them, {figures.PurchaseSessions} with a purchase after
            their first event ({100.0 * figures.PurchaseSessions / figures.Sessions:F1} %); {figures.Rows} rows, one an event, cut strictly before the first purchase, {figures.PositiveRows} of them before a purchase.
            The night is cut off at both ends. The file has views, cart additions and purchases only: no search,
            no list, no checkout, so the model knows nothing of those.

            Credit: {manifest.Credit}. Nothing of the data is part of this project. SHA-256 of the file: `{manifest.DataSha256}`.

            ## How it was made
            {manifest.Trainer} {manifest.TrainerVersion}, seed {manifest.Seed}, {string.Join(", ", manifest.Settings.Select(s => $"`{s}`"))}. Link: p = sigmoid({model.Arrays.CalibrationA:F3} · margin {model.Arrays.CalibrationB:+0.000;-0.000}), by Platt scaling
            of out-of-fold margins. Five folds by visitor, never by row; settings ({PurposefulStudy.Candidates(0).Length} candidates) and link are chosen inside each training part, so no figure
            below comes from a model that had seen the visitor, or had its settings or link chosen on it. Which features are hidden, the weight of rows and the
            shares of rows and features were settled beforehand by comparing some sixty ways on folds of this same slice; they differed by less than the
            intervals below, and may flatter the figures a little. More cart additions, pieces in the cart, or returns to a product never lower the score; more
            time or events after the last cart addition never raise it.

            Hidden from the trainer: {string.Join(", ", PurposefulStudy.Hidden.Select(f => $"`{FeatureSchema.Names[(int)f]}`"))}. The first three say how much of itself a site
            sends; the others shadow a feature that is kept.

            Used by the trees (splits): {Uses(model.Arrays)}.

            ## Figures
            In brackets 95 % intervals, by bootstrap over visitors (1,000 resamples). *Reference*: a plain XGBoost of 25 features on the same slice, given to this model to
            be compared with. Its data count 3,148 sessions, 131 of them with a purchase: these are the data set's own (`user_session`), so the first table is by those, too. *Cart rule*: the number of cart
            additions as the score. *Without category*: the same training that is not told `category_key` and `category_group`.

            {Heading}
            """));
        AppendEvents(text, figures.AfterEvent);
        text.AppendLine(Invariant($"""

            {Verdict(figures.AfterEvent)}

            The same with sessions as the engine cuts them, 30 minutes without an event: what a site will see. The data set often
            begins a new session within one of these, which are therefore fewer and longer; what follows a purchase in them is cut off. No reference is known for them.

            {Heading}
            """));
        AppendEvents(text, figures.OwnSessions);
        text.AppendLine(Invariant($"""

            **Its category features know one shop.** They are hashes of that shop's names; a site with other names sends the trees into branches by chance of its
            hashes, and without any down the default way. The column *without category* says what is left where the names differ; a site's own model learns its own.

            What moves the score (mean absolute SHAP value over all rows, log-odds): {string.Join(", ", figures.Contributions.Take(10).Select(c => Invariant($"`{c.Feature}` {c.MeanAbsolute:F3}")))}.

            ![Precision and recall](charts/precision-recall.svg)

            Calibration over all {figures.Rows} rows: expected calibration error {figures.Calibration.ExpectedCalibrationError:F4} in ten bins of equal size, Brier score {figures.Calibration.Brier:F4}.

            ![Reliability](charts/reliability.svg)

            Operating points: sessions that reach the threshold at any event before their first purchase. The engine's default threshold is 0.25, beside evidence
            of hesitation. *Ahead*: events from the first crossing to the purchase, median.

            | threshold | sessions that reach it | precision | recall | ahead |
            |---:|---:|---|---|---:|
            """));
        foreach (var row in figures.Operating)
            text.AppendLine(Invariant($"| {row.Threshold:0.##} | {row.Flagged} of {row.Sessions} | {row.Precision} | {row.Recall} | {row.EventsBeforePurchaseMedian:0} |"));
        text.AppendLine($"""

            ## Limits
            - {figures.PurchaseSessions} purchases are few: most differences between rows of the first table lie inside their intervals.
            - After the first event little is known but a price and a category: the figure there is little better than chance, and the engine waits.
            - The lowest probabilities tell little apart: where the model says {figures.Calibration.Bins[0].Predicted.ToString("F3", CultureInfo.InvariantCulture)}, {figures.Calibration.Bins[0].Observed.ToString("F3", CultureInfo.InvariantCulture)} purchased. Only the highest tenth of rows stands out.
            - A shop with other prices, currency or habits shifts the price features. Measure before trusting: `evaluate`.
            - Sessions that are searched, listed or checked out score by what else they do.

            ## Make it again
            ```
            dotnet run --project models/Engagement.Training -c Release -- train purposeful --rees46 ../shared/data/rees46_oct2019/events.csv.gz \
                --out models/purposeful --seed {manifest.Seed} --trained-at {manifest.TrainedAt}
            dotnet run --project models/Engagement.Training -c Release -- report models/purposeful
            ```
            The same command gives the same bytes.
            """);
        return text.ToString();
    }

    private const string Heading = "| after event | sessions | purchases | | this model | reference | without category | cart rule | nothing known |\n|---:|---:|---:|---|---|---:|---|---|---:|";

    private static void AppendEvents(StringBuilder text, EventFigures[] rows)
    {
        foreach (var row in rows)
        {
            text.AppendLine(Invariant(
                $"| {row.Event} | {row.Sessions} | {row.Purchases} | ROC AUC | {row.RocAuc} | {Reference(row.ReferenceRocAuc)} | {row.WithoutCategoryRocAuc} | {row.CartRuleRocAuc} | 0.5 |"));
            text.AppendLine(Invariant(
                $"| | | | PR AUC | {row.PrAuc} | {Reference(row.ReferencePrAuc)} | {row.WithoutCategoryPrAuc} | {row.CartRulePrAuc} | {row.Prevalence:F3} |"));
        }
    }

    private static string Reference(double value) => double.IsNaN(value) ? "" : value.ToString("F3", CultureInfo.InvariantCulture);

    private static string Verdict(EventFigures[] rows)
    {
        string[] missed =
        [
            .. rows.Where(row => row.RocAuc.Value < row.ReferenceRocAuc).Select(row => Invariant($"ROC AUC after event {row.Event}")),
            .. rows.Where(row => row.PrAuc.Value < row.ReferencePrAuc).Select(row => Invariant($"PR AUC after event {row.Event}")),
        ];
        return missed.Length == 0
            ? "The model is above the reference at each. The intervals are wide: most references lie inside them."
            : $"Below the reference: {string.Join(", ", missed)}; the reference lies inside the interval.";
    }

    private static string Uses(TreeEnsembleArrays trees) => string.Join(
        ", ",
        Enumerable.Range(0, trees.Left.Length).Where(node => trees.Left[node] >= 0).CountBy(node => trees.Feature[node])
            .OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key)
            .Select(pair => $"`{FeatureSchema.Names[pair.Key]}` {pair.Value.ToString(CultureInfo.InvariantCulture)}"));

    private static int Depth(TreeEnsemble model)
    {
        var trees = model.Arrays;
        var depth = new int[trees.Left.Length];
        for (var node = 0; node < depth.Length; node++)
        {
            if (trees.Left[node] >= 0) depth[trees.Left[node]] = depth[trees.Right[node]] = depth[node] + 1;
        }
        return depth.Max();
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
