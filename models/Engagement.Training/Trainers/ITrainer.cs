using Engagement.Core.Scoring;

namespace Engagement.Training.Trainers;

/// <summary>Rows for a trainer: a dense matrix, NaN for a missing value.</summary>
/// <param name="Values">Row after row, <paramref name="Columns"/> values each.</param>
/// <param name="Labels">0 or 1, one a row.</param>
/// <param name="Weights">Above 0, one a row.</param>
public sealed record TrainingMatrix(float[] Values, int Columns, float[] Labels, float[] Weights)
{
    public int Rows => Labels.Length;

    /// <summary>Throws <see cref="TrainingException"/> when a model cannot be learnt from the rows: none, or all of one class.</summary>
    public void RequireBothClasses()
    {
        if (Rows == 0) throw new TrainingException("There are no rows to train on.");
        var positives = Labels.Count(label => label > 0);
        if (positives == 0) throw new TrainingException($"None of the {Rows} rows is of the positive class: there is nothing to learn.");
        if (positives == Rows) throw new TrainingException($"All {Rows} rows are of the positive class: there is nothing to learn.");
    }

    /// <summary>
    /// Throws <see cref="TrainingException"/> when a trainer could only go astray: besides <see cref="RequireBothClasses"/>, a label other than 0 and 1, a weight not
    /// above 0, an infinite value, or not one feature that differs between rows.
    /// </summary>
    public void RequireLearnable()
    {
        for (var i = 0; i < Rows; i++)
        {
            if (Labels[i] is not (0 or 1)) throw new TrainingException(FormattableString.Invariant($"The label of row {i} is {Labels[i]}; allowed: 0 and 1."));
            if (!(Weights[i] > 0) || !float.IsFinite(Weights[i])) throw new TrainingException(FormattableString.Invariant($"The weight of row {i} is {Weights[i]}; allowed: above 0."));
        }
        RequireBothClasses();
        var varies = false;
        for (var i = 0; i < Values.Length; i++)
        {
            if (float.IsInfinity(Values[i])) throw new TrainingException($"Row {i / Columns} has an infinite value in column {i % Columns}.");
            varies |= !Values[i].Equals(Values[i % Columns]);
        }
        if (!varies) throw new TrainingException($"No feature differs between the {Rows} rows: there is nothing to learn.");
    }
}

/// <summary>Settings that any tree booster has.</summary>
/// <param name="Trees">1 to 100: a row must score in well under a microsecond.</param>
/// <param name="Depth">1 to 5.</param>
/// <param name="LearningRate">Above 0, at most 1.</param>
/// <param name="LeafWeightMin">Smallest sum of Hessians in a leaf (XGBoost, LightGBM), or of rows / 10 (FastTree).</param>
/// <param name="Lambda">L2 on leaf values.</param>
public sealed record TrainerSettings(int Trees, int Depth, float LearningRate, float LeafWeightMin, float Lambda, long Seed)
{
    /// <summary>Share of the rows, drawn anew, that a tree sees; 0 to 1. Default 1.</summary>
    public float RowShare { get; init; } = 1;

    /// <summary>Share of the features, drawn anew, that a tree sees; 0 to 1. Default 1.</summary>
    public float ColumnShare { get; init; } = 1;

    /// <summary>Features whose rise may never lower the score, where the trainer can hold that. Default none.</summary>
    public IReadOnlyList<int> Rising { get; init; } = [];

    /// <summary>Features whose rise may never raise the score, where the trainer can hold that. Default none.</summary>
    public IReadOnlyList<int> Falling { get; init; } = [];

    /// <summary>Bins that a feature's values are cut into, where the trainer does so. Default 32: coarse, for with some hundred positives finer splits fit noise.</summary>
    public int Bins { get; init; } = 32;

    public string[] Describe() => FormattableString.Invariant(
        $"trees={Trees} depth={Depth} learningRate={LearningRate} leafWeightMin={LeafWeightMin} lambda={Lambda} rowShare={RowShare} columnShare={ColumnShare} bins={Bins}").Split(' ');
}

/// <summary>Learns a tree ensemble for binary outcomes. The same rows, settings and seed give the same model.</summary>
public interface ITrainer
{
    string Name { get; }
    string Version { get; }

    /// <summary>Throws <see cref="TrainingException"/> when <see cref="TrainingMatrix.RequireLearnable"/> does.</summary>
    ITrainedTrees Train(TrainingMatrix rows, TrainerSettings settings);
}

/// <summary>What a trainer learnt, still in its own hands.</summary>
public interface ITrainedTrees : IDisposable
{
    /// <summary>The trainer's own predictions in log-odds: what the export is held against.</summary>
    float[] Margins(TrainingMatrix rows);

    /// <summary>The portable form, uncalibrated.</summary>
    TreeEnsembleArrays Export();

    /// <summary>The model in the trainer's own file format, for a host that scores with the trainer's own code; null where that is not offered. Default null.</summary>
    byte[]? OwnFile() => null;
}
