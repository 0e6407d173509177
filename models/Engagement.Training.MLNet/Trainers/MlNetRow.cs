using Engagement.Training.Trainers;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Engagement.Training.MLNet.Trainers;

/// <summary>
/// One row in ML.NET's terms. FastTree leaves a row with NaN out of training and sends it right at prediction. LightGBM learns where a missing value goes,
/// but ML.NET's copy of its trees sends some of them elsewhere: the direction is kept as a value beside the threshold, which is lost where the threshold is 0 or
/// past the floats. So for both a missing value is trained as a number above every other: it goes right of each split, as NaN does at prediction.
/// </summary>
internal sealed class MlNetRow
{
    /// <summary>Stands for a missing value in training; far above any feature and far below overflow.</summary>
    internal const float Missing = 1e30f;

    /// <summary>Bins of a feature: as coarse as in the XGBoost trainer, for the same reason.</summary>
    internal const int Bins = 32;

    public bool Label { get; set; }
    public float Weight { get; set; }
    public float[] Features { get; set; } = [];

    /// <summary>The rows for training.</summary>
    public static IDataView ForTraining(MLContext context, TrainingMatrix rows) =>
        View(context, rows, value => float.IsNaN(value) ? Missing : value);

    /// <summary>The rows as they are asked about, NaN as NaN.</summary>
    public static IDataView ForPrediction(MLContext context, TrainingMatrix rows) => View(context, rows, value => value);

    private static IDataView View(MLContext context, TrainingMatrix rows, Converter<float, float> convert)
    {
        var schema = SchemaDefinition.Create(typeof(MlNetRow));
        schema[nameof(Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, rows.Columns);
        return context.Data.LoadFromEnumerable(
            Enumerable.Range(0, rows.Rows).Select(i => new MlNetRow
            {
                Label = rows.Labels[i] > 0,
                Weight = rows.Weights[i],
                Features = Array.ConvertAll(rows.Values[(i * rows.Columns)..((i + 1) * rows.Columns)], convert),
            }),
            schema);
    }
}
