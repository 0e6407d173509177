using Microsoft.ML;
using Microsoft.ML.Data;

namespace Engagement.Scoring.MLNet;

/// <summary>
/// One thread's way into an ML.NET model: a row that is filled anew for each question, and a getter of the score that is bound to it once. What
/// PredictionEngine does, without its copying of an object's properties and without an object a prediction. Not thread-safe; allocates when made.
/// </summary>
internal sealed class MlNetScorer : DataViewRow
{
    private readonly float[] _values;
    private readonly int _column;
    private readonly ValueGetter<float> _score;
    private long _position;

    public MlNetScorer(ITransformer model, DataViewSchema input, string featureColumn, int features)
    {
        var mapper = model.GetRowToRowMapper(input);
        Schema = mapper.InputSchema;
        _values = new float[features];
        _column = Schema[featureColumn].Index;
        var score = model.GetOutputSchema(input)["Score"];
        _score = mapper.GetRow(this, [score]).GetGetter<float>(score);
    }

    public override DataViewSchema Schema { get; }

    /// <summary>ML.NET keeps the last score by the row's position: a position that stood still would give the first row's score for ever.</summary>
    public override long Position => _position;

    public override long Batch => 0;

    /// <summary>The model's raw score. Hot.</summary>
    public float Score(ReadOnlySpan<float> features)
    {
        features.CopyTo(_values);
        _position++;
        float score = 0;
        _score(ref score);
        return score;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => column.Index == _column;

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        // The buffer is a view of the one array; ML.NET only reads it.
        ValueGetter<VBuffer<float>> getter = (ref VBuffer<float> value) => value = new VBuffer<float>(_values.Length, _values);
        return column.Index == _column && getter is ValueGetter<TValue> typed
            ? typed
            : throw new InvalidOperationException($"The model asks for {column.Name}; only features are given.");
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);
}
