using System.CommandLine;
using System.Globalization;
using Engagement.Core.Scoring;
using Engagement.Scoring.MLNet;
using Engagement.Training.MLNet.Speed;
using Engagement.Training.MLNet.Trainers;
using Engagement.Training.Trainers;
using Engagement.Training.Trainers.XGBoost;
using Spectre.Console;

namespace Engagement.Training.MLNet.Verbs;

/// <summary><c>trees</c>: one row at a time by each scorer that could serve, in one run, as ratios. Writes no file: times are this machine's.</summary>
internal static class TreesVerb
{
    private const int TestRows = 1_024;

    // 100 trees of 64 leaves.
    private static readonly TrainerSettings Settings = new(100, 6, 0.1f, 0.1f, 1, 1);

    public static Command Create()
    {
        var rounds = new Option<int>("--rounds") { DefaultValueFactory = _ => 15, Description = "Timed rounds of each scorer; the median counts." };
        var rows = new Option<int>("--rows") { DefaultValueFactory = _ => 20_000, Description = "Made-up rows to train on." };
        var command = new Command("trees", "Times the scorers of 100 trees with 64 leaves, one row at a time.") { rounds, rows };
        command.SetAction(parsed => Run(Math.Max(1, parsed.GetRequiredValue(rounds)), parsed.GetRequiredValue(rows)));
        return command;
    }

    private static int Run(int rounds, int trainingRows)
    {
        var training = SpeedRows.Make(trainingRows, seed: 1);
        var rows = SpeedRows.Make(TestRows, seed: 2);
        using var fastTree = (MlNetTrees)new FastTreeTrainer().Train(training, Settings);
        using var xgboost = (XGBoostTrees)new XGBoostTrainer().Train(training, Settings);
        TreeEnsemble ofFastTree = new("trees/fasttree", fastTree.Export()), ofXGBoost = new("trees/xgboost", xgboost.Export());
        using var reused = LoadReused(fastTree, ofFastTree);
        using var inPlace = new InPlaceContestant(xgboost.Handle, rows);
        IContestant[] contestants =
        [
            new ModelContestant("FastTree's trees, portable", rows, ofFastTree.Score),
            new ModelContestant("FastTree's trees, plain walk", rows, row => PlainWalk.Probability(ofFastTree.Arrays, row)),
            new ModelContestant("FastTree's trees, ML.NET behind IPropensityModel", rows, reused.Score),
            fastTree.Engine("FastTree's trees, ML.NET's PredictionEngine", rows),
            new ModelContestant("XGBoost's trees, portable", rows, ofXGBoost.Score),
            inPlace,
            new MatrixContestant(xgboost.Handle, rows),
        ];
        RequireAgreement(contestants.AsSpan(0, 4));
        RequireAgreement(contestants.AsSpan(4));
        AnsiConsole.MarkupLineInterpolated($"FastTree: {Shape(ofFastTree.Arrays)}; XGBoost: {Shape(ofXGBoost.Arrays)}; {rows.Columns} features, {TestRows} rows in turn");
        var results = AnsiConsole.Progress().Start(context =>
        {
            var task = context.AddTask("rounds", maxValue: 1);
            return SpeedTrial.Run(contestants, TestRows, rounds, done => task.Value = done);
        });
        Print(results);
        return 0;
    }

    private static MlNetPropensityModel LoadReused(MlNetTrees trees, TreeEnsemble portable)
    {
        var zip = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".zip");
        try
        {
            File.WriteAllBytes(zip, trees.OwnFile());
            return MlNetPropensityModel.Load(zip, portable);
        }
        finally
        {
            File.Delete(zip);
        }
    }

    // Only those who give the same answer may be compared.
    private static void RequireAgreement(ReadOnlySpan<IContestant> contestants)
    {
        foreach (var contestant in contestants)
        {
            for (var row = 0; row < TestRows; row++)
            {
                float first = contestants[0].Score(row), other = contestant.Score(row);
                if (MathF.Abs(first - other) > 1e-5f) throw new TrainingException($"{contestant.Name} gives {other} for row {row}, {contestants[0].Name} {first}.");
            }
        }
    }

    private static string Shape(TreeEnsembleArrays trees) => FormattableString.Invariant(
        $"{trees.Roots.Length} trees, {trees.Left.Count(left => left < 0) / (double)trees.Roots.Length:F1} leaves on average");

    private static void Print(SpeedResult[] results)
    {
        var table = new Table { Title = new TableTitle("One row at a time, one thread") }
            .AddColumns("scorer", "ns a row (median)", "fastest to slowest round", "bytes a row", "times the portable one of the same trees");
        var portable = results[0];
        foreach (var result in results)
        {
            if (result.Name.EndsWith("portable", StringComparison.Ordinal)) portable = result;
            table.AddRow(
                result.Name, Text(result.NanosecondsMedian), $"{Text(result.NanosecondsLow)} to {Text(result.NanosecondsHigh)}",
                result.AllocatedBytes.ToString("F1", CultureInfo.InvariantCulture), (result.NanosecondsMedian / portable.NanosecondsMedian).ToString("F1", CultureInfo.InvariantCulture));
        }
        AnsiConsole.Write(table);
    }

    private static string Text(double value) => value.ToString("F0", CultureInfo.InvariantCulture);
}
