using Engagement.Core.Features;
using Engagement.Core.Scoring;
using Engagement.Training;
using Engagement.Training.Evaluation;
using Engagement.Training.Purposeful;
using Engagement.Training.Rows;
using Engagement.Training.Trainers;
using Engagement.Training.Trainers.XGBoost;

namespace Core.Tests.Training;

public sealed class PurposefulStudyTests
{
    private static readonly TrainerSettings[] Few = [new(20, 2, 0.2f, 1, 1, 5), new(40, 3, 0.2f, 1, 1, 5)];

    private static PurposefulFigures Measure(List<PrefixRow> rows, out OutOfFold predictions)
    {
        predictions = new PurposefulStudy(new XGBoostTrainer(), rows, seed: 5, candidates: Few).Evaluate();
        return PurposefulFigures.Of(new(rows, predictions), new(rows, predictions), [], "xgboost", "test", 5, "none");
    }

    [RequiresXGBoostFact]
    public void Evaluate_RealSignal_IsFoundAndCalibrated()
    {
        var figures = Measure(GeneratedRows.Sessions(900, seed: 1), out _);
        Assert.InRange(figures.AfterEvent[3].RocAuc.Low, 0.65, 0.95);
        Assert.True(figures.AfterEvent[3].RocAuc.High > figures.AfterEvent[3].RocAuc.Value);
        Assert.InRange(figures.Calibration.ExpectedCalibrationError, 0, 0.08);
    }

    [RequiresXGBoostFact]
    public void Evaluate_ShuffledOutcomes_FindsNothing()
    {
        var figures = Measure(GeneratedRows.Sessions(900, seed: 2, relabel: (random, _) => random.Next(5) == 0), out _);
        Assert.All(figures.AfterEvent, row => Assert.InRange(row.RocAuc.Value, 0.4, 0.6));
        Assert.All(figures.AfterEvent, row => Assert.InRange(0.5, row.RocAuc.Low - 0.05, row.RocAuc.High + 0.05));
    }

    [RequiresXGBoostFact]
    public void Evaluate_TheSamePeopleCutAnotherWay_AreScoredByTheModelThatHadNotSeenThem()
    {
        // Outcomes by chance: who had been seen would be known.
        var rows = GeneratedRows.Sessions(900, seed: 6, relabel: (random, _) => random.Next(5) == 0);
        var other = rows.Select(row => row with { Features = [.. row.Features] }).ToList();
        var results = new PurposefulStudy(new XGBoostTrainer(), rows, seed: 5, candidates: Few).Evaluate(other);
        Assert.Equal(results[0].Margins, results[1].Margins);
    }

    [RequiresXGBoostFact]
    public void Curves_OfAMeasuredModel_RiseOrFallInsideTheirBands()
    {
        var figures = Measure(GeneratedRows.Sessions(400, seed: 8), out _);
        var after = figures.AfterEvent[1];
        Assert.Equal(CurveBand.Places, after.Roc.Length);
        Assert.All(after.Roc, point => Assert.InRange(point.Y, point.Low - 0.15, point.High + 0.15));
        Assert.All(after.Roc.Zip(after.Roc.Skip(1)), pair => Assert.True(pair.Second.Y >= pair.First.Y));
        Assert.All(after.PrecisionRecall.Zip(after.PrecisionRecall.Skip(1)), pair => Assert.True(pair.Second.Precision <= pair.First.Precision));
        Assert.Equal(after.Prevalence, after.PrecisionRecall[^1].Precision, 0.05);
        Assert.Equal(2 * figures.AfterEvent.Length + 1, PurposefulCurves.Of(figures).DistinctBy(chart => chart.Name).Count());
    }

    [RequiresXGBoostFact]
    public void Evaluate_NobodyPurchases_SaysSo()
    {
        var rows = GeneratedRows.Sessions(60, seed: 3, relabel: (_, _) => false);
        Assert.Contains("positive class", Assert.Throws<TrainingException>(() => Measure(rows, out _)).Message, StringComparison.Ordinal);
    }

    [RequiresXGBoostFact]
    public void Release_SameSeed_GivesTheSameBytesThatReadAndIgnoreHiddenFeatures()
    {
        var rows = GeneratedRows.Sessions(300, seed: 4);
        byte[] Release()
        {
            var trainer = new XGBoostTrainer();
            var study = new PurposefulStudy(trainer, rows, seed: 5, candidates: Few);
            using var model = study.TrainOnAll();
            return PurposefulRelease.Write(model, study, rows, trainer.Name, trainer.Version, "2026-11-22", "generated", new string('0', 64), "nobody");
        }

        var file = Release();
        Assert.Equal(file, Release());
        var read = TreeEnsembleReader.Read(file);
        Assert.True(read.IsOk, read.ToString());
        Assert.StartsWith("purposeful/2026-11-22+", read.Model.Version, StringComparison.Ordinal);
        var row = rows[7].Features.ToArray();
        var before = read.Model.Score(row);
        foreach (var hidden in PurposefulStudy.Hidden) row[(int)hidden] = 1000;
        Assert.Equal(before, read.Model.Score(row));
        row[(int)Feature.CartAdditions] += 3;
        Assert.NotEqual(before, read.Model.Score(row));
    }
}
