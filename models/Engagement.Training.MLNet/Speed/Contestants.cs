using System.Runtime.InteropServices;
using System.Text;
using Engagement.Core.Scoring;
using Engagement.Training.Trainers;
using Engagement.Training.Trainers.XGBoost;
using Microsoft.ML;
using Microsoft.ML.Data;
using static Engagement.Training.Trainers.XGBoost.XGBoostLibrary;

namespace Engagement.Training.MLNet.Speed;

/// <summary>Scores one row at a time; the sum of the scores keeps the compiler honest.</summary>
internal interface IContestant
{
    string Name { get; }

    float Score(int row);
}

/// <summary>Any of the engine's models, or the plain walk, over rows laid end to end.</summary>
internal sealed class ModelContestant(string name, TrainingMatrix rows, ModelContestant.Scorer score) : IContestant
{
    public delegate float Scorer(ReadOnlySpan<float> row);

    public string Name => name;

    public float Score(int row) => score(rows.Values.AsSpan(row * rows.Columns, rows.Columns));
}

/// <summary>ML.NET's PredictionEngine as its documentation shows it: one object in, one object out, both kept.</summary>
internal sealed class PredictionEngineContestant(string name, MLContext context, ITransformer model, TrainingMatrix rows) : IContestant
{
    private readonly PredictionEngine<Question, Answer> _engine = context.Model.CreatePredictionEngine<Question, Answer>(model, inputSchemaDefinition: Definition(rows.Columns));
    private readonly Question[] _questions =
        [.. Enumerable.Range(0, rows.Rows).Select(i => new Question { Features = rows.Values[(i * rows.Columns)..((i + 1) * rows.Columns)] })];
    private readonly Answer _answer = new();

    public string Name => name;

    public float Score(int row)
    {
        var answer = _answer;
        _engine.Predict(_questions[row], ref answer);
        return answer.Probability;
    }

    private static SchemaDefinition Definition(int columns)
    {
        var definition = SchemaDefinition.Create(typeof(Question));
        definition[nameof(Question.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, columns);
        return definition;
    }

    private sealed class Question
    {
        public float[] Features { get; set; } = [];
        public bool Label { get; set; }
        public float Weight { get; set; }
    }

    private sealed class Answer
    {
        public float Probability { get; set; }
    }
}

/// <summary>XGBoost's C API as its documentation shows it for a row: a matrix, a prediction, the matrix freed.</summary>
internal sealed class MatrixContestant(nint booster, TrainingMatrix rows) : IContestant
{
    public string Name => "XGBoost, C API, DMatrix a row";

    public unsafe float Score(int row)
    {
        Check(XGDMatrixCreateFromMat(rows.Values.AsSpan(row * rows.Columns, rows.Columns), 1, (ulong)rows.Columns, float.NaN, out var matrix));
        Check(XGBoosterPredict(booster, matrix, 0, 0, 0, out _, out var values));
        var score = *(float*)values;
        Check(XGDMatrixFree(matrix));
        return score;
    }
}

/// <summary>XGBoost's C API at its fastest for a row: prediction in place, its two JSON arguments written beforehand.</summary>
internal sealed class InPlaceContestant : IContestant, IDisposable
{
    private readonly nint _booster;
    private readonly byte[][] _rows;
    private readonly byte[] _config;
    private GCHandle _pinned;

    public InPlaceContestant(nint booster, TrainingMatrix rows)
    {
        _booster = booster;
        _pinned = GCHandle.Alloc(rows.Values, GCHandleType.Pinned);
        var start = _pinned.AddrOfPinnedObject();
        _rows = [.. Enumerable.Range(0, rows.Rows).Select(i => Encoding.UTF8.GetBytes(FormattableString.Invariant(
            $$"""{"data":[{{start + i * rows.Columns * sizeof(float)}},true],"shape":[1,{{rows.Columns}}],"typestr":"<f4","version":3}""") + '\0'))];
        _config = Encoding.UTF8.GetBytes("""{"type":0,"training":false,"iteration_begin":0,"iteration_end":0,"strict_shape":false,"cache_id":0,"missing":NaN}""" + '\0');
    }

    public string Name => "XGBoost, C API, in place";

    public unsafe float Score(int row)
    {
        Check(XGBoosterPredictFromDense(_booster, _rows[row], _config, 0, out _, out _, out var values));
        return *(float*)values;
    }

    public void Dispose()
    {
        if (_pinned.IsAllocated) _pinned.Free();
    }
}

/// <summary>Trees as anyone would first walk them: a loop over trees, a loop down each, over the arrays of the file.</summary>
internal static class PlainWalk
{
    public static float Probability(TreeEnsembleArrays trees, ReadOnlySpan<float> row)
    {
        var margin = trees.Base;
        foreach (var root in trees.Roots)
        {
            var node = root;
            while (trees.Left[node] >= 0)
            {
                var x = row[trees.Feature[node]];
                var left = float.IsNaN(x) ? trees.DefaultLeft[node] == 1 : x < trees.Threshold[node];
                node = left ? trees.Left[node] : trees.Right[node];
            }
            margin += trees.Value[node];
        }
        return 1f / (1f + MathF.Exp(-(trees.CalibrationA * margin + trees.CalibrationB)));
    }
}
