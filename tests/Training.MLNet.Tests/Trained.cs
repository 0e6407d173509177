using Core.Tests.Training;
using Engagement.Core.Features;
using Engagement.Training.Data;
using Engagement.Training.MLNet.Trainers;
using Engagement.Training.Rows;
using Engagement.Training.Trainers;
using Engagement.Training.Trainers.XGBoost;

namespace Training.MLNet.Tests;

/// <summary>Trainers, settings and rows that several tests share.</summary>
internal static class Trained
{
    public static readonly TrainerSettings Settings = new(60, 4, 0.15f, 1, 1, 7) { RowShare = 0.8f, ColumnShare = 0.7f };

    public static ITrainer Trainer(string name) => name switch
    {
        "mlnet-fasttree" => new FastTreeTrainer(),
        "mlnet-lightgbm" => new LightGbmTrainer(),
        _ => new XGBoostTrainer(),
    };

    public static TrainingMatrix Generated(int sessions, int seed) => GeneratedRows.Matrix(GeneratedRows.Sessions(sessions, seed));

    /// <summary>Whole numbers around what is trained on, with a missing value in every third place: combinations that no training row shows.</summary>
    public static TrainingMatrix Strange(int count, int seed)
    {
        var random = new Random(seed);
        float[] values = [.. Enumerable.Range(0, count * FeatureSchema.Count).Select(_ => random.Next(3) switch
        {
            0 => float.NaN,
            1 => random.Next(-3, 10),
            _ => (float)(random.NextDouble() * 400),
        })];
        var ones = new float[count];
        Array.Fill(ones, 1);
        return new TrainingMatrix(values, FeatureSchema.Count, new float[count], ones);
    }

    /// <summary>The recorded shop's rows as the engine sees them; null where the recording is not here.</summary>
    public static TrainingMatrix? Recorded() => RecordedPath() is { } path ? GeneratedRows.Matrix(PrefixRowExtractor.Extract(Rees46Reader.Read(path))) : null;

    public static string? RecordedPath()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", "data", "rees46_oct2019", "events.csv.gz");
            if (File.Exists(candidate)) return candidate;
        }
        return null;
    }
}

/// <summary>A test on recorded events; skipped, saying so, where they or XGBoost are not here.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RecordedTheoryAttribute : TheoryAttribute
{
    public RecordedTheoryAttribute()
    {
        if (Trained.RecordedPath() is null) Skip = "../shared/data/rees46_oct2019/events.csv.gz is not here";
        else if (!XGBoostTrainer.IsAvailable) Skip = "XGBoost is not installed (apt-get install libxgboost0).";
    }
}
