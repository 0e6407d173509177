using Engagement.Core.Scoring;
using Engagement.Scoring.MLNet;
using Engagement.Training.MLNet.Speed;
using Engagement.Training.Trainers;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Engagement.Training.MLNet.Trainers;

/// <summary>
/// What FastTree or LightGBM learnt, still in ML.NET's hands. ML.NET keeps no cover, so the training rows are sent through the exported trees once more. Its
/// own link only turns scores into log-odds: the study fits one on out-of-fold margins. Throws <see cref="TrainingException"/> when no tree tells rows apart.
/// </summary>
internal sealed class MlNetTrees : ITrainedTrees
{
    private readonly MLContext _context;
    private readonly ITransformer _model;
    private readonly TrainingMatrix _trainedOn;
    private readonly DataViewSchema _schema;
    private readonly MlNetLink _link;
    private readonly TreeEnsembleArrays _trees;

    public MlNetTrees(MLContext context, ISingleFeaturePredictionTransformer<object> model, TrainingMatrix trainedOn, DataViewSchema schema)
    {
        _context = context;
        _model = model;
        _trainedOn = trainedOn;
        _schema = schema;
        if (MlNetTreesReader.Read(model.Model, trainedOn.Columns) is not { } trees || MlNetTreesReader.LinkOf(model.Model) is not { } link)
            throw new InvalidOperationException($"ML.NET gave a {model.Model.GetType()}.");
        if (!TellsApart(trees)) throw new TrainingException($"No tree could be grown from {trainedOn.Rows} rows: too few for leaves of the size asked for.");
        _trees = trees;
        _link = link;
    }

    public float[] Margins(TrainingMatrix rows) => [.. Column(rows, "Score").Select(_link.LogOdds)];

    /// <summary>ML.NET's own probabilities, by its own link.</summary>
    internal float[] Probabilities(TrainingMatrix rows) => [.. Column(rows, "Probability")];

    public TreeEnsembleArrays Export()
    {
        var arrays = _trees with { Cover = [.. _trees.Cover] };
        for (var i = 0; i < _trainedOn.Rows; i++)
        {
            var row = _trainedOn.Values.AsSpan(i * _trainedOn.Columns, _trainedOn.Columns);
            foreach (var root in arrays.Roots) CountCover(arrays, root, row, _trainedOn.Weights[i]);
        }
        return arrays;
    }

    /// <summary>ML.NET's zip, for <see cref="MlNetPropensityModel"/>. It holds the time of its writing: no two are the same bytes.</summary>
    public byte[] OwnFile()
    {
        using var stream = new MemoryStream();
        _context.Model.Save(_model, _schema, stream);
        return stream.ToArray();
    }

    internal PredictionEngineContestant Engine(string name, TrainingMatrix rows) => new(name, _context, _model, rows);

    public void Dispose()
    {
        // ML.NET's models hold no unmanaged memory: LightGBM's trees are copied when training ends.
    }

    // From too few rows FastTree grows nothing, and LightGBM one tree whose leaves all hold the prevalence.
    private static bool TellsApart(TreeEnsembleArrays trees)
    {
        for (var tree = 0; tree < trees.Roots.Length; tree++)
        {
            var end = tree + 1 < trees.Roots.Length ? trees.Roots[tree + 1] : trees.Left.Length;
            var leaves = Enumerable.Range(trees.Roots[tree], end - trees.Roots[tree]).Where(node => trees.Left[node] < 0).Select(node => trees.Value[node]);
            if (leaves.Distinct().Skip(1).Any()) return true;
        }
        return false;
    }

    private IEnumerable<float> Column(TrainingMatrix rows, string name) =>
        _model.Transform(MlNetRow.ForPrediction(_context, rows)).GetColumn<float>(name);

    private static void CountCover(TreeEnsembleArrays arrays, int root, ReadOnlySpan<float> row, float weight)
    {
        var node = root;
        arrays.Cover[node] += weight;
        while (arrays.Left[node] >= 0)
        {
            // NaN fails the comparison and goes right, as exported.
            node = row[arrays.Feature[node]] < arrays.Threshold[node] ? arrays.Left[node] : arrays.Right[node];
            arrays.Cover[node] += weight;
        }
    }
}
