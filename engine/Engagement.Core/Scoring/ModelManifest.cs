namespace Engagement.Core.Scoring;

/// <summary>Where a model comes from: enough to make it again and to credit its data. Part of the model's file.</summary>
public sealed record ModelManifest
{
    /// <summary>Trainer, such as <c>xgboost</c>.</summary>
    public required string Trainer { get; init; }
    public required string TrainerVersion { get; init; }
    public required long Seed { get; init; }

    /// <summary>As given to the training tool, RFC 3339: not read from a clock, so that the same command gives the same bytes.</summary>
    public required string TrainedAt { get; init; }

    /// <summary>What a probability is of, in words.</summary>
    public required string Predicts { get; init; }
    public required string Data { get; init; }

    /// <summary>SHA-256 of the data file, 64 hexadecimal digits.</summary>
    public required string DataSha256 { get; init; }

    /// <summary>Whom the data is owed to, and its licence.</summary>
    public required string Credit { get; init; }
    public required int Rows { get; init; }
    public required int PositiveRows { get; init; }

    /// <summary>Trainer's settings as <c>name=value</c>.</summary>
    public required string[] Settings { get; init; }
}
