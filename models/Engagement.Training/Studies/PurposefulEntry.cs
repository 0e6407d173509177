using System.Text.Json;
using Engagement.Core.Decisions;
using Engagement.Core.Scoring;
using Engagement.Training.Data;
using Engagement.Training.Evaluation;
using Engagement.Training.Purposeful;
using Engagement.Training.Report;
using Engagement.Training.Report.Charts;
using Engagement.Training.Rows;
using Engagement.Training.Trainers;

namespace Engagement.Training.Studies;

/// <summary>The purposeful model: five folds by visitor, the release trained on all, its card and its pictures.</summary>
internal sealed class PurposefulEntry : IStudy
{
    private const string TrainersCommand = "dotnet run --project models/Engagement.Training.MLNet -c Release -- trainers --rees46 ../shared/data/rees46_oct2019/events.csv.gz --out models/purposeful";
    private const string Missed = "Few purchases: the interval of this model holds the goal or nearly so.";

    public string Name => "purposeful";

    public void Run(StudyContext context)
    {
        var data = context.Data("rees46_oct2019", "events.csv.gz");
        var events = Rees46Reader.Read(data);
        var (rows, bySource) = (PrefixRowExtractor.Extract(events), PrefixRowExtractor.Extract(events, bySourceSession: true));
        var sha256 = Rees46Reader.Sha256(data);
        var trainer = TrainerCatalog.Find("xgboost");
        var study = new PurposefulStudy(trainer, rows, context.Seed, done => context.Progress(done / 2));
        var predictions = study.Evaluate(bySource);
        var without = new PurposefulStudy(trainer, rows, context.Seed, done => context.Progress(0.5 + done / 2), withoutCategory: true).Evaluate(bySource);
        using var model = study.TrainOnAll();
        var file = PurposefulRelease.Write(
            model, study, rows, trainer.Name, trainer.Version, context.TrainedAt, $"REES46 multi-category store, {Path.GetFileName(data)}", sha256, Rees46Reader.Credit);
        var read = TreeEnsembleReader.Read(file);
        if (!read.IsOk) throw new TrainingException($"The written model does not read: {read}");
        var figures = PurposefulFigures.Of(
            new MeasuredRows(rows, predictions[0], without[0]), new MeasuredRows(bySource, predictions[1], without[1]),
            PurposefulFigures.ContributionsOf(read.Model, rows), trainer.Name, trainer.Version, context.Seed, sha256);
        context.Write("purposeful/model.json", file);
        context.Write("purposeful/evaluation.json", JsonSerializer.Serialize(figures, PurposefulFiguresJson.Default.PurposefulFigures) + "\n");
        var calibration = CalibrationReport.Of(
            predictions[0].Margins, predictions[0].Probabilities, [.. rows.Select(row => row.Converted)], [.. rows.Select(row => row.User)], context.Seed);
        context.Write("purposeful/calibration.json", calibration.Write());
        context.Write("purposeful/operating.json", OperatingOf(rows, predictions[0], read.Model.Version).Write());
        context.Write("purposeful/MODEL_CARD.md", PurposefulCardWriter.Write(read.Model, figures));
        context.Write("purposeful/charts/reliability.svg", ChartRenderer.Svg(PurposefulCharts.Reliability(figures)));
        context.Write("purposeful/charts/precision-recall.svg", ChartRenderer.Svg(PurposefulCharts.PrecisionRecall(figures)));
    }

    private static OperatingTable OperatingOf(List<PrefixRow> rows, OutOfFold predictions, string version)
    {
        var sessions = Enumerable.Range(0, rows.Count).GroupBy(i => rows[i].Session)
            .Select(session => (Highest: session.Max(i => predictions.Probabilities[i]), rows[session.First()].Converted)).ToArray();
        return OperatingTable.Of(
            version, "purposeful", "a purchase later in the session", "REES46, one night of one shop, held-out visitors",
            Array.ConvertAll(sessions, session => session.Highest), Array.ConvertAll(sessions, session => session.Converted));
    }

