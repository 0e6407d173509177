using System.Reflection;
using Engagement.Training.Trainers;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.FastTree;

namespace Engagement.Training.MLNet;

/// <summary>
/// ML.NET's FastTree (MART) on one thread. FastTree has no missing values: a row with NaN is left out of training and goes right at prediction. So
/// a missing value is trained as a number above every other, which goes right of every split, and exported as "missing goes right".
/// </summary>
public sealed class FastTreeTrainer : ITrainer
{
    /// <summary>Stands for a missing value in training; far above any feature and far below overflow.</summary>
    internal const float Missing = 1e30f;

    public string Name => "mlnet-fasttree";

    public string Version { get; } =
        typeof(FastTreeBinaryTrainer).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    public ITrainedTrees Train(TrainingMatrix rows, TrainerSettings settings)
    {
        rows.RequireBothClasses();
        var context = new MLContext(seed: unchecked((int)settings.Seed));
        var trainer = context.BinaryClassification.Trainers.FastTree(new FastTreeBinaryTrainer.Options
        {
            LabelColumnName = nameof(FastTreeRow.Label),
            FeatureColumnName = nameof(FastTreeRow.Features),
            ExampleWeightColumnName = nameof(FastTreeRow.Weight),
            NumberOfTrees = settings.Trees,
            // FastTree grows by leaves, not by depth: a full tree of the depth has so many.
            NumberOfLeaves = 1 << settings.Depth,
            MinimumExampleCountPerLeaf = Math.Max(10, (int)(settings.LeafWeightMin * 10)),
            LearningRate = settings.LearningRate,
            NumberOfThreads = 1,
            Seed = unchecked((int)settings.Seed),
        });
        return new FastTreeTrees(context, trainer.Fit(FastTreeRow.View(context, rows)), rows);
    }
}

/// <summary>One row in ML.NET's terms.</summary>
internal sealed class FastTreeRow
{
    public bool Label { get; set; }
    public float Weight { get; set; }
    public float[] Features { get; set; } = [];

    public static IDataView View(MLContext context, TrainingMatrix rows)
    {
        var schema = SchemaDefinition.Create(typeof(FastTreeRow));
        schema[nameof(Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, rows.Columns);
        return context.Data.LoadFromEnumerable(
            Enumerable.Range(0, rows.Rows).Select(i => new FastTreeRow
            {
                Label = rows.Labels[i] > 0,
                Weight = rows.Weights[i],
                Features = Array.ConvertAll(
                    rows.Values[(i * rows.Columns)..((i + 1) * rows.Columns)], value => float.IsNaN(value) ? FastTreeTrainer.Missing : value),
            }),
            schema);
    }
}
