using System.Globalization;
using System.Runtime.InteropServices;
using Engagement.Core.Scoring;
using static Engagement.Training.Trainers.XGBoost.XGBoostLibrary;

namespace Engagement.Training.Trainers.XGBoost;

/// <summary>Gradient boosting by XGBoost's C API (Chen and Guestrin 2016), on one thread, so that a seed gives the same trees.</summary>
public sealed class XGBoostTrainer : ITrainer
{
    /// <summary>Throws <see cref="TrainingException"/> with the command that installs XGBoost where it is absent.</summary>
    public XGBoostTrainer() => Version = RequireVersion();

    /// <summary>True where the library can be loaded.</summary>
    public static bool IsAvailable => IsPresent;

    public string Name => "xgboost";
    public string Version { get; }

    public ITrainedTrees Train(TrainingMatrix rows, TrainerSettings settings)
    {
        rows.RequireLearnable();
        using var matrix = new XGBoostMatrix(rows);
        Check(XGBoosterCreate([matrix.Handle], 1, out var handle));
        var booster = new XGBoostTrees(handle);
        try
        {
            foreach (var (name, value) in Parameters(rows, settings)) Check(XGBoosterSetParam(handle, name, value));
            for (var tree = 0; tree < settings.Trees; tree++) Check(XGBoosterUpdateOneIter(handle, tree, matrix.Handle));
            return booster;
        }
        catch
        {
            booster.Dispose();
            throw;
        }
    }

    private static IEnumerable<(string Name, string Value)> Parameters(TrainingMatrix rows, TrainerSettings settings)
    {
        var share = 0d;
        for (var i = 0; i < rows.Rows; i++) share += rows.Weights[i] * rows.Labels[i];
        share /= rows.Weights.Sum(weight => (double)weight);
        return
        [
            ("objective", "binary:logistic"),
            ("tree_method", "hist"),
            ("max_bin", settings.Bins.ToString(CultureInfo.InvariantCulture)),
            ("subsample", settings.RowShare.ToString(CultureInfo.InvariantCulture)),
            ("colsample_bytree", settings.ColumnShare.ToString(CultureInfo.InvariantCulture)),
            ("monotone_constraints", "(" + string.Join(',', Enumerable.Range(0, rows.Columns).Select(i => settings.Rising.Contains(i) ? 1 : settings.Falling.Contains(i) ? -1 : 0)) + ")"),
            ("nthread", "1"),
            ("verbosity", "0"),
            ("base_score", Math.Clamp(share, 1e-4, 1 - 1e-4).ToString("F6", CultureInfo.InvariantCulture)),
            ("max_depth", settings.Depth.ToString(CultureInfo.InvariantCulture)),
            ("eta", settings.LearningRate.ToString(CultureInfo.InvariantCulture)),
            ("min_child_weight", settings.LeafWeightMin.ToString(CultureInfo.InvariantCulture)),
            ("lambda", settings.Lambda.ToString(CultureInfo.InvariantCulture)),
            ("seed", settings.Seed.ToString(CultureInfo.InvariantCulture)),
        ];
    }
}

/// <summary>A booster that XGBoost holds. Not thread-safe.</summary>
internal sealed class XGBoostTrees(nint handle) : ITrainedTrees
{
    private nint _handle = handle;

    /// <summary>For a call that this class does not make; 0 once disposed.</summary>
    internal nint Handle => _handle;

    public float[] Margins(TrainingMatrix rows) => Predict(rows, optionMask: 1);

    /// <summary>XGBoost's own SHAP values, one row after the other, each with the expected margin at its end.</summary>
    internal float[] Contributions(TrainingMatrix rows) => Predict(rows, optionMask: 4);

    public TreeEnsembleArrays Export()
    {
        Check(XGBoosterSaveModelToBuffer(_handle, """{"format":"json"}""", out var length, out var bytes));
        var json = new byte[length];
        Marshal.Copy(bytes, json, 0, json.Length);
        return XGBoostModelReader.Read(json);
    }

    public void Dispose()
    {
        if (_handle != 0) _ = XGBoosterFree(_handle);
        _handle = 0;
    }

    private float[] Predict(TrainingMatrix rows, int optionMask)
    {
        using var matrix = new XGBoostMatrix(rows);
        Check(XGBoosterPredict(_handle, matrix.Handle, optionMask, 0, 0, out var length, out var values));
        // The library overwrites its buffer with the next call.
        var copy = new float[length];
        Marshal.Copy(values, copy, 0, copy.Length);
        return copy;
    }
}

/// <summary>Rows in XGBoost's hands.</summary>
internal sealed class XGBoostMatrix : IDisposable
{
    public XGBoostMatrix(TrainingMatrix rows)
    {
        Check(XGDMatrixCreateFromMat(rows.Values, (ulong)rows.Rows, (ulong)rows.Columns, float.NaN, out var handle));
        Handle = handle;
        Check(XGDMatrixSetFloatInfo(handle, "label", rows.Labels, (ulong)rows.Rows));
        Check(XGDMatrixSetFloatInfo(handle, "weight", rows.Weights, (ulong)rows.Rows));
    }

    public nint Handle { get; private set; }

    public void Dispose()
    {
        if (Handle != 0) _ = XGDMatrixFree(Handle);
        Handle = 0;
    }
}
