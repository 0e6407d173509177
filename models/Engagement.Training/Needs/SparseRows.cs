namespace Engagement.Training.Needs;

/// <summary>Rows of few values each, end to end.</summary>
/// <param name="Starts">Where each row begins; one more than there are rows.</param>
public sealed record SparseRows(int[] Starts, int[] Columns, float[] Values, int ColumnCount)
{
    public int Count => Starts.Length - 1;

    public ReadOnlySpan<int> ColumnsOf(int row) => Columns.AsSpan(Starts[row]..Starts[row + 1]);

    public ReadOnlySpan<float> ValuesOf(int row) => Values.AsSpan(Starts[row]..Starts[row + 1]);
}