    public StudySection? Section(StudyContext context)
    {
        if (context.TryRead("purposeful/evaluation.json") is not { } json) return null;
        var figures = JsonSerializer.Deserialize(json, PurposefulFiguresJson.Default.PurposefulFigures)!;
        var calibration = CalibrationReport.Read(context.TryRead("purposeful/calibration.json"));
        var trainers = TrainersFigures.Read(context.TryRead("purposeful/trainers.json"));
        var compared = trainers?.IsOf(figures) == true;
        var command = $"dotnet run --project models/Engagement.Training -c Release -- train purposeful --rees46 ../shared/data/rees46_oct2019/events.csv.gz --out models/purposeful --seed {figures.Seed} --trained-at {context.TrainedAt}";
        return new StudySection(
            "Purposeful: a purchase later in the session",
            [
                $"One night of one shop (REES46): {figures.Sessions} sessions of {figures.Users} visitors, {figures.PurchaseSessions} with a purchase. Five folds by visitor; settings and link are chosen inside " +
                "each training part. Intervals by bootstrap over visitors. Purchase is not need: nobody is invited on this alone.",
                .. trainers is null ? Array.Empty<string>()
                    : compared ? [Differences(trainers)]
                    : ["The comparison of trainers (trainers.json) is of other features, data or seed than this model, and is left out: make it again by " + TrainersCommand],
            ],
            [
                new FigureTable("By held-out visitors, after the k-th event of the data set's own sessions; the goal is a plain XGBoost on 25 features", [.. figures.AfterEvent.SelectMany(after => new[]
                {
                    FigureRow.Of($"ROC AUC after event {after.Event}", after.RocAuc, command, after.ReferenceRocAuc, after.ReferenceRocAuc, after.RocAuc.Value < after.ReferenceRocAuc ? Missed : null),
                    FigureRow.Of($"PR AUC after event {after.Event}", after.PrAuc, command, after.ReferencePrAuc, after.ReferencePrAuc, after.PrAuc.Value < after.ReferencePrAuc ? Missed : null),
                })]),
                .. calibration is null ? Array.Empty<FigureTable>() : [calibration.Table("Calibration over all rows of held-out visitors", command)],
                .. compared
                    ? [TrainerTable(trainers!, "ROC AUC", after => (after.RocAuc, after.RocAucAboveFirst)), TrainerTable(trainers!, "PR AUC", after => (after.PrAuc, after.PrAucAboveFirst))]
                    : Array.Empty<FigureTable>(),
            ],
            [.. PurposefulCurves.Of(figures).Select(one => one.Chart), calibration?.Chart("Reliability on held-out visitors: bins of equal size", "share that purchased") ?? PurposefulCharts.Reliability(figures)]);
    }

    // The trainers stand under each other for each event; the reference is the first one, which the release is made with.
    private static FigureTable TrainerTable(TrainersFigures figures, string measure, Func<TrainerEventFigures, (Interval Figure, Interval? AboveFirst)> of)
    {
        var first = figures.Trainers[0];
        return new FigureTable(
            $"{measure} by trainer, on the same folds and sessions; the reference is {first.Trainer}, which the release is made with",
            [.. first.AfterEvent.SelectMany((reference, place) => figures.Trainers.Select((trainer, i) =>
            {
                var (figure, difference) = of(trainer.AfterEvent[place]);
                return FigureRow.Of(
                    FormattableString.Invariant($"{measure} after event {reference.Event}, {trainer.Trainer} {trainer.Version}"), figure, TrainersCommand,
                    reference: i == 0 ? double.NaN : of(reference).Figure.Value,
                    why: IsTold(difference) ? $"Told apart from {first.Trainer} by its paired difference, {difference}." : null);
            }))]);
    }

    private static string Differences(TrainersFigures figures)
    {
        Interval?[] differences = [.. figures.Trainers.Skip(1).SelectMany(trainer => trainer.AfterEvent).SelectMany(after => new[] { after.RocAucAboveFirst, after.PrAucAboveFirst })];
        var told = differences.Count(IsTold);
        return FormattableString.Invariant($"ML.NET's trainers beside {figures.Trainers[0].Trainer}, with the same candidates for settings: of {differences.Length} paired differences {(told == 0 ? "none is" : told == 1 ? "one is" : $"{told} are")} told apart from nothing by a 95 % interval.");
    }

    // Paired: the same visitors are drawn for both, so that a difference can be told where the intervals of the two overlap.
    private static bool IsTold(Interval? difference) => difference is { } paired && (paired.Low > 0 || paired.High < 0);
}
